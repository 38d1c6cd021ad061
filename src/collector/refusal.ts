import { Fault } from '../protocol/fault.ts'
import type { FaultMessage } from '../protocol/messages.ts'
import { printable } from '../protocol/printable.ts'
import { COLLECTOR_FAULTS, fault } from './faults.ts'

/** What a collector, or the API server before it, is like while it restarts. */
const PASSING: readonly string[] = [
  'KAE_COLLECTOR_UNREACHABLE',
  'KAE_COLLECTOR_SILENT',
  'KAE_KUBE_UNREACHABLE',
  'KAE_KUBE_CONNECTION_LOST',
  'KAE_KUBE_TIMEOUT',
]

/** Faults that another try cannot mend. A refusal by the collector has its own code, whatever it is: not tried again. */
export const isFinal = (error: Fault): boolean => !PASSING.includes(error.code)

/** Exit statuses of the collector's own faults, where they are not 1: see docs/errors.md. */
const EXITS = new Map([['KAE_SESSION_TERMINATED', 77]])

/** A fault that the collector sent: its words, behind our code where we do not know the code. */
export function faultFrom({ code, message, next }: FaultMessage): Fault {
  if (!/^KAE_[A-Z0-9_]{1,60}$/.test(code)) return fault('KAE_COLLECTOR_REFUSED', { detail: printable(message) })
  return new Fault(code, {
    exit: EXITS.get(code) ?? COLLECTOR_FAULTS.KAE_COLLECTOR_REFUSED.exit,
    summary: printable(message),
    next: printable(next),
  })
}
