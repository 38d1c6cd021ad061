/** This process as the commands that read see it: its environment, where it prints, its clock. */
import { type ChosenLibrary, chooseLibrary, type Surroundings } from '../reading/choose-library.ts'
import type { LibraryFlags } from '../reading/library-flags.ts'
import { type Output, processOutput } from '../reading/print/output.ts'
import { escapeText } from '../recording/escape.ts'
import { PROGRAM } from '../session/program.ts'

/** The library that a command's flags choose: `await using chosen = await openChosenLibrary(flags)`. @throws Fault */
export const openChosenLibrary = (
  flags: LibraryFlags,
  options: Pick<Surroundings, 'reportsEach'> = {},
): Promise<ChosenLibrary> =>
  chooseLibrary(flags, {
    ...options,
    env: process.env,
    version: PROGRAM.version,
    say: (line) => void process.stderr.write(`${escapeText(line)}\n`),
  })

export const standardOutput = (): Output => processOutput(process.env)

/** µs since the Unix epoch. */
export const nowMicros = (): number => Date.now() * 1000
