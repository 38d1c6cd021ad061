/** The terminal UI, and the programs that it starts. */
import { isatty } from 'node:tty'
import type { ConnectionFlags } from '../kube/flags.ts'
import { PROGRAM } from '../session/program.ts'
import type { Errand } from '../ui/run.ts'
import { runErrand } from './errand.ts'

export interface UiOptions {
  readonly flags: ConnectionFlags
  readonly accessible: boolean
}

/** Whether a person is there to see a screen and to press keys. */
export const onTerminal = (): boolean => isatty(0) && isatty(1)

/** @throws Fault */
export async function ui({ flags, accessible }: UiOptions): Promise<number> {
  const { runUi } = await import('../ui/run.ts')
  const run = (errand: Errand) => runErrand(errand, { flags, env: process.env })
  await runUi({ flags, env: process.env, version: PROGRAM.version, accessible, run })
  return 0
}
