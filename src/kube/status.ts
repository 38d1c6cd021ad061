import type { Fault } from '../protocol/fault.ts'
import { printable } from '../protocol/printable.ts'
import { fault } from './faults.ts'

/** A `Status` of the API server (apimachinery metav1.Status), the parts that say what went wrong. */
export interface KubeStatus {
  readonly code: number
  readonly reason: string
  readonly message: string
}

export interface HttpAnswer {
  readonly status: number
  readonly contentType: string
  readonly body: Buffer
}

/**
 * The Fault for an answer that is not a success. Its `cause` is the KubeStatus when the API server sent one: read it
 * with `statusOf`.
 */
export function faultFromAnswer(answer: HttpAnswer): Fault {
  const status = decodeStatus(answer.body)
  // A bare 401 or 429 comes from the API server's filters, before anything could make a Status of it.
  const bare = answer.contentType.startsWith('text/plain') || answer.body.length === 0
  if (status === undefined && !bare) return notAnApiServer(answer)
  const words = printable(answer.body.toString('utf8').trim(), 300)
  const known = status ?? { code: answer.status, reason: '', message: words || `HTTP status ${answer.status}` }
  return faultFromStatus(known)
}

export function faultFromStatus(status: KubeStatus): Fault {
  const detail = printable(status.message || status.reason || `HTTP status ${status.code}`)
  return fault(codeOf(status.code), { detail, cause: status })
}

function codeOf(code: number) {
  switch (code) {
    case 401:
      return 'KAE_KUBE_UNAUTHORIZED'
    case 403:
      return 'KAE_KUBE_FORBIDDEN'
    case 404:
      return 'KAE_KUBE_NOT_FOUND'
    case 504:
      return 'KAE_KUBE_TIMEOUT'
    default:
      return 'KAE_KUBE_API_ERROR'
  }
}

export function decodeStatus(body: Buffer): KubeStatus | undefined {
  try {
    const { kind, code, reason, message } = JSON.parse(body.toString('utf8')) as Record<string, unknown>
    if (kind !== 'Status') return undefined
    return { code: Number(code ?? 0), reason: String(reason ?? ''), message: String(message ?? '') }
  } catch {
    return undefined
  }
}

/** The Status behind a fault, when the API server sent one. */
export function statusOf(error: Fault): KubeStatus | undefined {
  const cause = error.cause as Partial<KubeStatus> | undefined
  return typeof cause?.code === 'number' && typeof cause.reason === 'string' ? (cause as KubeStatus) : undefined
}

export function notAnApiServer({ status, contentType }: Pick<HttpAnswer, 'status' | 'contentType'>): Fault {
  const what = contentType === '' ? 'an answer without a type' : printable(contentType, 100)
  return fault('KAE_KUBE_NOT_AN_API_SERVER', { detail: `expected JSON, received ${what} with status ${status}` })
}

/** More than any Status. */
const REFUSAL_BYTES = 64 * 1024

/** The beginning of a refusal's body, where its Status is. What came of one that breaks off still leaves its HTTP status. */
export async function readRefusal(response: AsyncIterable<Buffer>): Promise<Buffer> {
  const chunks: Buffer[] = []
  let size = 0
  try {
    for await (const chunk of response) {
      chunks.push(chunk)
      size += chunk.length
      if (size > REFUSAL_BYTES) break
    }
  } catch {
    // As far as it came.
  }
  return Buffer.concat(chunks)
}
