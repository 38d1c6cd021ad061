/** An API server of two upgrades, the session's and the exec's, each answered when and how a test says. */
import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Duplex } from 'node:stream'
import { type WebSocket, WebSocketServer } from 'ws'
import { WebSocketPipe } from '../../../server-min/api/ws-pipe.ts'
import { createCollector } from '../../../server-min/collector.ts'
import { HELLO_HEADER, SESSION_SUBPROTOCOL } from '../../../src/protocol/api.ts'
import { encodeChannel, encodeStatus } from '../../../src/protocol/channel.ts'
import { parseSessionId } from '../../../src/protocol/session-id.ts'
import { MemoryLog } from '../../rig/memory-log.ts'

export class Asked {
  readonly url: string
  readonly headers: IncomingMessage['headers']
  readonly #take: () => WebSocket
  readonly #socket: Duplex
  /** What came over it, once it was upgraded. */
  readonly frames: Buffer[] = []
  closed = false

  constructor(incoming: IncomingMessage, socket: Duplex, take: () => WebSocket) {
    this.url = incoming.url ?? ''
    this.headers = incoming.headers
    this.#socket = socket
    this.#take = take
    for (const event of ['end', 'close'])
      socket.once(event, () => {
        this.closed = true
      })
    // Nothing comes before the answer but the end, and that only where somebody reads.
    socket.resume()
  }

  upgrade(): WebSocket {
    const webSocket = this.#take()
    webSocket.on('message', (bytes: Buffer) => void this.frames.push(bytes))
    webSocket.on('error', () => {})
    return webSocket
  }

  drop(): void {
    this.#socket.destroy()
  }

  refuse(code: number, message: string): void {
    const body = JSON.stringify({ kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Failure', message, code })
    const head = `HTTP/1.1 ${code} No\r\nContent-Type: application/json\r\nContent-Length: ${Buffer.byteLength(body)}`
    this.#socket.end(`${head}\r\nConnection: close\r\n\r\n${body}`)
  }
}

export class ApiServer implements AsyncDisposable {
  readonly log = new MemoryLog()
  readonly attaches: Asked[] = []
  readonly execs: Asked[] = []
  readonly #server: Server
  readonly #collector = createCollector({ log: this.log })

  private constructor(server: Server) {
    this.#server = server
    const wire = new WebSocketServer({ noServer: true, handleProtocols: ([first]) => first ?? false })
    server.on('upgrade', (incoming, socket: Duplex, head) => {
      socket.on('error', () => {})
      const take = (): WebSocket => {
        let taken: WebSocket | undefined
        wire.handleUpgrade(incoming, socket, head, (webSocket) => {
          taken = webSocket
        })
        if (taken === undefined) throw new Error('not upgraded')
        return taken
      }
      const isAttach = incoming.headers['sec-websocket-protocol'] === SESSION_SUBPROTOCOL
      ;(isAttach ? this.attaches : this.execs).push(new Asked(incoming, socket, take))
    })
  }

  static async start(): Promise<ApiServer> {
    const server = createServer((_incoming, response) => response.writeHead(404).end())
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    return new ApiServer(server)
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`
  }

  /** Lets a real collector answer the session's request. */
  serve(asked: Asked): void {
    const id = parseSessionId(/sessions\/([^/]+)\/attach/.exec(asked.url)?.[1] ?? '')
    if (id === undefined) throw new Error(asked.url)
    const hello: unknown = JSON.parse(Buffer.from(String(asked.headers[HELLO_HEADER]), 'base64url').toString())
    const identity = { username: 'alice', groups: [], extra: {} }
    const arrival = { id, namespace: 'default', identity, authentication: 'request-header', hello } as const
    this.#collector.accept(new WebSocketPipe(asked.upgrade()), arrival)
  }

  /** Ends the one session at somebody's word. */
  async terminate(by: string, reason: string): Promise<string> {
    const [open] = this.log.records
    return open === undefined ? 'unknown' : this.#collector.terminate(open.session, { by, reason })
  }

  /** Ends an exec as a command does that exits with 0. */
  finish(webSocket: WebSocket): void {
    webSocket.send(encodeStatus({ metadata: {}, status: 'Success' } as never))
    webSocket.close(1000)
  }

  output(webSocket: WebSocket, text: string): void {
    webSocket.send(encodeChannel(1, Buffer.from(text)))
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const asked of [...this.attaches, ...this.execs]) asked.drop()
    this.#server.closeAllConnections()
    this.#server.close()
    await once(this.#server, 'close')
  }
}
