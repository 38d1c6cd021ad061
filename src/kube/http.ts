import { type Agent, request as httpRequest, type IncomingMessage } from 'node:http'
import { fault } from './faults.ts'
import type { HeaderLines } from './headers.ts'
import { faultFromNetworkError } from './network-faults.ts'

export interface HttpRequest {
  readonly method: string
  readonly server: URL
  readonly path: string
  readonly headers: HeaderLines
  readonly body: Buffer | undefined
  readonly agent: Agent
  /** For everything up to the last byte of the answer; 0 is no limit. */
  readonly timeoutMs: number
  readonly signal: AbortSignal | undefined
}

/**
 * Sends one request and resolves with the answer's head; its body is still to be read. Rejects with a Fault. A request
 * without effects that met a kept-alive socket which the server had just closed is sent once more.
 */
export async function sendRequest(request: HttpRequest): Promise<IncomingMessage> {
  try {
    return await sendOnce(request)
  } catch (error) {
    if (request.method === 'GET' && isStaleSocket(error)) return sendOnce(request).catch(rethrow(request))
    throw faultFromNetworkError(error, request.server.host)
  }
}

const rethrow =
  ({ server }: HttpRequest) =>
  (error: unknown): never => {
    throw faultFromNetworkError(error, server.host)
  }

const isStaleSocket = (error: unknown): boolean => (error as { staleSocket?: boolean }).staleSocket === true

function sendOnce({
  method,
  server,
  path,
  headers,
  body,
  agent,
  timeoutMs,
  signal,
}: HttpRequest): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    let answer: IncomingMessage | undefined
    const request = httpRequest({
      method,
      path,
      agent,
      setDefaultHeaders: true,
      headers: {
        Host: server.host,
        Accept: 'application/json',
        ...(body === undefined ? {} : { 'Content-Length': body.length }),
        ...mutable(headers),
      },
      ...(signal === undefined ? {} : { signal }),
    })
    const expire = (): void => {
      const detail = `${server.host}: no complete answer to ${method} ${path.split('?')[0]} within ${timeoutMs / 1000} s`
      const late = fault('KAE_KUBE_TIMEOUT', { detail })
      if (answer === undefined) request.destroy(late)
      else answer.destroy(late)
      // A socket that is still being dialled does not hear the request being destroyed.
      reject(late)
    }
    const timer = timeoutMs > 0 ? setTimeout(expire, timeoutMs) : undefined
    request.once('close', () => clearTimeout(timer))
    request.on('error', (error: NodeJS.ErrnoException) => {
      clearTimeout(timer)
      const stale = request.reusedSocket && error.code === 'ECONNRESET'
      reject(stale ? Object.assign(error, { staleSocket: true }) : error)
    })
    request.once('response', (response) => {
      answer = response
      resolve(response)
    })
    request.end(body)
  })
}

const mutable = (headers: HeaderLines): Record<string, string | string[]> =>
  Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, typeof value === 'string' ? value : [...value]]),
  )

/** The whole body. An answer that breaks off in the middle is a Fault. */
export async function readBody(response: IncomingMessage, server: URL): Promise<Buffer> {
  const chunks: Buffer[] = []
  try {
    for await (const chunk of response) chunks.push(chunk as Buffer)
  } catch (error) {
    throw faultFromNetworkError(error, server.host)
  }
  return Buffer.concat(chunks)
}
