/** An API server before a collector: what it answers to plain requests and to the session's upgrade is a test's to say. */
import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Duplex } from 'node:stream'
import { type WebSocket, WebSocketServer } from 'ws'
import { type KubeConnection, openConnection } from '../../src/kube/connection.ts'
import { loadConnection } from '../../src/kube/load.ts'

type Plain = (path: string, response: ServerResponse) => void
type Upgraded = (taken: { readonly incoming: IncomingMessage; readonly socket: Duplex; upgrade(): WebSocket }) => void

export const sendStatus = (response: ServerResponse, code: number): void =>
  void response.writeHead(code, { 'Content-Type': 'application/json' }).end(statusText(code, 'said so'))

export const statusText = (code: number, message: string): string =>
  JSON.stringify({ kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Failure', message, code })

/** An answer in place of an upgrade. */
export function refuse(socket: Duplex, code: number, body = statusText(code, `refused with ${code}`)): void {
  const type = body.startsWith('{') ? 'application/json' : 'text/html'
  const head = `HTTP/1.1 ${code} No\r\nContent-Type: ${type}\r\nContent-Length: ${Buffer.byteLength(body)}`
  socket.end(`${head}\r\nConnection: close\r\n\r\n${body}`)
}

export interface Fronted extends AsyncDisposable {
  readonly connection: KubeConnection
  /** Paths of plain requests so far. */
  readonly asked: readonly string[]
}

export async function front(
  { plain, upgraded }: { readonly plain?: Plain; readonly upgraded: Upgraded },
  requestTimeout?: string,
): Promise<Fronted> {
  const asked: string[] = []
  const sockets = new Set<Duplex>()
  const server = createServer((incoming, response) => {
    asked.push(incoming.url ?? '')
    if (plain === undefined) response.writeHead(404).end()
    else plain(incoming.url ?? '', response)
  })
  const wire = new WebSocketServer({ noServer: true, handleProtocols: ([first]) => first ?? false })
  server.on('connection', (socket) => sockets.add(socket))
  server.on('upgrade', (incoming, socket: Duplex, head) => {
    socket.on('error', () => {})
    const upgrade = (): WebSocket => {
      let taken: WebSocket | undefined
      wire.handleUpgrade(incoming, socket, head, (webSocket) => {
        taken = webSocket
      })
      if (taken === undefined) throw new Error('not upgraded')
      return taken
    }
    upgraded({ incoming, socket, upgrade })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const flags = { server: `http://127.0.0.1:${(server.address() as AddressInfo).port}` }
  const limit = requestTimeout === undefined ? {} : { 'request-timeout': requestTimeout }
  const connection = openConnection(loadConnection({ ...flags, ...limit }, { env: { HOME: '/nowhere' } }))
  return {
    connection,
    asked,
    [Symbol.asyncDispose]: async () => {
      connection.close()
      for (const socket of sockets) socket.destroy()
      server.close()
      await once(server, 'close')
    },
  }
}
