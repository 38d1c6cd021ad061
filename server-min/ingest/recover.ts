import { commitmentOf, recordHash } from '../../src/protocol/chain.ts'
import { encodeHeader, type SessionRecord } from '../../src/protocol/record.ts'
import type { SessionOpening } from '../../src/protocol/session.ts'
import type { SessionId } from '../../src/protocol/session-id.ts'
import { endOf, type OwnEnd } from './ending.ts'
import { openingEntry, type SessionStart } from './opening.ts'
import type { WindowLimits } from './receipts.ts'
import { Trail } from './trail.ts'

export interface Restored extends SessionStart {
  readonly trail: Trail
  readonly entry: Buffer | undefined
  readonly end?: OwnEnd
}

/** A record that was read, whose hash the next one names. */
interface Unlinked {
  readonly seq: number
  readonly time: number
  readonly bytes: number
}

/** Reads a session of an earlier process back, record by record, to where its client may have left it. */
export class SessionReader {
  readonly #id: SessionId
  readonly #head: Buffer | undefined
  readonly #trail: Trail
  #first: SessionRecord | undefined
  #last: Unlinked | undefined
  #end: OwnEnd | undefined

  /** @param head the chain's, where the session has not ended: the log has checked it, so nothing is hashed again */
  constructor(id: SessionId, limits: WindowLimits, head?: Buffer) {
    this.#id = id
    this.#head = head
    this.#trail = new Trail(limits)
  }

  take(record: SessionRecord): void {
    this.#first ??= copyOf(record)
    this.#settle(record.link)
    this.#trail.take([record])
    this.#last = { seq: record.seq, time: record.time, bytes: record.payload.length }
    if (record.kind !== 'end') return
    this.#end = endOf(record.payload)
    this.#settle(recordHash(encodeHeader(record, record), commitmentOf(record.salt, record.payload)))
  }

  #settle(head: Uint8Array): void {
    const last = this.#last
    this.#last = undefined
    if (last === undefined) return
    const { seq, time, bytes } = last
    this.#trail.settle({ firstSeq: seq, lastSeq: seq, time, head: Buffer.from(head) }, bytes)
  }

  /** The session, or undefined where the log holds no beginning of it. */
  result(): Restored | undefined {
    const first = this.#first
    if (this.#head !== undefined) this.#settle(this.#head)
    if (first?.kind !== 'open') return undefined
    const opening = JSON.parse(Buffer.from(first.payload).toString()) as SessionOpening
    const entry = this.#trail.next === 1 ? openingEntry(this.#id, first, first) : undefined
    const end = this.#end === undefined ? {} : { end: this.#end }
    return { id: this.#id, opening, elapsedMs: this.#trail.elapsed / 1000, trail: this.#trail, entry, ...end }
  }
}

/** A log's reader may use its buffer again for the next record. */
const copyOf = (record: SessionRecord): SessionRecord => ({
  ...record,
  salt: Buffer.from(record.salt),
  payload: Buffer.from(record.payload),
})
