/** CONNECT reviews of `pods/exec`, as the API server's ValidatingAdmissionWebhook sends and judges them: it fails closed. */
import { randomUUID } from 'node:crypto'
import { request } from 'node:https'
import type { Identity } from '../protocol/session.ts'
import type { PodExecOptions } from './exec-options.ts'
import { failure, internalError, type Status } from './status.ts'

export interface Webhook {
  /** Its name in the webhook configuration: it stands in every denial, and before each audit annotation. */
  readonly name: string
  readonly url: string
  /** PEM of the authority that its certificate must come from. */
  readonly ca: string
  readonly timeoutMs: number
}

export interface ExecAttempt {
  readonly user: Identity
  readonly namespace: string
  readonly pod: string
  readonly options: PodExecOptions
}

export interface Notes {
  readonly warnings: readonly string[]
  readonly annotations: Readonly<Record<string, string>>
}

export type Verdict = Notes &
  ({ readonly decision: 'allowed' } | { readonly decision: 'denied'; readonly status: Status })

interface ReviewResponse {
  readonly uid?: unknown
  readonly allowed?: unknown
  readonly status?: { readonly code?: number; readonly reason?: string; readonly message?: string }
  readonly warnings?: readonly string[]
  readonly auditAnnotations?: Readonly<Record<string, string>>
}

const RESOURCE = { group: '', version: 'v1', resource: 'pods' }
const KIND = { group: '', version: 'v1', kind: 'PodExecOptions' }
const NO_NOTES: Notes = { warnings: [], annotations: {} }
const RESPONSE_MAX_BYTES = 1 << 20

/** Asks the webhook. Whatever is not a well-formed "allowed" of this very review is a denial. */
export async function reviewExec(webhook: Webhook, attempt: ExecAttempt): Promise<Verdict> {
  const uid = randomUUID()
  try {
    return judge(webhook.name, uid, await post(webhook, JSON.stringify(reviewOf(uid, attempt))))
  } catch (error) {
    const why = `failed to call webhook: Post ${JSON.stringify(webhook.url)}: ${(error as Error).message}`
    return uncallable(webhook.name, why)
  }
}

const reviewOf = (uid: string, { user, namespace, pod, options }: ExecAttempt): object => ({
  kind: 'AdmissionReview',
  apiVersion: 'admission.k8s.io/v1',
  request: {
    uid,
    kind: KIND,
    resource: RESOURCE,
    subResource: 'exec',
    requestKind: KIND,
    requestResource: RESOURCE,
    requestSubResource: 'exec',
    name: pod,
    namespace,
    operation: 'CONNECT',
    userInfo: user,
    object: options,
    oldObject: null,
    dryRun: false,
    options: null,
  },
})

/** Source: `VerifyAdmissionResponse` and `ToStatusErr` in k8s.io/apiserver pkg/admission/plugin/webhook. */
function judge(name: string, uid: string, body: string): Verdict {
  const review = JSON.parse(body) as { kind?: unknown; apiVersion?: unknown; response?: ReviewResponse } | null
  const response = review?.response
  if (review?.kind !== 'AdmissionReview' || review.apiVersion !== 'admission.k8s.io/v1' || !response) {
    return uncallable(name, 'received invalid webhook response: expected an AdmissionReview with a response')
  }
  if (response.uid !== uid) {
    const got = JSON.stringify(response.uid)
    return uncallable(name, `received invalid webhook response: expected response.uid="${uid}", got ${got}`)
  }
  const annotations = Object.fromEntries(
    Object.entries(response.auditAnnotations ?? {}).map(([key, value]) => [`${name}/${key}`, value]),
  )
  const notes = { warnings: response.warnings ?? [], annotations }
  if (response.allowed === true) return { decision: 'allowed', ...notes }
  return { decision: 'denied', status: denial(name, response.status ?? {}), ...notes }
}

function denial(name: string, { code = 0, reason = '', message = '' }: NonNullable<ReviewResponse['status']>): Status {
  const by = `admission webhook ${JSON.stringify(name)} denied the request`
  const explained = message || reason
  return failure({
    code: code < 400 ? 400 : code,
    reason,
    message: explained === '' ? `${by} without explanation` : `${by}: ${explained}`,
  })
}

const uncallable = (name: string, why: string): Verdict => ({
  decision: 'denied',
  status: internalError(`failed calling webhook ${JSON.stringify(name)}: ${why}`),
  ...NO_NOTES,
})

function post({ url, ca, timeoutMs }: Webhook, body: string): Promise<string> {
  const headers = {
    'content-type': 'application/json',
    accept: 'application/json',
    'content-length': Buffer.byteLength(body),
  }
  const signal = AbortSignal.timeout(timeoutMs)
  return new Promise((resolve, reject) => {
    const outgoing = request(url, { method: 'POST', ca, headers, signal, agent: false }, (response) => {
      const chunks: Buffer[] = []
      let bytes = 0
      response.on('data', (chunk: Buffer) => {
        bytes += chunk.length
        if (bytes > RESPONSE_MAX_BYTES) response.destroy(new Error('the response is too long'))
        chunks.push(chunk)
      })
      response.on('error', reject)
      response.on('end', () =>
        response.statusCode === 200
          ? resolve(Buffer.concat(chunks).toString())
          : reject(new Error(`the server answered ${response.statusCode}`)),
      )
    })
    outgoing.on('error', (error) => reject(signal.aborted ? new Error('context deadline exceeded') : error))
    outgoing.end(body)
  })
}
