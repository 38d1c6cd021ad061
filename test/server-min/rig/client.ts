import { randomBytes } from 'node:crypto'
import type { Arrival, Collector } from '../../../server-min/collector.ts'
import {
  type CollectorMessage,
  decodeCollectorMessage,
  encodeAppend,
  encodeHello,
  type Hello,
} from '../../../src/protocol/messages.ts'
import { type MessagePipe, memoryPipes } from '../../../src/protocol/pipe.ts'
import type { Draft, RecordKind } from '../../../src/protocol/record.ts'
import type { ExecTarget, Identity, RequestedTarget } from '../../../src/protocol/session.ts'
import { makeSessionId, type SessionId } from '../../../src/protocol/session-id.ts'

export const ALICE: Identity = { username: 'alice', uid: 'uid-alice', groups: ['developers'], extra: {} }
export const BOB: Identity = { username: 'bob', uid: 'uid-bob', groups: ['developers'], extra: {} }

export const TARGET: ExecTarget = {
  namespace: 'default',
  pod: 'web-0',
  container: 'app',
  command: ['sh', '-l'],
  stdin: true,
  stdout: true,
  stderr: false,
  tty: true,
}

const CLIENT = { name: 'test', version: '1', platform: 'test' }

export const newId = (): SessionId => makeSessionId(Date.now(), randomBytes(10))
export const openHello = (target: RequestedTarget = TARGET, more: object = {}): Hello => ({
  open: { target, client: CLIENT, record: 'InputOutput', ...more },
})

export const draft = (kind: RecordKind, payload: Uint8Array | string = '', elapsed = 0): Draft => ({
  kind,
  elapsed,
  salt: randomBytes(16),
  payload: Buffer.from(payload),
})

export const endDraft = (elapsed = 0): Draft =>
  draft(
    'end',
    JSON.stringify({ version: 1, reason: 'exited', exitCode: 0, input: { bytes: 0 }, durationMs: 1 }),
    elapsed,
  )

/** A client that says what a test tells it to, and keeps all it hears. */
export class TestClient {
  readonly heard: Array<Exclude<ReturnType<typeof decodeCollectorMessage>, never>> = []
  readonly pipe: MessagePipe
  closed: { readonly code: number; readonly reason: string } | undefined
  #wake: Array<() => void> = []
  #read = 0

  constructor(pipe: MessagePipe) {
    this.pipe = pipe
    pipe.receive({
      message: (bytes) => {
        this.heard.push(decodeCollectorMessage(bytes))
        this.#stir()
      },
      closed: (code, reason) => {
        this.closed = { code, reason }
        this.#stir()
      },
    })
  }

  append(seq: number, ...drafts: Draft[]): void {
    this.pipe.send(encodeAppend(seq, drafts))
  }

  hello(hello: Hello): void {
    this.pipe.send(encodeHello(hello))
  }

  /** The next message, which must be of this type. */
  async next<Type extends CollectorMessage['type']>(type: Type): Promise<CollectorMessage & { type: Type }> {
    while (this.heard.length <= this.#read) {
      if (this.closed !== undefined) throw new Error(`closed with ${JSON.stringify(this.closed)} before '${type}'`)
      await this.#change()
    }
    const message = this.heard[this.#read]!
    this.#read += 1
    if (message.type !== type) throw new Error(`'${type}' expected, got ${JSON.stringify(message)}`)
    return message as CollectorMessage & { type: Type }
  }

  async end(): Promise<{ readonly code: number; readonly reason: string }> {
    while (this.closed === undefined) await this.#change()
    return this.closed
  }

  /** The code of the fault that comes next. */
  async refused(): Promise<string> {
    const { fault } = await this.next('fault')
    await this.end()
    return fault.code
  }

  #change(): Promise<void> {
    return new Promise((resolve) => this.#wake.push(resolve))
  }

  #stir(): void {
    for (const wake of this.#wake.splice(0)) wake()
  }
}

/** Connects a client to a collector in this process, as the API server's `alice` unless told otherwise. */
export function connect(collector: Collector, arrival: Partial<Arrival> & { id: SessionId }): TestClient {
  const [here, there] = memoryPipes()
  const client = new TestClient(here)
  collector.accept(there, { identity: ALICE, authentication: 'request-header', ...arrival })
  return client
}

/** Waits until `condition` holds, at every turn of the event loop. */
export async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setImmediate(resolve))
}
