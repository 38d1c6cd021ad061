/** Failures in the screen's words. */
import { statusOf } from '../../kube/status.ts'
import { type Fault, isFault } from '../../protocol/fault.ts'
import { printable } from '../../protocol/printable.ts'
import type { Feed, Trouble } from '../state/model.ts'

/** @throws what is no Fault: a bug is for whoever started the screen */
export function troubleOf(error: unknown): Trouble {
  if (!isFault(error)) throw error
  return { what: sentence(error.message), next: sentence(error.next) }
}

const sentence = (words: string): string => {
  const plain = printable(words, 600).replace(/\s+/g, ' ').trim()
  return plain.charAt(0).toUpperCase() + plain.slice(1)
}

/** Others who are somebody may be let in. Credentials that count for nothing are a failure everywhere. */
const REFUSALS = new Set(['KAE_KUBE_FORBIDDEN', 'KAE_READING_FORBIDDEN'])

/** Faults that go away by themselves: the network's, and those of a server that is busy or starting. */
const PASSING = new Set([
  'KAE_KUBE_UNREACHABLE',
  'KAE_KUBE_TIMEOUT',
  'KAE_KUBE_CONNECTION_LOST',
  'KAE_KUBE_API_ERROR',
  'KAE_KUBE_PROXY_FAILED',
  'KAE_KUBE_NOT_AN_API_SERVER',
  'KAE_READING_UNREACHABLE',
  'KAE_READING_UNAVAILABLE',
])

export const isRefusal = (error: Fault): boolean => REFUSALS.has(error.code)
export const isPassing = (error: unknown): boolean => isFault(error) && PASSING.has(error.code)

/** The server does not remember any more what was told last: see the Kubernetes API concepts, "410 Gone". */
export const isGone = (error: unknown): boolean => isFault(error) && statusOf(error)?.code === 410

/** How a source stands that will not try again by itself. */
export const stoppedBy = (error: unknown): Feed => ({
  type: isFault(error) && isRefusal(error) ? 'refused' : 'failed',
  trouble: troubleOf(error),
})
