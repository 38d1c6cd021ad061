import { SESSION_ANNOTATION } from '../../src/protocol/api.ts'
import type { SessionId } from '../../src/protocol/session-id.ts'

/** The HTTP answer to a review. */
export interface ReviewAnswer {
  readonly http: 200 | 400
  readonly body: object
  /** Used up for this yes. */
  readonly session?: SessionId
}

interface Denial {
  readonly reason: string
  readonly message: string
}

/** Lets the request through. The API server's audit event of it names the session. */
export const allowed = (uid: string, session?: SessionId, warning?: string): ReviewAnswer => ({
  ...respond(uid, {
    allowed: true,
    ...(session === undefined ? {} : { auditAnnotations: { [SESSION_ANNOTATION]: session } }),
    ...(warning === undefined ? {} : { warnings: [warning] }),
  }),
  ...(session === undefined ? {} : { session }),
})

/** Keeps the request out. kubectl shows the message. */
export const denied = (uid: string, { reason, message }: Denial): ReviewAnswer =>
  respond(uid, {
    allowed: false,
    auditAnnotations: { denied: reason },
    status: { metadata: {}, status: 'Failure', message, reason: 'Forbidden', code: 403 },
  })

/** There is no uid that an answer could name. The API server takes it as a failure of the webhook. */
export const unreadable = (why: string): ReviewAnswer => ({
  http: 400,
  body: {
    kind: 'Status',
    apiVersion: 'v1',
    metadata: {},
    status: 'Failure',
    message: `this is no AdmissionReview: ${why}`,
    reason: 'BadRequest',
    code: 400,
  },
})

const respond = (uid: string, response: object): ReviewAnswer => ({
  http: 200,
  body: { apiVersion: 'admission.k8s.io/v1', kind: 'AdmissionReview', response: { uid, ...response } },
})
