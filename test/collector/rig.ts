import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Collector, createCollector } from '../../server-min/collector.ts'
import type { AppendLog } from '../../server-min/log/append-log.ts'
import { openFileLog } from '../../server-min/log/file-log.ts'
import type { CollectorConnector, StreamAddress } from '../../src/collector/connector.ts'
import { fault } from '../../src/collector/faults.ts'
import type { StreamListener } from '../../src/collector/stream.ts'
import type { Hello, OpenRequest } from '../../src/protocol/messages.ts'
import { type MessagePipe, memoryPipes } from '../../src/protocol/pipe.ts'
import type { SessionRecord } from '../../src/protocol/record.ts'
import { makeSessionId } from '../../src/protocol/session-id.ts'

export const address: StreamAddress = { id: makeSessionId(Date.now(), Buffer.alloc(10, 5)), namespace: 'prod' }

export const request: OpenRequest = {
  target: {
    namespace: 'prod',
    pod: 'web-0',
    container: 'app',
    command: ['sh', '-c', 'a "b"'],
    stdin: true,
    stdout: true,
    stderr: false,
    tty: true,
  },
  client: { name: 'test', version: '0', platform: 'linux-x64' },
  record: 'InputOutput',
}

let elapsed = 0
export const draft = (text: string, kind: 'input' | 'end' = 'input') =>
  ({ kind, elapsed: ++elapsed, salt: Buffer.alloc(16, 1), payload: Buffer.from(text) }) as const

export const endDraft = () =>
  draft(JSON.stringify({ version: 1, reason: 'exited', exitCode: 0, input: { bytes: 0 }, durationMs: 1 }), 'end')

/** The real collector on a real folder, behind a cable that a test can cut. */
export class Cable implements CollectorConnector, AsyncDisposable {
  readonly place = 'the test’s collector'
  readonly folder: string
  log: AppendLog
  collector: Collector
  /** What connects are answered with while the cable is cut. */
  cut = false
  /** Drops what the collector says: records arrive, acks do not. */
  deaf = false
  /** Changes what the collector says on its way. */
  tamper: (message: Buffer) => Buffer = (message) => message
  #pipes: MessagePipe[] = []

  private constructor(folder: string, log: AppendLog) {
    this.folder = folder
    this.log = log
    this.collector = createCollector({ log })
  }

  static async lay(): Promise<Cable> {
    const folder = await mkdtemp(join(tmpdir(), 'cable-'))
    return new Cable(folder, await openLog(folder))
  }

  connect({ id, namespace }: StreamAddress, hello: Hello): Promise<MessagePipe> {
    if (this.cut) return Promise.reject(fault('KAE_COLLECTOR_UNREACHABLE'))
    const [ours, theirs] = memoryPipes()
    const [between, client] = memoryPipes()
    const identity = { username: 'alice', groups: ['dev'], extra: {} }
    this.collector.accept(theirs, { id, namespace, identity, authentication: 'request-header', hello })
    plug(ours, between, (message) => (this.deaf ? undefined : this.tamper(message)))
    this.#pipes.push(between)
    return Promise.resolve(client)
  }

  /** Breaks every connection, as a lost network does. */
  break(): void {
    for (const pipe of this.#pipes.splice(0)) pipe.close(1006, '')
  }

  /** The collector's process ends and another takes its folder. */
  async restart(): Promise<void> {
    this.cut = true
    this.break()
    await this.log.close()
    this.log = await openLog(this.folder)
    this.collector = createCollector({ log: this.log })
    this.cut = false
  }

  async records(): Promise<SessionRecord[]> {
    const records: SessionRecord[] = []
    for await (const record of this.log.read(address.id)) records.push(record)
    return records
  }

  async input(): Promise<string> {
    const records = await this.records()
    return records
      .filter(({ kind }) => kind === 'input')
      .map(({ payload }) => Buffer.from(payload).toString())
      .join('')
  }

  async close(): Promise<void> {}

  async [Symbol.asyncDispose](): Promise<void> {
    await this.collector.drain(1000)
    await this.log.close()
    await rm(this.folder, { recursive: true })
  }
}

const openLog = (folder: string) => openFileLog({ folder, now: Date.now, segmentBytes: 1024 * 1024, lowWaterBytes: 0 })

function plug(collector: MessagePipe, client: MessagePipe, onTheWay: (message: Buffer) => Buffer | undefined): void {
  collector.receive({
    message: (bytes) => {
      const passed = onTheWay(Buffer.from(bytes))
      if (passed !== undefined) client.send(passed)
    },
    closed: (code, reason) => client.close(code, reason),
  })
  client.receive({ message: (bytes) => collector.send(bytes), closed: (code, reason) => collector.close(code, reason) })
}

/** A listener that keeps what it was told. */
export function listening() {
  const events: string[] = []
  const listener: StreamListener = {
    durable: (seq) => void events.push(`durable ${seq}`),
    interrupted: () => void events.push('interrupted'),
    resumed: () => void events.push('resumed'),
    failed: ({ code }) => void events.push(`failed ${code}`),
  }
  return { events, listener }
}
