import type { Identity } from '../protocol/session.ts'
import { openLineFile } from './line-file.ts'
import type { ApiRequest } from './request.ts'
import type { Status } from './status.ts'

export interface AuditEntry {
  readonly auditId: string
  readonly requestUri: string
  readonly request: ApiRequest
  readonly user: Identity
  readonly impersonatedUser?: Identity
  readonly received: Date
  readonly annotations: Readonly<Record<string, string>>
  /** Absent: the request was let through. */
  readonly refusal?: Status
  readonly code: number
}

export interface AuditLog {
  append(entry: AuditEntry): void
  close(): Promise<void>
}

/** A file of `audit.k8s.io/v1` events, as an API server with `--audit-log-path` writes it. */
export async function openAuditLog(path: string): Promise<AuditLog> {
  const file = await openLineFile(path)
  return { append: (entry) => file.append(eventOf(entry, new Date())), close: () => file.close() }
}

function eventOf(entry: AuditEntry, now: Date): object {
  const { request, refusal, code, impersonatedUser } = entry
  const { target } = request
  return {
    kind: 'Event',
    apiVersion: 'audit.k8s.io/v1',
    level: 'Metadata',
    auditID: entry.auditId,
    stage: code === 101 ? 'ResponseStarted' : 'ResponseComplete',
    requestURI: entry.requestUri,
    verb: request.verb,
    user: entry.user,
    ...(impersonatedUser && { impersonatedUser }),
    sourceIPs: ['127.0.0.1'],
    ...(target && {
      objectRef: {
        ...target,
        version: undefined,
        apiGroup: target.group,
        apiVersion: target.version,
        group: undefined,
      },
    }),
    responseStatus: refusal ?? { metadata: {}, code },
    requestReceivedTimestamp: entry.received.toISOString(),
    stageTimestamp: now.toISOString(),
    annotations: entry.annotations,
  }
}
