import { isatty } from 'node:tty'
import { runExec } from '../session/run-exec.ts'
import { parseExecOrHelp } from './parse-exec.ts'
import { settleTerminal } from './terminal.ts'

/**
 * `exec` from its arguments to its exit status; undefined when help was asked for instead.
 * @throws Fault
 */
export async function exec(argv: readonly string[]): Promise<number | undefined> {
  const parsed = parseExecOrHelp(argv, process.env)
  if (parsed.kind === 'help') return undefined
  const { invocation, warning } = settleTerminal(parsed.invocation, isatty(0))
  if (warning !== undefined) process.stderr.write(`${warning}\n`)
  return await runExec(invocation)
}
