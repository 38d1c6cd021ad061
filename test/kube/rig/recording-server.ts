import { once } from 'node:events'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { createServer } from 'node:https'
import type { AddressInfo, Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import type { TLSSocket } from 'node:tls'
import { type Authority, type KeyPair, makeAuthority } from './certificates.ts'

/** One request as the server saw it: only what says who asks for what. */
export interface Seen {
  readonly method: string
  readonly url: string
  readonly authorization: string | undefined
  /** Raw header lines, lower-case names, sorted: Node would join repeated ones. */
  readonly impersonation: readonly string[]
  readonly clientName: string | undefined
  readonly sni: string | false
}

export interface RecordingServer extends AsyncDisposable {
  readonly authority: Authority
  readonly port: number
  readonly url: string
  readonly seen: Seen[]
  /** TCP connections accepted so far. */
  readonly connections: () => number
  readonly onUpgrade: (take: (request: IncomingMessage, socket: Duplex, head: Buffer) => void) => void
  /** Says goodbye on every connection. */
  readonly dropConnections: () => void
  /** Resolves when the other side has said goodbye as well. */
  readonly drained: () => Promise<void>
}

export type Handler = (request: IncomingMessage, response: ServerResponse) => void

export const answerJson = (response: ServerResponse, status: number, body: unknown): void => {
  response.writeHead(status, { 'Content-Type': 'application/json' }).end(JSON.stringify(body))
}

const SERVER_NAMES = [
  { type: 'ip', value: '127.0.0.1' },
  { type: 'dns', value: 'localhost' },
  { type: 'dns', value: 'api.test' },
] as const

/** An API server over TLS that asks for client certificates and writes down every request. */
export async function startRecordingServer(
  handle: Handler = (_request, response) => answerJson(response, 200, { kind: 'Any', apiVersion: 'v1' }),
  identity?: { authority: Authority; pair: KeyPair },
): Promise<RecordingServer> {
  const authority = identity?.authority ?? (await makeAuthority('test authority'))
  const pair = identity?.pair ?? (await authority.issue('CN=server', SERVER_NAMES))
  const seen: Seen[] = []
  let connections = 0
  const options = { ...pair, requestCert: true, rejectUnauthorized: false, ALPNProtocols: ['http/1.1'] }
  const server = createServer(options, (request, response) => {
    seen.push(describe(request))
    handle(request, response)
  })
  const alive = new Set<Socket>()
  server.on('connection', (socket: Socket) => {
    connections += 1
    alive.add(socket)
    socket.once('close', () => alive.delete(socket))
  })
  server.on('tlsClientError', () => undefined)
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const { port } = server.address() as AddressInfo
  return {
    authority,
    port,
    url: `https://127.0.0.1:${port}`,
    seen,
    connections: () => connections,
    onUpgrade: (take) => void server.on('upgrade', take),
    dropConnections: () => {
      for (const socket of alive) socket.end()
    },
    drained: async () => {
      for (const socket of alive) if (!socket.closed) await once(socket, 'close')
    },
    [Symbol.asyncDispose]: async () => {
      for (const socket of alive) socket.destroy()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

function describe(request: IncomingMessage): Seen {
  const socket = request.socket as TLSSocket
  const lines = request.rawHeaders.flatMap((name, at, all) =>
    at % 2 === 0 ? [`${name.toLowerCase()}: ${all[at + 1]}`] : [],
  )
  const peer = socket.getPeerCertificate()
  return {
    method: request.method ?? '',
    url: request.url ?? '',
    authorization: request.headers.authorization,
    impersonation: lines.filter((line) => line.startsWith('impersonate-')).toSorted(),
    clientName: peer?.subject === undefined ? undefined : String(peer.subject.CN),
    sni: (socket as TLSSocket & { servername?: string | false }).servername ?? false,
  }
}
