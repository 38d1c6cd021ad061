import { once } from 'node:events'
import { describe, expect, it } from 'vitest'
import { clusterConnector } from '../../src/collector/cluster.ts'
import { HELLO_HEADER, SESSION_SUBPROTOCOL, sessionsPath } from '../../src/protocol/api.ts'
import { encodeHello, type Hello } from '../../src/protocol/messages.ts'
import { address, request } from './rig.ts'
import { front, refuse, sendStatus } from './rig-server.ts'

const hello: Hello = { open: request }

describe('a stream to the cluster’s collector', () => {
  it('asks for the session’s own path by our protocol, with the hello in the request', async () => {
    const taken = Promise.withResolvers<[string | undefined, unknown, unknown]>()
    await using fronted = await front({
      upgraded: ({ incoming, upgrade }) => {
        const { [HELLO_HEADER]: header, 'sec-websocket-protocol': protocol } = incoming.headers
        taken.resolve([incoming.url, protocol, JSON.parse(Buffer.from(String(header), 'base64url').toString())])
        upgrade()
      },
    })
    const pipe = await clusterConnector(fronted.connection).connect(address, hello)
    expect(await taken.promise).toEqual([
      sessionsPath(address.namespace, address.id, 'attach'),
      SESSION_SUBPROTOCOL,
      hello,
    ])
    pipe.close(1000, 'done')
  })

  it('says a hello that no header holds as its first message', async () => {
    const long: Hello = { open: { ...request, reason: 'x'.repeat(64 * 1024) } }
    const first = Promise.withResolvers<Buffer>()
    let header: unknown = 'never asked'
    await using fronted = await front({
      upgraded: ({ incoming, upgrade }) => {
        header = incoming.headers[HELLO_HEADER]
        upgrade().on('message', (bytes: Buffer) => first.resolve(bytes))
      },
    })
    const pipe = await clusterConnector(fronted.connection).connect(address, long)
    expect(await first.promise).toEqual(encodeHello(long))
    expect(header).toBeUndefined()
    pipe.close(1000, 'done')
  })

  it('loses no message that comes with the answer to its request', async () => {
    await using fronted = await front({ upgraded: ({ upgrade }) => upgrade().send(Buffer.of(7)) })
    const pipe = await clusterConnector(fronted.connection).connect(address, hello)
    const message = await new Promise((resolve) => pipe.receive({ message: resolve, closed: resolve }))
    expect(message).toEqual(Buffer.of(7))
    pipe.close(1000, 'done')
  })
})

describe('a refused stream', () => {
  it.each([
    [400, 'KAE_COLLECTOR_NONSENSE'],
    [401, 'KAE_KUBE_UNAUTHORIZED'],
    [403, 'KAE_COLLECTOR_FORBIDDEN'],
    [404, 'KAE_KUBE_NOT_FOUND'],
    [409, 'KAE_COLLECTOR_NONSENSE'],
    [426, 'KAE_COLLECTOR_NONSENSE'],
    [429, 'KAE_KUBE_API_ERROR'],
    [500, 'KAE_KUBE_API_ERROR'],
    [502, 'KAE_COLLECTOR_UNREACHABLE'],
    [503, 'KAE_COLLECTOR_UNREACHABLE'],
    [504, 'KAE_COLLECTOR_UNREACHABLE'],
  ])('with %d means %s, in the API server’s words', async (status, code) => {
    const plain = (_: string, response: Parameters<typeof sendStatus>[0]): void => sendStatus(response, 200)
    await using fronted = await front({ plain, upgraded: ({ socket }) => refuse(socket, status) })
    const connecting = clusterConnector(fronted.connection).connect(address, hello)
    await expect(connecting).rejects.toMatchObject({ code, detail: expect.stringContaining(`refused with ${status}`) })
  })

  it.each([403, 404])('with %d is a cluster without a collector where it has no such API', async (status) => {
    await using fronted = await front({ upgraded: ({ socket }) => refuse(socket, status) })
    const connecting = clusterConnector(fronted.connection).connect(address, hello)
    await expect(connecting).rejects.toMatchObject({ code: 'KAE_COLLECTOR_ABSENT' })
    expect(fronted.asked).toEqual(['/apis/kube-audit-exec.io'])
  })

  it.each([502, 503])('with %d is never taken for a cluster without a collector', async (status) => {
    await using fronted = await front({ upgraded: ({ socket }) => refuse(socket, status) })
    const connecting = clusterConnector(fronted.connection).connect(address, hello)
    await expect(connecting).rejects.toMatchObject({ code: 'KAE_COLLECTOR_UNREACHABLE' })
    expect(fronted.asked).toEqual([])
  })

  it('by a login page is no word of a collector', async () => {
    await using fronted = await front({ upgraded: ({ socket }) => refuse(socket, 200, '<html>log in</html>') })
    const connecting = clusterConnector(fronted.connection).connect(address, hello)
    await expect(connecting).rejects.toMatchObject({ code: 'KAE_KUBE_NOT_AN_API_SERVER' })
  })
})

describe('a stream that nobody answers', () => {
  it('is the collector’s silence where the API server answers', async () => {
    const plain = (_: string, response: Parameters<typeof sendStatus>[0]): void => sendStatus(response, 200)
    await using fronted = await front({ plain, upgraded: () => undefined }, '1s')
    const connecting = clusterConnector(fronted.connection).connect(address, hello)
    await expect(connecting).rejects.toMatchObject({ code: 'KAE_COLLECTOR_SILENT' })
    expect(fronted.asked).toEqual(['/version'])
  })

  it('is lost with its connection, and nobody’s silence', async () => {
    await using fronted = await front({ upgraded: ({ socket }) => void socket.destroy() })
    const connecting = clusterConnector(fronted.connection).connect(address, hello)
    await expect(connecting).rejects.toMatchObject({ code: 'KAE_KUBE_CONNECTION_LOST' })
    expect(fronted.asked).toEqual([])
  })
})

describe('a pipe over a WebSocket', () => {
  it('hands the code and the reason of its end on', async () => {
    await using fronted = await front({ upgraded: ({ upgrade }) => upgrade().close(4001, 'that was it') })
    const pipe = await clusterConnector(fronted.connection).connect(address, hello)
    const end = await new Promise((resolve) =>
      pipe.receive({ message: resolve, closed: (code, reason) => resolve([code, reason]) }),
    )
    expect(end).toEqual([4001, 'that was it'])
    expect(() => pipe.send(Buffer.of(1))).not.toThrow()
  })

  it('ends where text comes, which is never ours', async () => {
    const told = Promise.withResolvers<unknown>()
    await using fronted = await front({
      upgraded: ({ upgrade }) => {
        const socket = upgrade()
        socket.send('text')
        void once(socket, 'close').then(told.resolve)
      },
    })
    const pipe = await clusterConnector(fronted.connection).connect(address, hello)
    const messages: Uint8Array[] = []
    pipe.receive({ message: (bytes) => void messages.push(bytes), closed: () => undefined })
    expect(await told.promise).toEqual([1003, Buffer.from('binary messages only')])
    expect(messages).toEqual([])
  })
})
