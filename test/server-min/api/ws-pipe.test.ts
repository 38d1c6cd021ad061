import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, test } from 'vitest'
import { WebSocket, WebSocketServer } from 'ws'
import { type PipeLimits, WebSocketPipe } from '../../../server-min/api/ws-pipe.ts'

const LIMITS: PipeLimits = { pingMs: 10, silenceMs: 40, bufferedBytes: 1024 * 1024 }

async function pair(options: object = {}, limits: PipeLimits = LIMITS) {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const sockets = new WebSocketServer({ server })
  const client = new WebSocket(`ws://127.0.0.1:${(server.address() as AddressInfo).port}`, options)
  const opened = once(client, 'open')
  const [socket] = (await once(sockets, 'connection')) as [WebSocket]
  await opened
  const pipe = new WebSocketPipe(socket, limits)
  const closed = new Promise<number>((resolve) => pipe.receive({ message: () => undefined, closed: resolve }))
  const stop = () => {
    client.terminate()
    sockets.close()
    server.close()
  }
  return { client, pipe, closed, stop }
}

test('a client that answers pings stays connected', async () => {
  const { client, closed, stop } = await pair()
  for (let pings = 0; pings < 10; pings += 1) await once(client, 'ping')
  stop()
  expect(await closed).toBe(1006)
})

test('a client that does not answer pings is let go', async () => {
  const { closed, stop } = await pair({ autoPong: false })
  expect(await closed).toBe(1006)
  stop()
})

test('a client that does not read is let go before it fills the memory', async () => {
  const { client, pipe, closed, stop } = await pair({}, { ...LIMITS, silenceMs: 60_000 })
  client.pause()
  for (let sent = 0; sent < 64; sent += 1) pipe.send(Buffer.alloc(1024 * 1024))
  expect(await closed).toBe(1006)
  stop()
})
