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

/** Reads a session of an earlier process back, record by record, to where its client may have left it. */
export class SessionReader {
  readonly #id: SessionId
  readonly #trail: Trail
  #first: SessionRecord | undefined
  #end: OwnEnd | undefined

  constructor(id: SessionId, limits: WindowLimits) {
    this.#id = id
    this.#trail = new Trail(limits)
  }

  take(record: SessionRecord): void {
    this.#first ??= copyOf(record)
    const head = recordHash(encodeHeader(record, record), commitmentOf(record.salt, record.payload))
    this.#trail.restore(record, head)
    if (record.kind === 'end') this.#end = endOf(record.payload)
  }

  /** The session, or undefined where the log holds no beginning of it. */
  result(): Restored | undefined {
    const first = this.#first
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
