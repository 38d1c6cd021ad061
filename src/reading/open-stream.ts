import type { IncomingMessage } from 'node:http'
import type { KubeConnection, RequestOptions } from '../kube/connection.ts'

/**
 * A long answer that can be left at any time. node:http keeps a request's signal for as long as its socket lives, and that
 * goes on to serve other requests: from the answer's head on the answer alone is ended.
 */
export async function openStream(
  connection: KubeConnection,
  { signal, ...options }: RequestOptions,
): Promise<IncomingMessage> {
  const waiting = new AbortController()
  const leave = (): void => waiting.abort()
  signal?.addEventListener('abort', leave, { once: true })
  if (signal?.aborted) leave()
  const response = await connection.open({ ...options, signal: waiting.signal }).finally(() => {
    signal?.removeEventListener('abort', leave)
  })
  const end = (): void => void response.destroy()
  signal?.addEventListener('abort', end, { once: true })
  response.once('close', () => signal?.removeEventListener('abort', end))
  // Between two turns of a loop over it, nobody else hears that it broke; the loop does in its next turn.
  response.on('error', () => undefined)
  return response
}
