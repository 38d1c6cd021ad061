/**
 * What a client knows of its session's chain: which records are durable, which are still on their way, and the head that
 * every ack must name. Pure: no pipe, clock or randomness.
 */
import { placeRecord } from '../protocol/chain.ts'
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
  #durable: { seq: number; head: Buffer; time: number }
  #pending: Draft[] = []
  #outstanding = 0

  /** @param opened the open record, as the collector placed it */
  constructor(session: SessionId, opened: Ack) {
    this.#session = session
    this.#durable = { ...opened }
  }

  /** The last durable record and the chain's head there: where to resume. */
  get durable(): { readonly seq: number; readonly head: Buffer } {
    return this.#durable
  }

  /** Payload bytes sent and not yet acknowledged. */
  get outstanding(): number {
    return this.#outstanding
  }

  /** Takes a record that is about to be sent. Returns its seq. */
  add(draft: Draft): number {
    this.#pending.push(draft)
    this.#outstanding += draft.payload.length
    return this.#durable.seq + this.#pending.length
  }

  /** The records from `seq` on, to be sent again after a resume. Undefined where `seq` is none that could be next. */
  from(seq: number): readonly Draft[] | undefined {
    const index = seq - this.#durable.seq - 1
    return index >= 0 && index <= this.#pending.length ? this.#pending.slice(index) : undefined
  }

  acknowledge(ack: Ack): AckOutcome {
    const count = ack.seq - this.#durable.seq
    if (count < 1 || count > this.#pending.length) {
      return {
        type: 'nonsense',
        why: `ack of ${ack.seq}, ${this.#durable.seq} are durable, ${this.#pending.length} sent`,
      }
    }
    if (ack.time < this.#durable.time) return { type: 'nonsense', why: 'the collector’s time went back' }
    const head = this.#headAfter(count, ack.time)
    if (!head.equals(ack.head)) return { type: 'mismatch', seq: ack.seq }
    for (const draft of this.#pending.splice(0, count)) this.#outstanding -= draft.payload.length
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
