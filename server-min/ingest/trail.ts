import { encodeResumed } from '../../src/protocol/messages.ts'
import type { Draft } from '../../src/protocol/record.ts'
import type { Receipt } from '../log/append-log.ts'
import { draftsViolation, fingerprint, payloadBytes } from './drafts.ts'
import type { Totals } from './ending.ts'
import { ReceiptWindow, type WindowLimits } from './receipts.ts'

export type Arrival =
  /** Records to take, after `repeated` ones that are known already, byte for byte. */
  | { readonly type: 'fresh'; readonly drafts: readonly Draft[]; readonly repeated: number }
  | { readonly type: 'violation'; readonly why: string }
  /** A known record came again with other bytes. */
  | { readonly type: 'changed'; readonly seq: number }

const violation = (why: string): Arrival => ({ type: 'violation', why })

/** Where a session's records stand: which came, which are durable, what the client may still send. No I/O. */
export class Trail {
  readonly totals: Totals = { input: 0, output: 0, errorOutput: 0 }
  readonly #limits: WindowLimits
  readonly #window: ReceiptWindow
  #next = 0
  #durable = -1
  #elapsed = 0
  #unackedBytes = 0
  #ended = false

  constructor(limits: WindowLimits) {
    this.#limits = limits
    this.#window = new ReceiptWindow(limits)
  }

  /** The seq that is expected next. */
  get next(): number {
    return this.#next
  }

  get durable(): number {
    return this.#durable
  }

  /** The recorder's clock at the last record. */
  get elapsed(): number {
    return this.#elapsed
  }

  /** Checks records as they came from a client, against everything that it may do. Takes none. */
  arrive(seq: number, drafts: readonly Draft[]): Arrival {
    if (seq > this.#next) return violation(`record ${seq} where ${this.#next} comes next`)
    const repeated = Math.min(this.#next - seq, drafts.length)
    for (const [index, draft] of drafts.slice(0, repeated).entries()) {
      const known = this.#window.fingerprint(seq + index)
      if (known === undefined) return violation(`record ${seq + index} again, long after its ack`)
      if (known !== fingerprint(draft)) return { type: 'changed', seq: seq + index }
    }
    const fresh = drafts.slice(repeated)
    const wrong = fresh.length > 0 && this.#ended ? 'a record after the end' : draftsViolation(fresh, this.#elapsed)
    if (wrong !== undefined) return violation(wrong)
    if (this.#unackedBytes + payloadBytes(fresh) > this.#limits.bytes) return violation('more bytes than the window')
    const unacked = this.#next - this.#durable - 1 + fresh.length
    return unacked > this.#limits.records
      ? violation('too many records without an ack')
      : { type: 'fresh', drafts: fresh, repeated }
  }

  /** Counts records that are on their way to the log. */
  take(drafts: readonly Draft[]): void {
    for (const draft of drafts) {
      this.#window.note(this.#next, fingerprint(draft))
      this.#count(draft)
      this.#next += 1
    }
    this.#unackedBytes += payloadBytes(drafts)
  }

  /** Counts what became durable. False where the log put it elsewhere than where it belongs. */
  settle(receipt: Receipt, bytes: number): boolean {
    if (receipt.firstSeq !== this.#durable + 1 || receipt.lastSeq >= this.#next) return false
    this.#durable = receipt.lastSeq
    this.#unackedBytes -= bytes
    this.#window.push({ seq: receipt.lastSeq, time: receipt.time, head: receipt.head, bytes })
    return true
  }

  headAt(seq: number): Buffer | undefined {
    return this.#window.headAt(seq)
  }

  /** What a client gets that knows records up to `seq` to be durable: the acks that it missed, and where to go on. */
  replayAfter(seq: number): readonly Buffer[] {
    return [...this.#window.acksAfter(seq, this.#durable), encodeResumed(this.#next)]
  }

  /** The acks of records that came again. */
  acksOf(seq: number, count: number): readonly Buffer[] {
    return count === 0 ? [] : this.#window.acksAfter(seq - 1, seq + count - 1)
  }

  #count({ kind, elapsed, payload }: Draft): void {
    if (kind === 'input' || kind === 'output' || kind === 'errorOutput') this.totals[kind] += payload.length
    if (kind === 'end') this.#ended = true
    this.#elapsed = elapsed
  }
}
