import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { WebSocket, WebSocketServer } from 'ws'
import { webSocketPipe } from '../../src/collector/ws-pipe.ts'

let server: WebSocketServer
let peer: Promise<WebSocket>
let socket: WebSocket

beforeEach(async () => {
  server = new WebSocketServer({ port: 0, host: '127.0.0.1' })
  peer = once(server, 'connection').then(([first]) => first as WebSocket)
  await once(server, 'listening')
  socket = new WebSocket(`ws://127.0.0.1:${(server.address() as AddressInfo).port}`)
  await once(socket, 'open')
  socket.pause()
})

afterEach(async () => {
  for (const client of server.clients) client.terminate()
  server.close()
  await once(server, 'close')
})

/** How many pings the peer gets before the pipe gives it up, where the peer answers none itself. */
async function givenUp(heartbeat: { pingMs: number; silenceMs: number }, answer: (ping: number) => void) {
  const other = await peer
  // A WebSocket answers pings by itself: here it is to be silent unless told.
  Object.assign(other, { pong: () => undefined })
  let pings = 0
  other.on('ping', () => answer(++pings))
  const pipe = webSocketPipe(socket, heartbeat)
  const code = await new Promise((resolve) => pipe.receive({ message: () => undefined, closed: resolve }))
  return { pings, code }
}

describe('a peer', () => {
  it('that shows no sign of life is given up', async () => {
    expect(await givenUp({ pingMs: 20, silenceMs: 100 }, () => undefined)).toMatchObject({ code: 1006 })
  })

  it.each(['ping', 'send'] as const)('is there as long as it speaks: by %s', async (word) => {
    const other = await peer
    const { pings } = await givenUp({ pingMs: 20, silenceMs: 100 }, (ping) => {
      if (ping <= 15) other[word](Buffer.of(1))
    })
    expect(pings).toBeGreaterThan(15)
  })

  it('answers pings, and so is there for as long as it likes', async () => {
    const other = await peer
    let pings = 0
    other.on('ping', () => {
      pings += 1
      if (pings > 15) other.close(1000, 'enough')
    })
    const pipe = webSocketPipe(socket, { pingMs: 20, silenceMs: 100 })
    const code = await new Promise((resolve) => pipe.receive({ message: () => undefined, closed: resolve }))
    expect(code).toBe(1000)
  })
})

it('hands messages on in their order, none before there is a receiver', async () => {
  const pipe = webSocketPipe(socket)
  const other = await peer
  for (const byte of [1, 2, 3]) other.send(Buffer.of(byte))
  other.close(1000)
  const got: number[] = []
  await new Promise((resolve) => pipe.receive({ message: (bytes) => void got.push(bytes[0] ?? 0), closed: resolve }))
  expect(got).toEqual([1, 2, 3])
})
