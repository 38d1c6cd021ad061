import { isatty } from 'node:tty'
import { type CommandDefault, loadKuberc } from '../kube/kuberc.ts'
import { printable } from '../protocol/printable.ts'
import { runExec } from '../session/run-exec.ts'
import { EXEC_FLAGS } from './exec-flags.ts'
import { withKubercDefaults } from './kuberc-defaults.ts'
import { parseExecOrHelp } from './parse-exec.ts'
import { parseFlags } from './pflag.ts'
import { settleTerminal } from './terminal.ts'

/**
 * `exec` from its arguments to its exit status; undefined when help was asked for instead.
 * @throws Fault
 */
export async function exec(argv: readonly string[]): Promise<number | undefined> {
  const parsed = parseExecOrHelp(withKubercDefaults(argv, defaultsOf(argv)), process.env)
  if (parsed.kind === 'help') return undefined
  const { invocation, warning } = settleTerminal(parsed.invocation, isatty(0))
  if (warning !== undefined) process.stderr.write(`${warning}\n`)
  return await runExec(invocation)
}

function defaultsOf(argv: readonly string[]): readonly CommandDefault[] {
  const named = parseFlags(argv, EXEC_FLAGS).values.get('kuberc')
  const { defaults, warnings } = loadKuberc(process.env, typeof named === 'string' ? named : undefined)
  for (const line of warnings) process.stderr.write(`${printable(line)}\n`)
  return defaults
}
