/** A client as the program is one, without terminal and exec: a tee on a collector stream, and a witness for its container. */
import { randomBytes } from 'node:crypto'
import type { CollectorConnector } from '../../src/collector/connector.ts'
import { CollectorStream, type OpenedStream, type StreamTimes } from '../../src/collector/stream.ts'
import type { TerminalSize } from '../../src/protocol/channel.ts'
import { type RecordKind, SALT_BYTES } from '../../src/protocol/record.ts'
import { makeSessionId, type SessionId } from '../../src/protocol/session-id.ts'
import { encodeTerminalSize } from '../../src/protocol/terminal-size.ts'
import { type InputEvent, Tee } from '../../src/session/tee.ts'
import { endOf, targetOf } from '../rig/opening.ts'
import type { Witness, Witnessed } from './witness.ts'

export const REQUEST = {
  target: targetOf({ namespace: 'default' }),
  client: { name: 'typist', version: '0', platform: 'test' },
  record: 'InputOutput',
} as const

export interface TypistParts {
  readonly connector: CollectorConnector
  readonly witness: Witness
  readonly times?: StreamTimes
  readonly id?: SessionId
}

export class Typist {
  readonly id: SessionId
  readonly #stream: CollectorStream
  readonly #witness: Witness
  readonly #tee: Tee
  readonly #startedAt = performance.now()
  /** Whether the source may be read; see session/tee.ts. */
  flowing = true
  /** When the source was first not to be read any more, however soon it was again; ms of the monotonic clock. */
  readonly stopped: Promise<number>
  #stop: (at: number) => void = () => {}
  #durable = 0
  #last = 0
  #waiting: Array<{ readonly seq: number; readonly done: () => void }> = []
  #fail: (error: Error) => void = () => {}
  /** Rejects when the stream is over. */
  readonly failed: Promise<never>

  private constructor(id: SessionId, { stream, witness, opening }: Pick<TypistParts, 'witness'> & OpenedStream) {
    this.id = id
    this.#stream = stream
    this.#witness = witness
    this.failed = new Promise((_, reject) => {
      this.#fail = reject
    })
    this.failed.catch(() => {})
    this.stopped = new Promise((resolve) => {
      this.#stop = resolve
    })
    this.#tee = new Tee(
      {
        record: (kind, payload) => this.#record(kind, payload),
        forward: (event) => witness.forwarded(id, witnessed(event)),
        flow: (open) => {
          this.flowing = open
          if (!open) this.#stop(performance.now())
        },
      },
      { durability: opening.policy.durability, windowBytes: 1024 * 1024 },
    )
    stream.listen({
      durable: (seq) => this.#acked(seq),
      interrupted: () => this.#tee.interrupted(true),
      resumed: () => this.#tee.interrupted(false),
      failed: (fault) => this.#fail(fault),
    })
  }

  static async open(parts: TypistParts): Promise<Typist> {
    const { connector, witness, times, id = makeSessionId(Date.now(), randomBytes(10)) } = parts
    const address = { id, namespace: 'default' }
    const pace = times === undefined ? {} : { times }
    const opened = await CollectorStream.open({ connector, address, request: REQUEST, ...pace })
    witness.acked(id, 0)
    return new Typist(id, { ...opened, witness })
  }

  /** Types all pieces at once, each its own record, and waits until they are durable. */
  async type(...pieces: Array<string | Uint8Array>): Promise<void> {
    this.send(...pieces)
    await this.settled()
  }

  /** Types without waiting. */
  send(...pieces: Array<string | Uint8Array>): void {
    for (const piece of pieces) this.#tee.input(Buffer.from(piece))
  }

  async resize(size: TerminalSize): Promise<void> {
    this.#tee.resize(size)
    await this.settled()
  }

  async endInput(): Promise<void> {
    this.#tee.inputEnd()
    await this.settled()
  }

  /** Resolves when all that was typed so far is durable; rejects when the stream is over. */
  settled(): Promise<void> {
    const seq = this.#last
    if (seq <= this.#durable) return Promise.resolve()
    return Promise.race([new Promise<void>((done) => this.#waiting.push({ seq, done })), this.failed])
  }

  async end(): Promise<void> {
    const draft = this.#draft('end', Buffer.from(JSON.stringify(endOf())))
    this.#last += 1
    this.#witness.sent(this.id, this.#last, draft)
    await this.#stream.end(draft)
  }

  abandon(): void {
    this.#stream.abandon()
  }

  #record(kind: RecordKind, payload: Uint8Array): number {
    this.#last += 1
    this.#witness.sent(this.id, this.#last, { kind, payload })
    const seq = this.#stream.append(this.#draft(kind, payload))
    if (seq !== this.#last) throw new Error(`the stream numbers a record ${seq}, ${this.#last} was expected`)
    return seq
  }

  #draft(kind: RecordKind, payload: Uint8Array) {
    const elapsed = Math.round((performance.now() - this.#startedAt) * 1000)
    return { kind, elapsed, salt: randomBytes(SALT_BYTES), payload }
  }

  #acked(seq: number): void {
    this.#durable = seq
    this.#witness.acked(this.id, seq)
    this.#tee.durable(seq)
    const done = this.#waiting.filter((each) => each.seq <= seq)
    this.#waiting = this.#waiting.filter((each) => each.seq > seq)
    for (const each of done) each.done()
  }
}

function witnessed(event: InputEvent): Witnessed {
  if (event.type === 'stdin') return { kind: 'input', payload: event.bytes }
  if (event.type === 'resize') return { kind: 'resize', payload: encodeTerminalSize(event.size) }
  return { kind: 'inputEnd', payload: new Uint8Array() }
}
