import { randomUUID } from 'node:crypto'
import type { ExecTarget, Identity } from '../../../src/protocol/session.ts'
import { ALICE, TARGET } from './client.ts'

export interface ReviewParts {
  readonly uid?: string
  readonly user?: Identity
  readonly target?: Partial<ExecTarget>
  readonly subResource?: string
  readonly request?: object
  readonly object?: object
}

/** An AdmissionReview as kube-apiserver 1.36 sends it for `kubectl exec`: false and empty fields are left out. */
export function execReview({
  uid = randomUUID(),
  user = ALICE,
  target = {},
  subResource = 'exec',
  ...more
}: ReviewParts = {}) {
  const { namespace, pod, command, ...options } = { ...TARGET, ...target }
  const kind = subResource === 'attach' ? 'PodAttachOptions' : 'PodExecOptions'
  const given = Object.fromEntries(
    Object.entries(options).filter(([, value]) => value !== false && value !== undefined),
  )
  return {
    kind: 'AdmissionReview',
    apiVersion: 'admission.k8s.io/v1',
    request: {
      uid,
      kind: { group: '', version: 'v1', kind },
      resource: { group: '', version: 'v1', resource: 'pods' },
      subResource,
      requestKind: { group: '', version: 'v1', kind },
      requestResource: { group: '', version: 'v1', resource: 'pods' },
      requestSubResource: subResource,
      name: pod,
      namespace,
      operation: 'CONNECT',
      userInfo: user,
      object: { kind, apiVersion: 'v1', ...given, ...(subResource === 'attach' ? {} : { command }), ...more.object },
      oldObject: null,
      dryRun: false,
      options: null,
      ...more.request,
    },
  }
}

export interface ReviewResponse {
  readonly uid: string
  readonly allowed: boolean
  readonly auditAnnotations?: Record<string, string>
  readonly warnings?: string[]
  readonly status?: { readonly code: number; readonly reason: string; readonly message: string }
}

export const responseOf = (body: object): ReviewResponse => (body as { response: ReviewResponse }).response
