import { type IncomingMessage, STATUS_CODES } from 'node:http'
import type { Duplex } from 'node:stream'
import { setTimeout as pause } from 'node:timers/promises'
import { WebSocketServer } from 'ws'
import { GROUP_VERSION, HELLO_HEADER, HELLO_HEADER_MAX_BYTES, SESSION_SUBPROTOCOL } from '../../src/protocol/api.ts'
import { decodeHello } from '../../src/protocol/messages.ts'
import { parseSessionId, type SessionId } from '../../src/protocol/session-id.ts'
import type { Collector } from '../collector.ts'
import { authenticate } from './front-proxy.ts'
import { statusBody } from './status.ts'
import type { Trust } from './trust.ts'
import { PIPE_LIMITS, type PipeLimits, WebSocketPipe } from './ws-pipe.ts'

export interface AttachOptions {
  readonly collector: Collector
  readonly trust: Trust
  readonly pipeLimits?: PipeLimits
  /** Most streams of one user at a time, whatever they are for. */
  readonly streamsPerUser: number
}

export interface AttachHandler {
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void
  /** Ends the streams that are still there. */
  close(): Promise<void>
}

/** Our client sends one record a message, 64 KiB of payload at most. A stream holds one unfinished message in memory. */
const MESSAGE_BYTES = 512 * 1024
const CLOSE_MS = 1_000
/** How long a client may take to answer a close. */
const CLOSING_MS = 5_000

type Refusal = { readonly type: 'refused'; readonly http: number; readonly why: string }
type Route = { readonly type: 'attach'; readonly namespace: string; readonly id: SessionId }
type HelloHeader = { readonly type: 'hello'; readonly hello: unknown } | { readonly type: 'none' }

const PATH = new RegExp(
  // Whatever stands in the id's place is judged as an id, slashes and all.
  `^/apis/${GROUP_VERSION}/namespaces/([a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?)/sessions/(.+)/attach$`,
)

const refusal = (http: number, why: string): Refusal => ({ type: 'refused', http, why })

/** Handles upgrades: `GET …/namespaces/{namespace}/sessions/{id}/attach`, from the API server's front proxy alone. */
export function attachHandler(options: AttachOptions): AttachHandler {
  const { pipeLimits = PIPE_LIMITS } = options
  const handleProtocols = () => SESSION_SUBPROTOCOL
  const wire = { maxPayload: MESSAGE_BYTES, perMessageDeflate: false, handleProtocols, closeTimeout: CLOSING_MS }
  const sockets = new WebSocketServer({ noServer: true, ...wire })
  const streams = new Map<string, number>()

  /** False where a user has as many as one may. Else the socket counts until it closes. */
  function admit(username: string, socket: Duplex): boolean {
    const own = streams.get(username) ?? 0
    if (own >= options.streamsPerUser) return false
    streams.set(username, own + 1)
    socket.once('close', () => {
      const left = (streams.get(username) ?? 1) - 1
      if (left > 0) streams.set(username, left)
      else streams.delete(username)
    })
    return true
  }

  function upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    socket.on('error', () => socket.destroy())
    const caller = authenticate(request, options.trust.requestHeader, new Date())
    if (caller.type === 'refused') return answer(socket, caller)
    const route = routeOf(request)
    if (route.type === 'refused') return answer(socket, route)
    const hello = helloOf(request.rawHeaders)
    if (hello.type === 'refused') return answer(socket, hello)
    if (!admit(caller.identity.username, socket)) return answer(socket, refusal(429, 'too many streams of this user'))
    sockets.handleUpgrade(request, socket, head, (webSocket) => {
      const { namespace, id } = route
      const arrival = { id, namespace, identity: caller.identity, authentication: 'request-header' } as const
      const pipe = new WebSocketPipe(webSocket, pipeLimits)
      options.collector.accept(pipe, hello.type === 'hello' ? { ...arrival, hello: hello.hello } : arrival)
    })
  }

  /** Streams that were told to close get a moment to answer. */
  async function close(): Promise<void> {
    const deadline = performance.now() + CLOSE_MS
    while (sockets.clients.size > 0 && performance.now() < deadline) await pause(10)
    for (const client of sockets.clients) client.terminate()
  }
  return { upgrade, close }
}

function routeOf(request: IncomingMessage): Route | Refusal {
  const [, namespace, , text] = PATH.exec((request.url ?? '').split('?', 1)[0] ?? '') ?? []
  if (namespace === undefined || text === undefined) return refusal(404, 'there is no such stream')
  const id = parseSessionId(text)
  if (id === undefined) return refusal(400, 'a session id is a UUIDv7 in lower case')
  const offered = (request.headers['sec-websocket-protocol'] ?? '').split(',').map((name) => name.trim())
  if (!offered.includes(SESSION_SUBPROTOCOL)) return refusal(400, `the subprotocol ${SESSION_SUBPROTOCOL} is needed`)
  return { type: 'attach', namespace, id }
}

/** The hello that came with the upgrade, which saves a round trip. */
function helloOf(rawHeaders: readonly string[]): HelloHeader | Refusal {
  const values = rawHeaders.filter(
    (_, index) => index % 2 === 1 && rawHeaders[index - 1]?.toLowerCase() === HELLO_HEADER,
  )
  const [value] = values
  if (value === undefined) return { type: 'none' }
  if (values.length > 1) return refusal(400, `${HELLO_HEADER} came ${values.length} times`)
  if (value.length > HELLO_HEADER_MAX_BYTES) return refusal(400, `${HELLO_HEADER} is too long: send it as a message`)
  if (!/^[A-Za-z0-9_-]+=*$/.test(value)) return refusal(400, `${HELLO_HEADER} is not base64url`)
  const decoded = decodeHello(Buffer.from(value, 'base64url').toString())
  return decoded.type === 'hello'
    ? { type: 'hello', hello: decoded.json }
    : refusal(400, `${HELLO_HEADER} is no plain JSON`)
}

function answer(socket: Duplex, { http, why }: { readonly http: number; readonly why: string }): void {
  const body = JSON.stringify(statusBody(http, why))
  const head = [
    `HTTP/1.1 ${http} ${STATUS_CODES[http]}`,
    'Content-Type: application/json',
    `Content-Length: ${Buffer.byteLength(body)}`,
    'Connection: close',
  ]
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`)
  // After an upgrade nobody else reads or closes it: a client that stays, or goes unheard, would hold it for ever.
  socket.resume()
  setTimeout(() => socket.destroy(), CLOSE_MS).unref()
}
