/**
 * The client's end of a session stream (see protocol/messages.ts): opens it, sends records, checks every ack against the
 * chain that it computes itself, and resumes when the pipe breaks.
 *
 *     opening ──opened──▶ live ──pipe broke──▶ resuming ──resumed──▶ live
 *        │                 │ │                    │ 30 s
 *        └──────fault──────┴─┴──▶ failed ◀────────┘
 *                          └─end acked──▶ ended
 */
import { type Fault, isFault } from '../protocol/fault.ts'
import {
  type CollectorMessage,
  decodeCollectorMessage,
  encodeAppend,
  type OpenRequest,
  type StreamSettings,
} from '../protocol/messages.ts'
import type { MessagePipe } from '../protocol/pipe.ts'
import type { Draft } from '../protocol/record.ts'
import type { SessionOpening } from '../protocol/session.ts'
import type { CollectorConnector, StreamAddress } from './connector.ts'
import { within } from './deadline.ts'
import { fault } from './faults.ts'
import { type HeldPipe, heldPipe } from './held-pipe.ts'
import { Ledger } from './ledger.ts'
import { firstMessage, type Opened, readOpened } from './opening.ts'
import { faultFrom, isFinal } from './refusal.ts'

/** How long a lost collector may take to come back, and how long an answer may take, in milliseconds. */
export interface StreamTimes {
  readonly answerMs: number
  readonly resumeMs: number
  readonly retryMs: number
}

export const STREAM_TIMES: StreamTimes = { answerMs: 15_000, resumeMs: 30_000, retryMs: 250 }

export interface StreamListener {
  /** All records up to `seq` are durable. */
  durable(seq: number): void
  /** The pipe broke: nothing may be typed until `resumed`. */
  interrupted(): void
  resumed(): void
  /** The stream is over, and with it the session. Called once, and never after `end` resolved. */
  failed(fault: Fault): void
}

type State = 'opening' | 'live' | 'resuming' | 'ended' | 'failed'

export interface OpenedStream {
  readonly stream: CollectorStream
  readonly opening: SessionOpening
  readonly settings: StreamSettings
}

export class CollectorStream {
  readonly #connector: CollectorConnector
  readonly #address: StreamAddress
  readonly #times: StreamTimes
  readonly #ledger: Ledger
  #state: State = 'live'
  #pipe: MessagePipe
  #listener: StreamListener | undefined
  #failure: Fault | undefined
  #ending: { readonly seq: number; readonly resolve: () => void; readonly reject: (fault: Fault) => void } | undefined

  private constructor(parts: StreamParts, opened: Opened) {
    this.#connector = parts.connector
    this.#address = parts.address
    this.#times = parts.times ?? STREAM_TIMES
    this.#ledger = new Ledger(parts.address.id, opened, opened.settings)
    this.#pipe = parts.pipe
  }

  /** Opens a session. Resolves when its `open` record is durable; rejects with a `Fault`, and then nothing may be run. */
  static async open(options: Omit<StreamParts, 'pipe'> & { readonly request: OpenRequest }): Promise<OpenedStream> {
    const times = options.times ?? STREAM_TIMES
    const pipe = heldPipe(await options.connector.connect(options.address, { open: options.request }))
    const first = await firstMessage(pipe, times.answerMs).catch((error: unknown) => {
      pipe.close(1000, 'not opened')
      throw error
    })
    const opened = readOpened(first, options.address, options.request)
    const stream = new CollectorStream({ ...options, pipe }, opened)
    stream.#receive(pipe)
    return { stream, opening: opened.opening, settings: opened.settings }
  }

