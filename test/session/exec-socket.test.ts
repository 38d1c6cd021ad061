import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { WebSocket, WebSocketServer } from 'ws'
import { encodeChannel, encodeStatus } from '../../src/protocol/channel.ts'
import { type ExecListener, type ExecOutcome, ExecSocket } from '../../src/session/exec-socket.ts'

const times = { pingMs: 20, silenceMs: 150, closeMs: 50 }
let server: WebSocketServer
let port: number
beforeEach(async () => {
  // Answers pings by hand, so that a test can stop answering.
  server = new WebSocketServer({
    port: 0,
    host: '127.0.0.1',
    handleProtocols: ([first]) => first ?? false,
    autoPong: false,
  })
  await once(server, 'listening')
  port = (server.address() as AddressInfo).port
})
afterEach(() => {
  for (const client of server.clients) client.terminate()
  server.close()
})

/** An exec as the API server has upgraded it, and what its listener heard. */
async function open(protocol = 'v5.channel.k8s.io') {
  const connected = once(server, 'connection') as Promise<[WebSocket]>
  const socket = new WebSocket(`ws://127.0.0.1:${port}`, [protocol])
  await once(socket, 'open')
  socket.pause()
  const [peer] = await connected
  peer.on('ping', () => peer.pong())
  const received: Buffer[] = []
  peer.on('message', (bytes: Buffer) => void received.push(bytes))
  const output: string[] = []
  const congestion: boolean[] = []
  let conclude: (outcome: ExecOutcome) => void
  const finished = new Promise<ExecOutcome>((resolve) => {
    conclude = resolve
  })
  const listener: ExecListener = {
    output: (stream, bytes) => void output.push(`${stream} ${bytes}`),
    congested: (yes) => void congestion.push(yes),
    finished: (outcome) => conclude(outcome),
  }
  return { start: () => new ExecSocket(socket, listener, times), peer, received, output, congestion, finished }
}

describe('an exec connection', () => {
  it('delivers output that came before anybody listened, in order, and then the status', async () => {
    const { start, peer, output, finished } = await open()
    for (const [channel, text] of [
      [1, ''],
      [1, 'a'],
      [2, 'b'],
      [1, 'c'],
    ] as const)
      peer.send(encodeChannel(channel, Buffer.from(text)))
    peer.send(encodeStatus({ status: 'Success' }))
    peer.close(1000)
    await new Promise((resolve) => setImmediate(resolve))
    start()
    expect(await finished).toEqual({ type: 'status', status: { status: 'Success' } })
    expect(output).toEqual(['stdout a', 'stderr b', 'stdout c'])
  })

  it('ends by itself when the server sends a status and then does not close', async () => {
    const { start, peer, finished } = await open()
    start()
    peer.send(encodeStatus({ status: 'Success' }))
    expect((await finished).type).toBe('status')
  })

  it.each([
    ['closes without a status', (peer: WebSocket) => peer.close(1011, 'kubelet went away'), /kubelet went away/],
    ['breaks the connection', (peer: WebSocket) => peer.terminate(), /1006/],
    ['sends text', (peer: WebSocket) => peer.send('hello'), /text message/],
    ['sends a channel that is none', (peer: WebSocket) => peer.send(Buffer.of(7, 1)), /channel 7/],
  ])('is dropped, with the reason, when the server %s', async (_, act, why) => {
    const { start, peer, finished } = await open()
    start()
    act(peer)
    const outcome = await finished
    expect(outcome).toMatchObject({ type: 'dropped' })
    expect(outcome.type === 'dropped' && outcome.why).toMatch(why)
  })

  it('is dropped when the server shows no sign of life', async () => {
    const { start, peer, finished } = await open()
    peer.removeAllListeners('ping')
    start()
    expect(await finished).toMatchObject({ type: 'dropped', why: expect.stringContaining('no sign of life') })
  })

  it('is not called dead while its own user holds the output', async () => {
    const { start, peer, output, finished } = await open()
    const exec = start()
    exec.hold(true)
    const over = vi.fn()
    void finished.then(over)
    await new Promise((resolve) => setTimeout(resolve, times.silenceMs * 2))
    expect(over).not.toHaveBeenCalled()
    peer.send(encodeChannel(1, Buffer.from('still here')))
    exec.hold(false)
    await vi.waitFor(() => expect(output).toEqual(['stdout still here']))
  })

  it('half-closes stdin on v5, and cannot on v4', async () => {
    for (const [protocol, expected] of [
      ['v5.channel.k8s.io', [255, 0]],
      ['v4.channel.k8s.io', undefined],
    ] as const) {
      const { start, received } = await open(protocol)
      const exec = start()
      exec.forward({ type: 'stdin', bytes: Buffer.from('x') })
      exec.forward({ type: 'stdin-end' })
      exec.forward({ type: 'resize', size: { columns: 1, rows: 2 } })
      await vi.waitFor(() => expect(received.at(-1)?.[0]).toBe(4))
      expect(received[0]).toEqual(Buffer.from('\0x'))
      expect(received.length === 3 ? [...received[1]!] : undefined).toEqual(expected)
    }
  })

  it('reports congestion while the server does not read, and its end', async () => {
    const { start, peer, congestion } = await open()
    const exec = start()
    peer.pause()
    for (let sent = 0; sent < 200; sent++) exec.forward({ type: 'stdin', bytes: Buffer.alloc(64 * 1024) })
    expect(congestion).toEqual([true])
    peer.resume()
    await vi.waitFor(() => expect(congestion).toEqual([true, false]))
  })
})
