/** What the end of a session means: for its record, for the exit status, and for the user. Pure. */
import { constants } from 'node:os'
import { exitCodeOf } from '../protocol/channel.ts'
import type { Fault } from '../protocol/fault.ts'
import { printable } from '../protocol/printable.ts'
import type { SessionEnd } from '../protocol/session.ts'
import { fault } from './faults.ts'
import type { SessionOutcome } from './session.ts'

export interface Ending {
  /** The end record; undefined where the collector is gone and writes its own. */
  readonly end: Pick<SessionEnd, 'reason' | 'exitCode' | 'message'> | undefined
  readonly exit: number
  /** kubectl's line for a command that failed. */
  readonly notice?: string
  readonly fault?: Fault
}

/** @param shell the session was to open the best shell that there is */
export function endingOf(outcome: SessionOutcome, shell: boolean): Ending {
  switch (outcome.type) {
    case 'status':
      return endingOfStatus(outcome, shell)
    case 'dropped': {
      const dropped = fault('KAE_EXEC_DROPPED', { detail: printable(outcome.why) })
      return { end: { reason: 'exec-failed', message: dropped.message }, exit: dropped.exit, fault: dropped }
    }
    case 'interrupted':
      return { end: { reason: 'interrupted', message: outcome.signal }, exit: 128 + constants.signals[outcome.signal] }
    case 'output-broken':
      // As the shell reports a program that a closed pipe ended.
      return {
        end: { reason: 'interrupted', message: outcome.error.code ?? 'EIO' },
        exit: 128 + constants.signals.SIGPIPE,
      }
    case 'collector-failed':
      return { end: undefined, exit: outcome.fault.exit, fault: outcome.fault }
    default:
      return outcome satisfies never
  }
}

function endingOfStatus({ status }: SessionOutcome & { type: 'status' }, shell: boolean): Ending {
  const exitCode = exitCodeOf(status)
  if (exitCode === undefined) {
    const detail = printable(status.message ?? status.reason ?? 'no reason was given')
    const failed = fault(shell ? 'KAE_NO_SHELL' : 'KAE_EXEC_FAILED', { detail })
    return { end: { reason: 'exec-failed', message: detail }, exit: failed.exit, fault: failed }
  }
  const end = { reason: 'exited', exitCode } as const
  if (exitCode === 0) return { end, exit: 0 }
  return { end, exit: exitCode, notice: `command terminated with exit code ${exitCode}` }
}
