import type { ExecInvocation } from '../session/invocation.ts'
import { fault } from './faults.ts'

export interface SettledInvocation {
  readonly invocation: ExecInvocation
  readonly warning?: string
}

/** kubectl's own words (StreamOptions.SetupTTY), which people search for. */
const NO_TERMINAL = 'Unable to use a TTY - input is not a terminal or the right kind of file'

/**
 * Decides what the terminal means for an exec. A target without a command is a shell on a terminal. Otherwise kubectl's
 * rules: a terminal needs stdin, and stdin that is none is passed on as it is.
 */
export function settleTerminal(invocation: ExecInvocation, stdinIsTerminal: boolean): SettledInvocation {
  if (invocation.command.length === 0) {
    if (!stdinIsTerminal) throw fault('KAE_EXEC_COMMAND_MISSING')
    return { invocation: { ...invocation, stdin: true, tty: true } }
  }
  if (!invocation.tty) return { invocation }
  if (!invocation.stdin) return { invocation: { ...invocation, tty: false } }
  if (stdinIsTerminal) return { invocation }
  const settled = { ...invocation, tty: false }
  return invocation.quiet ? { invocation: settled } : { invocation: settled, warning: NO_TERMINAL }
}