  /** Names who is told of acks and losses. Call it before the first `append`. */
  listen(listener: StreamListener): void {
    this.#listener = listener
    if (this.#failure !== undefined) listener.failed(this.#failure)
    // The pipe may have broken before anybody listened.
    else if (this.#state === 'resuming') listener.interrupted()
  }

  /** Sends a record, or keeps it for after the resume. Its bytes must not change until it is durable. Returns its seq. */
  append(draft: Draft): number {
    const seq = this.#ledger.add(draft)
    this.#flush()
    return seq
  }

  /** Sends the last record, and resolves when it is durable. Rejects with the `Fault` that ended the stream before. */
  end(draft: Draft): Promise<void> {
    if (this.#state === 'failed' || this.#state === 'ended')
      return Promise.reject(this.#failure ?? fault('KAE_COLLECTOR_LOST'))
    return new Promise((resolve, reject) => {
      this.#ending = { seq: this.append(draft), resolve, reject }
    })
  }

  /** Lets go of the pipe without an end record: the collector writes one when the session is not resumed. */
  abandon(): void {
    if (this.#state === 'ended' || this.#state === 'failed') return
    this.#state = 'failed'
    this.#pipe.close(1001, 'client is going away')
  }

  #receive(pipe: MessagePipe): void {
    pipe.receive({
      message: (bytes) => {
        if (pipe === this.#pipe && this.#state === 'live') this.#handle(decodeCollectorMessage(bytes))
      },
      closed: () => {
        if (pipe === this.#pipe && this.#state === 'live') void this.#resume()
      },
    })
  }

  #handle(message: ReturnType<typeof decodeCollectorMessage>): void {
    switch (message.type) {
      case 'ack':
        return this.#acknowledge(message)
      case 'fault':
        return this.#fail(faultFrom(message.fault))
      case 'malformed':
        return this.#fail(fault('KAE_COLLECTOR_NONSENSE', { detail: message.why }))
      case 'opened':
      case 'resumed':
        return this.#fail(fault('KAE_COLLECTOR_NONSENSE', { detail: `'${message.type}' in a live stream` }))
      default:
        return message satisfies never
    }
  }

  #acknowledge(ack: CollectorMessage & { type: 'ack' }): void {
    const outcome = this.#ledger.acknowledge(ack)
    if (outcome.type === 'nonsense') return this.#fail(fault('KAE_COLLECTOR_NONSENSE', { detail: outcome.why }))
    if (outcome.type === 'mismatch') {
      return this.#fail(fault('KAE_CHAIN_MISMATCH', { detail: `the chain differs at record ${outcome.seq}` }))
    }
    this.#flush()
    this.#listener?.durable(outcome.seq)
    if (this.#ending !== undefined && outcome.seq >= this.#ending.seq) this.#finish(this.#ending.resolve)
  }

  #flush(): void {
    if (this.#state !== 'live') return
    for (let next = this.#ledger.send(); next !== undefined; next = this.#ledger.send()) {
      this.#pipe.send(encodeAppend(next.seq, [next.draft]))
    }
  }

  #finish(resolve: () => void): void {
    this.#state = 'ended'
    this.#pipe.close(1000, 'session ended')
    resolve()
  }

  #fail(reason: Fault): void {
    if (this.#state === 'failed' || this.#state === 'ended') return
    this.#state = 'failed'
    this.#failure = reason
    this.#pipe.close(1000, 'session failed')
    if (this.#ending !== undefined) this.#ending.reject(reason)
    else this.#listener?.failed(reason)
  }

  async #resume(): Promise<void> {
    this.#state = 'resuming'
    this.#listener?.interrupted()
    const deadline = performance.now() + this.#times.resumeMs
    let last: unknown
    while (this.#state === 'resuming' && performance.now() < deadline) {
      try {
        return await this.#reconnect(deadline - performance.now())
      } catch (error) {
        last = error
        if (isFault(error) && isFinal(error)) return this.#fail(error)
        await new Promise((resolve) => setTimeout(resolve, this.#times.retryMs))
      }
    }
    this.#fail(fault('KAE_COLLECTOR_LOST', { detail: `not back within ${this.#times.resumeMs / 1000} s`, cause: last }))
  }

  /** One try to resume: connect, take the acks that were missed, send what the collector has not got. */
  async #reconnect(remainingMs: number): Promise<void> {
    const { seq, head } = this.#ledger.durable
    const limit = Math.min(remainingMs, this.#times.answerMs)
    const hello = { resume: { seq, head: head.toString('hex') } }
    const connecting = this.#connector.connect(this.#address, hello)
    const pipe = heldPipe(await within(limit, connecting, (late) => late.close(1001, 'too late')))
    const next = await this.#missedAcks(pipe, limit).catch((error: unknown) => {
      pipe.close(1000, 'not resumed')
      throw error
    })
    this.#goOn(pipe, next)
  }

  /** Takes acks up to `resumed`, and returns the seq that the collector expects next. */
  #missedAcks(pipe: HeldPipe, limitMs: number): Promise<number> {
    return new Promise<number>((resolve, reject) => {
      const timer = setTimeout(() => reject(fault('KAE_COLLECTOR_SILENT')), limitMs)
      pipe.receive({
        message: (bytes) => {
          const message = decodeCollectorMessage(bytes)
          if (message.type === 'ack') return this.#acknowledge(message)
          clearTimeout(timer)
          pipe.hold()
          if (message.type === 'resumed') resolve(message.seq)
          else reject(message.type === 'fault' ? faultFrom(message.fault) : fault('KAE_COLLECTOR_NONSENSE'))
        },
        closed: () => {
          clearTimeout(timer)
          reject(fault('KAE_COLLECTOR_UNREACHABLE'))
        },
      })
    })
  }

  #goOn(pipe: MessagePipe, next: number): void {
    if (this.#state !== 'resuming') return pipe.close(1000, 'session is over')
    if (!this.#ledger.rewind(next)) {
      return this.#fail(fault('KAE_COLLECTOR_NONSENSE', { detail: `resumed at record ${next}` }))
    }
    this.#pipe = pipe
    this.#state = 'live'
    this.#receive(pipe)
    this.#flush()
    this.#listener?.resumed()
  }
}

interface StreamParts {
  readonly connector: CollectorConnector
  readonly address: StreamAddress
  readonly pipe: MessagePipe
  readonly times?: StreamTimes
}
