import { type Refusal, statusMessage } from '../kube/web-socket.ts'
import type { Fault } from '../protocol/fault.ts'
import { fault } from './faults.ts'

/** Why an exec was refused, from the `Status` that the API server answered with. Pure. */
export function execFailure(refusal: Refusal): Fault {
  const message = statusMessage(refusal)
  const detail = message ?? `HTTP ${refusal.status} without a Kubernetes Status`
  switch (refusal.status) {
    case 401:
    case 403:
      return fault('KAE_EXEC_DENIED', { detail })
    case 404:
      return message === undefined ? fault('KAE_EXEC_PROTOCOL', { detail }) : fault('KAE_EXEC_NOT_FOUND', { detail })
    case 200:
    case 426:
      return fault('KAE_EXEC_PROTOCOL', { detail })
    case 504:
      return fault('KAE_EXEC_TIMEOUT', { detail })
    default:
      return fault('KAE_EXEC_FAILED', { detail })
  }
}
