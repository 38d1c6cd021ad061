/** A real TCP connection that goes silent without being closed, between a client and a collector on real WebSockets. */
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { type AddressInfo, createServer, connect as dial, type Server, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { WebSocket, WebSocketServer } from 'ws'
import { PIPE_LIMITS, type PipeLimits, WebSocketPipe } from '../../server-min/api/ws-pipe.ts'
import { createCollector } from '../../server-min/collector.ts'
import { openFileLog } from '../../server-min/log/file-log.ts'
import type { CollectorConnector } from '../../src/collector/connector.ts'
import { STREAM_TIMES, type StreamTimes } from '../../src/collector/stream.ts'
import { HEARTBEAT, type Heartbeat, webSocketPipe } from '../../src/collector/ws-pipe.ts'
import type { Hello } from '../../src/protocol/messages.ts'
import type { SessionId } from '../../src/protocol/session-id.ts'
import { TYPIST } from './in-process.ts'
import { recordsIn, violations } from './recovered.ts'
import { Typist } from './typist.ts'
import { MemoryWitness } from './witness.ts'

export interface HalfOpenTimes {
  readonly client: Heartbeat
  readonly server: PipeLimits
  readonly stream: StreamTimes
}

export const REAL_TIMES: HalfOpenTimes = { client: HEARTBEAT, server: PIPE_LIMITS, stream: STREAM_TIMES }

/** Forwards TCP until it is silenced; then it takes and keeps all bytes, and closes nothing. */
class SilentProxy {
  readonly #server: Server
  readonly #pairs: Array<readonly [Socket, Socket]> = []
  /** New connections are silent from the start. */
  dead = false

  constructor(port: number) {
    this.#server = createServer((near) => {
      const far = dial(port, '127.0.0.1')
      this.#pairs.push([near, far])
      for (const socket of [near, far]) socket.on('error', () => socket.destroy())
      if (this.dead) return
      near.pipe(far)
      far.pipe(near)
    }).listen(0, '127.0.0.1')
  }

  async port(): Promise<number> {
    if (!this.#server.listening) await once(this.#server, 'listening')
    return (this.#server.address() as AddressInfo).port
  }

  silence(): void {
    for (const [near, far] of this.#pairs) {
      near.unpipe(far)
      far.unpipe(near)
    }
  }

  close(): void {
    this.#server.close()
    for (const socket of this.#pairs.flat()) socket.destroy()
  }
}

export interface HalfOpenReport {
  /** ms from the silence to the moment when the client stopped to read its input. */
  readonly clientMs: number
  /** ms from the silence to the moment when the collector let go of the connection. */
  readonly serverMs: number
  /** ms from the silence until the client gave up; only where the line stayed dead. */
  readonly lostMs: number | undefined
  readonly wrong: readonly string[]
}

/** A session of which the connection goes silent, and then either a new one works, or none. */
export async function halfOpen(times: HalfOpenTimes, stays: 'dead' | 'reachable'): Promise<HalfOpenReport> {
  const folder = join(await mkdtemp(join(tmpdir(), 'half-open-')), 'log')
  const log = await openFileLog({ folder, now: Date.now, lowWaterBytes: 1 })
  const collector = createCollector({ log })
  const sockets = new WebSocketServer({ port: 0, host: '127.0.0.1' })
  await once(sockets, 'listening')
  const gone = new Promise<number>((resolve) => {
    sockets.on('connection', (socket, request) => {
      const { id, hello } = JSON.parse(decodeURIComponent(request.url?.slice(2) ?? '')) as {
        id: SessionId
        hello: Hello
      }
      socket.once('close', () => resolve(performance.now()))
      const arrival = { id, namespace: 'default', identity: TYPIST, authentication: 'request-header', hello } as const
      collector.accept(new WebSocketPipe(socket, times.server), arrival)
    })
  })
  const proxy = new SilentProxy((sockets.address() as AddressInfo).port)
  const witness = new MemoryWitness()
  try {
    const connector = connectorTo(await proxy.port(), times.client)
    const typist = await Typist.open({ connector, witness, times: times.stream })
    await typist.type('before')
    proxy.dead = stays === 'dead'
    proxy.silence()
    const start = performance.now()
    typist.send('into the void')
    const clientMs = (await typist.stopped) - start
    const lost = stays === 'dead' ? await typist.failed.catch(() => performance.now() - start) : undefined
    if (stays === 'reachable') {
      await typist.settled()
      await typist.type('after')
      await typist.end()
    }
    const serverMs = (await gone) - start
    proxy.close()
    await collector.drain(1000)
    await log.close()
    return { clientMs, serverMs, lostMs: lost, wrong: violations(await recordsIn(folder), witness.stories) }
  } finally {
    proxy.close()
    for (const socket of sockets.clients) socket.terminate()
    sockets.close()
    await log.close()
    await rm(join(folder, '..'), { recursive: true, force: true })
  }
}

const connectorTo = (port: number, heartbeat: Heartbeat): CollectorConnector => ({
  place: 'a collector behind a TCP proxy',
  async connect({ id }, hello) {
    const query = encodeURIComponent(JSON.stringify({ id, hello }))
    const socket = new WebSocket(`ws://127.0.0.1:${port}/?${query}`, { handshakeTimeout: 1000 })
    // Paused before the answer is read, which may have come with the upgrade.
    socket.once('open', () => socket.pause())
    await once(socket, 'open')
    return webSocketPipe(socket, heartbeat)
  },
  close: () => Promise.resolve(),
})
