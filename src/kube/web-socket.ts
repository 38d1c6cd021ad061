/** Opens WebSockets of the API server. The hot path to the first prompt: it loads `ws` and nothing else. */
import type { ClientRequest, IncomingMessage } from 'node:http'
import { WebSocket } from 'ws'
import { isFault } from '../protocol/fault.ts'
import { printable } from '../protocol/printable.ts'
import type { KubeConnection, UpgradeOptions } from './connection.ts'
import { fault } from './faults.ts'
import type { HeaderLines } from './headers.ts'
import type { Query } from './request-path.ts'
import { decodeStatus, readRefusal } from './status.ts'

export interface WebSocketRequest {
  readonly path: string
  readonly query?: Query
  readonly protocols: readonly string[]
  readonly headers?: HeaderLines
  /** How long the answer may take, admission included. */
  readonly timeoutMs: number
  /** Nobody waits for the answer any more: the connection is closed. */
  readonly signal?: AbortSignal
}

/** An HTTP answer in place of an upgrade. */
export interface Refusal {
  readonly status: number
  readonly contentType: string
  /** Its first kilobytes: a `Status`, if an API server wrote it. */
  readonly body: Buffer
}

export type Upgrade =
  /** Paused: the caller attaches its listeners and then resumes it, so that no message is missed. */
  { readonly type: 'open'; readonly socket: WebSocket } | { readonly type: 'refused'; readonly refusal: Refusal }

/** The message of the `Status` in a refusal, safe to print; undefined where no API server wrote it. */
export function statusMessage({ body }: Refusal): string | undefined {
  const status = decodeStatus(body)
  return status === undefined ? undefined : printable(status.message)
}

const MAX_MESSAGE_BYTES = 64 * 1024 * 1024

/**
 * Masks keep a page in a browser from writing what a proxy takes for HTTP (RFC 6455, section 10.3). Nobody on the way reads
 * TLS, and a mask of zeros costs neither side a pass over all bytes.
 */
const zeroMask = (mask: Buffer): void => void mask.fill(0)

/** Upgrades one request; after a 401 once more with fresh credentials. Rejects with a `Fault` where no answer comes. */
export async function openWebSocket(connection: KubeConnection, request: WebSocketRequest): Promise<Upgrade> {
  const options = await connection.upgradeOptions(request.path, request.query ?? {}, request.protocols)
  request.signal?.throwIfAborted()
  const upgrade = await upgradeOnce(options, request)
  if (upgrade.type === 'open' || upgrade.refusal.status !== 401 || !(await options.refresh())) return upgrade
  const renewed = await connection.upgradeOptions(request.path, request.query ?? {}, request.protocols)
  return upgradeOnce(renewed, request)
}

function upgradeOnce(options: UpgradeOptions, request: WebSocketRequest): Promise<Upgrade> {
  const socket = new WebSocket(options.url, [...options.protocols], {
    headers: { ...options.headers, ...request.headers } as Record<string, string>,
    // `ws` hands it to node:http unchanged; its types know only the synchronous form.
    createConnection: options.createConnection as never,
    perMessageDeflate: false,
    ...(options.url.startsWith('wss:') ? { generateMask: zeroMask } : {}),
    maxPayload: MAX_MESSAGE_BYTES,
  })
  request.signal?.addEventListener('abort', () => socket.terminate())
  return new Promise((resolve, reject) => {
    let refusing: IncomingMessage | undefined
    const timer = setTimeout(() => {
      // A refusal whose words do not end is one all the same.
      if (refusing !== undefined) return refusing.destroy()
      reject(fault('KAE_KUBE_TIMEOUT', { detail: `the upgrade was not answered in ${request.timeoutMs / 1000} s` }))
      socket.terminate()
    }, request.timeoutMs)
    socket.once('open', () => {
      clearTimeout(timer)
      socket.pause()
      resolve({ type: 'open', socket })
    })
    socket.once('unexpected-response', (_sent: ClientRequest, response: IncomingMessage) => {
      refusing = response
      const connection = response.socket
      void readRefusal(response).then((body) => {
        clearTimeout(timer)
        resolve({
          type: 'refused',
          refusal: { status: response.statusCode ?? 0, contentType: response.headers['content-type'] ?? '', body },
        })
        // An answer that ended leaves its connection to nobody: it would hold the process until the server hangs up.
        connection.destroy()
      })
    })
    socket.once('error', (cause) => {
      clearTimeout(timer)
      reject(explained(cause))
    })
  })
}

const explained = (cause: Error): Error =>
  isFault(cause) ? cause : fault('KAE_KUBE_CONNECTION_LOST', { detail: cause.message, cause })
