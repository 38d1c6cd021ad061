import type { ExecInvocation } from '../session/invocation.ts'
import { fault } from './faults.ts'

/** Stands in until the session engine's door is there. */
export const runInvocation = (invocation: ExecInvocation): Promise<number> =>
  Promise.reject(fault('KAE_NOT_BUILT_YET', { detail: `exec into ${invocation.resource ?? invocation.filename}` }))
