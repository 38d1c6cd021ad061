/** Things that are no API server, at the address of one. */
import { once } from 'node:events'
import { createServer as createHttp, type RequestListener } from 'node:http'
import { createServer, type Server, type Socket } from 'node:net'

export interface BadServer extends AsyncDisposable {
  readonly url: string
}

async function listening(server: Server, sockets: Set<Socket>): Promise<BadServer> {
  server.on('connection', (socket: Socket) => sockets.add(socket))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  return {
    url: `http://127.0.0.1:${port}`,
    [Symbol.asyncDispose]: async () => {
      for (const socket of sockets) socket.destroy()
      server.close()
      await once(server, 'close')
    },
  }
}

/** Takes connections and says nothing. */
export const silentServer = (): Promise<BadServer> => listening(createServer(), new Set())

/** Ends every connection as soon as something was said. */
export const rudeServer = (): Promise<BadServer> =>
  listening(
    createServer((socket) => socket.once('data', () => socket.destroy())),
    new Set(),
  )

/** Answers every request in the same way. */
export const answering = (listener: RequestListener): Promise<BadServer> => listening(createHttp(listener), new Set())

/** An address at which nobody listens. */
export async function nobody(): Promise<string> {
  await using server = await silentServer()
  return server.url
}
