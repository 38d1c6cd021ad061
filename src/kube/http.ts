import type { Agent as HttpAgent, IncomingMessage } from 'node:http'
import type { Socket } from 'node:net'
import type { ClientCertificate } from './credentials.ts'
import { fault } from './faults.ts'
import type { HeaderLines } from './headers.ts'
import { faultFromNetworkError } from './network-faults.ts'

// An `import` of node:http reads each of its exports, and one of them is a getter that loads undici: 30 ms (Node 24).
const { Agent, request: httpRequest } = process.getBuiltinModule('node:http')

export interface HttpRequest {
  readonly method: string
  readonly server: URL
  readonly path: string
  readonly headers: HeaderLines
  readonly body: Buffer | undefined
  /** For everything up to the last byte of the answer; 0 is no limit. */
  readonly timeoutMs: number
  readonly signal: AbortSignal | undefined
}

/** Plain requests over sockets that are kept alive between them. This file is the only one that loads node:http. */
export interface Requests {
  /**
   * Sends one request and resolves with the answer's head; its body is still to be read. Rejects with a Fault. A
   * request without effects that met a kept-alive socket which the server had just closed is sent once more.
   */
  send(request: HttpRequest, certificate: ClientCertificate | undefined): Promise<IncomingMessage>
  close(): void
}

type Take = (certificate: ClientCertificate | undefined) => Promise<Socket>

export function openRequests(take: Take): Requests {
  let agent: { readonly of: DialingAgent; readonly certificate: ClientCertificate | undefined } | undefined
  const agentFor = (certificate: ClientCertificate | undefined): DialingAgent => {
    if (agent === undefined || agent.certificate !== certificate) {
      agent?.of.destroy()
      agent = { of: new DialingAgent(() => take(certificate)), certificate }
    }
    return agent.of
  }
  return {
    send: async (request, certificate) => {
      const used = agentFor(certificate)
      try {
        return await sendOnce(request, used)
      } catch (error) {
        if (request.signal?.aborted) throw error
        if (request.method !== 'GET' || !isStaleSocket(error)) throw faultFromNetworkError(error, request.server.host)
        // Where one idle socket was closed the others may be: only a new one is sure.
        used.dropIdle()
        return sendOnce(request, used).catch(rethrow(request))
      }
    },
    close: () => agent?.of.destroy(),
  }
}

/** Of a longer one Node makes 1 ms: "Scheduling timers" in its documentation. */
const LONGEST_TIMER_MS = 2 ** 31 - 1

type Created = (error: Error | null, socket: Socket) => void

/** node:http only sees a socket that is ready, whatever lies beneath it. */
class DialingAgent extends Agent {
  readonly #dial: () => Promise<Socket>

  constructor(dialOne: () => Promise<Socket>) {
    super({ keepAlive: true, maxSockets: 8 })
    this.#dial = dialOne
  }

  dropIdle(): void {
    for (const socket of Object.values(this.freeSockets).flat()) socket?.destroy()
  }

  override createConnection(_options: unknown, created?: Created): undefined {
    this.#dial().then(
      (socket) => created?.(null, socket),
      (error: Error) => created?.(error, undefined as never),
    )
  }
}

const rethrow =
  ({ server }: HttpRequest) =>
  (error: unknown): never => {
    throw faultFromNetworkError(error, server.host)
  }

const isStaleSocket = (error: unknown): boolean => (error as { staleSocket?: boolean }).staleSocket === true

function sendOnce(sent: HttpRequest, agent: HttpAgent): Promise<IncomingMessage> {
  const { method, server, path, headers, body, timeoutMs, signal } = sent
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
    })
    const end = (error: Error): void => {
      if (answer === undefined) request.destroy(error)
      else answer.destroy(error)
      // A socket that is still being dialled does not hear the request being destroyed.
      reject(error)
    }
    // node:http would tie the signal to the socket, which goes on to serve other requests.
    const leave = (): void => end(signal?.reason as Error)
    if (signal?.aborted) leave()
    signal?.addEventListener('abort', leave, { once: true })
    const expire = (): void => {
      const detail = `${server.host}: no complete answer to ${method} ${path.split('?')[0]} within ${timeoutMs / 1000} s`
      end(fault('KAE_KUBE_TIMEOUT', { detail }))
    }
    const timer = timeoutMs > 0 ? setTimeout(expire, Math.min(timeoutMs, LONGEST_TIMER_MS)) : undefined
    const release = (): void => {
      clearTimeout(timer)
      signal?.removeEventListener('abort', leave)
    }
    request.once('close', release)
    request.on('error', (error: NodeJS.ErrnoException) => {
      release()
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

/** No list that is asked for page by page comes near it, and its JSON still fits into memory. */
const LONGEST_BODY_BYTES = 64 * 1024 * 1024

/** The whole body. An answer that breaks off in the middle, or does not end, is a Fault. */
export async function readBody(response: IncomingMessage, server: URL): Promise<Buffer> {
  const chunks: Buffer[] = []
  let held = 0
  try {
    for await (const chunk of response as AsyncIterable<Buffer>) {
      chunks.push(chunk)
      held += chunk.length
      if (held > LONGEST_BODY_BYTES) throw endless(server)
    }
  } catch (error) {
    throw faultFromNetworkError(error, server.host)
  }
  return Buffer.concat(chunks)
}

const endless = ({ host }: URL): Error =>
  fault('KAE_KUBE_NOT_AN_API_SERVER', { detail: `${host}: an answer of more than ${LONGEST_BODY_BYTES >> 20} MiB` })
