/**
 * What a client knows of its session's chain: which records are durable, which are on their way, which still wait for room
 * in the collector's window, and the head that every ack must name. Pure: no pipe, clock or randomness.
 *
 *     … durable │ sent, not acknowledged │ waiting for room
 *               └── inFlight ≤ window ───┘
 */
import { placeRecord } from '../protocol/chain.ts'
import type { StreamSettings } from '../protocol/messages.ts'
import type { Draft } from '../protocol/record.ts'
import type { SessionId } from '../protocol/session-id.ts'

export interface Ack {
  readonly seq: number
  readonly time: number
  readonly head: Buffer
}

export type AckOutcome =
  | { readonly type: 'durable'; readonly seq: number }
  /** An ack of records that were never sent, or of none. */
  | { readonly type: 'nonsense'; readonly why: string }
  /** The collector's head is not the one that follows from what was sent: it recorded something else. */
  | { readonly type: 'mismatch'; readonly seq: number }

export class Ledger {
  readonly #session: SessionId
  readonly #window: StreamSettings
  #durable: { seq: number; head: Buffer; time: number }
  readonly #pending: Draft[] = []
  #sent = 0
  #inFlight = 0

  /** @param opened the open record, as the collector placed it */
  constructor(session: SessionId, opened: Ack, window: StreamSettings) {
    this.#session = session
    this.#window = window
    this.#durable = { seq: opened.seq, head: opened.head, time: opened.time }
  }

  /** The last durable record and the chain's head there: where to resume. */
  get durable(): { readonly seq: number; readonly head: Buffer } {
    return this.#durable
  }

  /** Takes a record. Returns its seq. */
  add(draft: Draft): number {
    this.#pending.push(draft)
    return this.#durable.seq + this.#pending.length
  }

  /** The next record to send, where the window has room. A single record may exceed it, so that none waits for ever. */
  send(): { readonly seq: number; readonly draft: Draft } | undefined {
    const draft = this.#pending[this.#sent]
    if (draft === undefined) return undefined
    const bytes = this.#inFlight + draft.payload.length
    if (this.#inFlight > 0 && bytes > this.#window.windowBytes) return undefined
    if (this.#sent >= this.#window.windowRecords) return undefined
    this.#sent += 1
    this.#inFlight += draft.payload.length
    return { seq: this.#durable.seq + this.#sent, draft }
  }

  /** After a resume: what is not durable is sent again. False where the collector expects another record than the next. */
  rewind(next: number): boolean {
    this.#sent = 0
    this.#inFlight = 0
    return next === this.#durable.seq + 1
  }

  acknowledge(ack: Ack): AckOutcome {
    const count = ack.seq - this.#durable.seq
    if (!(count >= 1 && count <= this.#sent)) {
      return {
        type: 'nonsense',
        why: `ack of ${ack.seq}; ${this.#durable.seq} is durable, ${this.#sent} were sent since`,
      }
    }
    if (ack.time < this.#durable.time) return { type: 'nonsense', why: 'the collector’s time went back' }
    const head = this.#headAfter(count, ack.time)
    if (!head.equals(ack.head)) return { type: 'mismatch', seq: ack.seq }
    for (const draft of this.#pending.splice(0, count)) this.#inFlight -= draft.payload.length
    this.#sent -= count
    this.#durable = { seq: ack.seq, head, time: ack.time }
    return { type: 'durable', seq: ack.seq }
  }

  #headAfter(count: number, time: number): Buffer {
    let { seq, head } = this.#durable
    for (const draft of this.#pending.slice(0, count)) {
      seq += 1
      head = placeRecord(draft, { session: this.#session, seq, time, link: head }).hash
    }
    return head
  }
}
