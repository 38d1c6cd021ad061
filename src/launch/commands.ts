import { CLIError, ExitError } from '@oclif/core/errors'
import { flush } from '@oclif/core/flush'
import type { PJSON } from '@oclif/core/interfaces'
import { run } from '@oclif/core/run'
import { fault } from './faults.ts'
import { invokedAs, PACKAGE } from './program.ts'

export interface CommandsStart {
  /** The package's folder, with package.json and oclif.manifest.json. */
  readonly root: string
  /** argv[1]: what the user started. */
  readonly path: string
}

/** Everything but exec and --version: oclif finds the command, reads its flags, and prints help. */
export async function runCommands(start: CommandsStart, argv: readonly string[]): Promise<number> {
  process.stdout.on('error', endOnBrokenPipe)
  const pjson = { ...PACKAGE, oclif: { ...PACKAGE.oclif, bin: invokedAs(start.path) } } as PJSON
  try {
    await run([...argv], { root: start.root, isRoot: true, pjson })
    await flush()
    return Number(process.exitCode ?? 0)
  } catch (error) {
    if (error instanceof ExitError) return error.oclif.exit ?? 1
    // What the user typed, not a failure of the command: oclif's own words name it.
    if (error instanceof CLIError) throw fault('KAE_USAGE', { detail: usageWords(error.message), cause: error })
    throw error
  }
}

/** oclif's message on one line, without its own hint at --help. */
const usageWords = (message: string): string =>
  message.replace(/\s*See more help with --help\s*$/, '').replace(/\s+/g, ' ')

/** The reader of our output went away (`| head`): nobody is left to tell. 141 is what a shell shows for SIGPIPE. */
function endOnBrokenPipe(error: NodeJS.ErrnoException): void {
  if (error.code === 'EPIPE') process.exit(141)
  throw error
}
