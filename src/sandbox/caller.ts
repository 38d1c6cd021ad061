import { randomUUID } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import type { Identity } from '../protocol/session.ts'
import { authorize } from './authorize.ts'
import { headerPairs, impersonate } from './impersonate.ts'
import { type ApiRequest, parseRequest } from './request.ts'
import { notFoundPath, type Status, unauthorized } from './status.ts'
import type { UserDirectory } from './users.ts'

/** A request whose sender is known and may make it. */
export interface Caller {
  readonly request: ApiRequest
  /** Whom the request acts as. */
  readonly user: Identity
  /** Who sent it, where that is somebody else. */
  readonly impersonator?: Identity
  readonly auditId: string
  readonly received: Date
}

export type Admittance =
  | { readonly ok: true; readonly caller: Caller }
  | { readonly ok: false; readonly status: Status; readonly auditId: string }

/** A client's `Audit-ID` is taken as it is, as the API server takes it; it is no proof of anything. */
const AUDIT_ID = /^[\x21-\x7e]{1,64}$/

export function admit(incoming: IncomingMessage, users: UserDirectory): Admittance {
  const { method = 'GET', url = '/', headers, rawHeaders } = incoming
  const given = String(headers['audit-id'] ?? '')
  const auditId = AUDIT_ID.test(given) ? given : randomUUID()
  const refused = (status: Status): Admittance => ({ ok: false, status, auditId })
  const self = users.authenticate(headers.authorization)
  if (self === undefined) return refused(unauthorized())
  const request = parseRequest(method, url)
  if (request === undefined) return refused(notFoundPath())
  const acting = impersonate(self, headerPairs(rawHeaders))
  if (acting.act === 'refused') return refused(acting.status)
  const user = acting.act === 'as-other' ? acting.user : self
  const refusal = authorize(user, request)
  if (refusal !== undefined) return refused(refusal)
  const impersonator = acting.act === 'as-other' ? { impersonator: self } : {}
  return { ok: true, caller: { request, user, ...impersonator, auditId, received: new Date() } }
}
