import { once } from 'node:events'
import { createServer as createHttpServer, type IncomingMessage } from 'node:http'
import { createServer as createHttpsServer } from 'node:https'
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net'
import type { KeyPair } from './certificates.ts'

export interface TestProxy extends AsyncDisposable {
  readonly port: number
  /** What it was asked to connect to, with the credentials it was given. */
  readonly asked: string[]
}

async function started(server: Server, asked: string[]): Promise<TestProxy> {
  const alive = new Set<Socket>()
  server.on('connection', (socket: Socket) => {
    alive.add(socket.on('error', () => undefined))
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  return {
    port: (server.address() as AddressInfo).port,
    asked,
    [Symbol.asyncDispose]: async () => {
      for (const socket of alive) socket.destroy()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

/** Every name leads to loopback, so that a test can use names that no DNS knows. */
function join(client: Socket, port: number): void {
  const upstream = connect(port, '127.0.0.1')
  upstream.on('error', () => client.destroy())
  client.on('error', () => upstream.destroy())
  client.pipe(upstream).pipe(client)
}

export interface ConnectProxyOptions {
  /** Makes it an https proxy. */
  readonly pair?: KeyPair
  /** Refuses with this line. */
  readonly refuse?: string
}

export function startConnectProxy({ pair, refuse }: ConnectProxyOptions = {}): Promise<TestProxy> {
  const asked: string[] = []
  const server = pair === undefined ? createHttpServer() : createHttpsServer(pair)
  server.on('connect', (request: IncomingMessage, client: Socket) => {
    asked.push(`${request.url} ${request.headers['proxy-authorization'] ?? 'nobody'}`)
    if (refuse !== undefined) {
      client.end(`HTTP/1.1 ${refuse}\r\n\r\n`)
      return
    }
    client.write('HTTP/1.1 200 Connection established\r\nVia: test\r\n\r\n')
    join(client, Number(request.url?.split(':').at(-1)))
  })
  return started(server, asked)
}

/** SOCKS5 with names, by RFC 1928; asks for a password when `password` is given. */
export function startSocksProxy(password?: string): Promise<TestProxy> {
  const asked: string[] = []
  const server = createServer((client) => {
    void converse(client).catch(() => client.destroy())
  })
  const take = async (client: Socket, size: number): Promise<Buffer> => {
    for (;;) {
      const chunk = client.read(size) as Buffer | null
      if (chunk !== null) return chunk
      await once(client, 'readable')
    }
  }
  const converse = async (client: Socket): Promise<void> => {
    const [, count = 0] = await take(client, 2)
    const methods = await take(client, count)
    const method = password === undefined ? 0 : 2
    if (!methods.includes(method)) return void client.end(Buffer.from([5, 255]))
    client.write(Buffer.from([5, method]))
    let who = 'nobody'
    if (method === 2) {
      const [, nameLength = 0] = await take(client, 2)
      const name = await take(client, nameLength)
      const [secretLength = 0] = await take(client, 1)
      const secret = await take(client, secretLength)
      who = `${name}:${secret}`
      client.write(Buffer.from([1, secret.toString() === password ? 0 : 1]))
      if (secret.toString() !== password) return void client.end()
    }
    const [, , , kind, length = 0] = await take(client, 5)
    const host =
      kind === 3 ? (await take(client, length)).toString() : `${length}.${[...(await take(client, 3))].join('.')}`
    const port = (await take(client, 2)).readUInt16BE()
    asked.push(`${host}:${port} ${who}`)
    client.write(Buffer.from([5, 0, 0, 1, 0, 0, 0, 0, 0, 0]))
    join(client, port)
  }
  return started(server, asked)
}
