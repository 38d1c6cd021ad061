/** What the API server's refusals mean to somebody who wants to read. */
import type { IncomingMessage } from 'node:http'
import { readRefusal, statusOf } from '../../kube/status.ts'
import { type Fault, isFault } from '../../protocol/fault.ts'
import { fault } from '../faults.ts'

/** What was asked for: it decides whom to ask for the right to it. */
export type Wanted = 'list' | 'session' | 'content' | 'search' | 'terminate'

const ROLES: Readonly<Record<Wanted, string>> = {
  list: 'audit-exec-user (your own sessions) or audit-exec-viewer (everybody’s)',
  session: 'audit-exec-user (your own sessions) or audit-exec-viewer (everybody’s)',
  content: 'audit-exec-user (your own recordings) or audit-exec-auditor (everybody’s)',
  search: 'audit-exec-user (your own recordings) or audit-exec-auditor (everybody’s)',
  terminate: 'audit-exec-admin',
}

/** Gives every error but the known ones back as it is. */
export function readingFault(error: unknown, wanted: Wanted): unknown {
  if (!isFault(error)) return error
  const details = { ...(error.detail === undefined ? {} : { detail: error.detail }), cause: error.cause ?? error }
  const code = statusOf(error)?.code
  switch (error.code) {
    case 'KAE_KUBE_FORBIDDEN':
      return fault('KAE_READING_FORBIDDEN', {
        ...details,
        next: `Ask for the ClusterRole ${ROLES[wanted]} in this namespace, or for -A in the whole cluster; \`kubectl auth can-i\` shows what you have.`,
      })
    case 'KAE_KUBE_NOT_FOUND':
      return fault('KAE_SESSION_NOT_FOUND', details)
    case 'KAE_KUBE_TIMEOUT':
    case 'KAE_KUBE_UNREACHABLE':
      return fault('KAE_READING_UNREACHABLE', details)
    case 'KAE_KUBE_API_ERROR':
      if (code === 409 && wanted === 'terminate') return fault('KAE_TERMINATE_REFUSED', details)
      return code === 503 || code === 502 ? fault('KAE_READING_UNAVAILABLE', details) : error
    default:
      return error
  }
}

export const explained = <Result>(wanted: Wanted, work: Promise<Result>): Promise<Result> =>
  work.catch((error: unknown) => {
    throw readingFault(error, wanted)
  })

export const isNotFound = (error: unknown): error is Fault => isFault(error) && error.code === 'KAE_SESSION_NOT_FOUND'

/** An honest one is there at once. */
const REFUSAL_MS = 10_000

/** The beginning of a refusal's body, also where it stalls. */
export async function refusalBody(response: IncomingMessage, withinMs = REFUSAL_MS): Promise<Buffer> {
  const timer = setTimeout(() => response.destroy(), withinMs)
  try {
    return await readRefusal(response)
  } finally {
    clearTimeout(timer)
  }
}
