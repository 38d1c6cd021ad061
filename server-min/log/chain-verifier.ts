import { entryHash, NO_LINK } from '../../src/protocol/chain.ts'
import {
  flawOfEntry,
  HEADER_BYTES,
  kindFromNumber,
  type RecordKind,
  readSafeInteger,
  SALT_BYTES,
} from '../../src/protocol/record.ts'
import { type SessionId, sessionIdFromBytes, sessionIdToBytes } from '../../src/protocol/session-id.ts'
import { type Head, JOURNAL_ID } from './append-log.ts'
import type { CommittedBatch } from './scanner.ts'

export interface WrongRecord {
  readonly offset: number
  readonly reason: string
}

export interface VerifiedRecords {
  /** Each once. */
  readonly sessions: readonly SessionId[]
  /** Payloads of `journal` records. */
  readonly journal: readonly Buffer[]
}

/** A chain's end so far. Changed in place: a log may have many millions of records. */
interface Chain {
  readonly id: SessionId
  seq: number
  time: number
  /** As a binary string. */
  hash: string
  /** The batch in which it was last. */
  batch: number
}

/** Fields of an entry, see src/protocol/record.ts. Sessions are told apart by their bytes, which need no decoding. */
const [SESSION_AT, SEQ_AT, TIME_AT, LINK_AT] = [8, 24, 32, 48] as const
const JOURNAL_KEY = sessionIdToBytes(JOURNAL_ID).toString('latin1')
const NO_HASH = NO_LINK.toString('latin1')

/** Follows the chains of all sessions through the log and says where one breaks. Pure. */
export class ChainVerifier {
  readonly #live = new Map<string, Chain>()
  readonly #ended = new Set<string>()
  records = 0

  /** Number of sessions without an end; the journal is no session of a user. */
  get unended(): number {
    return this.#live.size - (this.#live.has(JOURNAL_KEY) ? 1 : 0)
  }

  /** Number of sessions with one. */
  get ended(): number {
    return this.#ended.size
  }

  /** The heads of all chains that go on. */
  heads(): Map<SessionId, Head> {
    return new Map(
      [...this.#live.values()].map(({ id, seq, time, hash }) => [id, { seq, time, hash: Buffer.from(hash, 'latin1') }]),
    )
  }

  /** Takes a batch, and says what it is about or what is wrong with one of its records. */
  take(batch: CommittedBatch): VerifiedRecords | WrongRecord {
    const sessions: SessionId[] = []
    const journal: Buffer[] = []
    for (const { offset, entry } of batch.entries) {
      const flaw = flawOfEntry(entry)
      if (flaw !== undefined) return { offset, reason: flaw }
      const key = entry.toString('latin1', SESSION_AT, SEQ_AT)
      const kind = kindFromNumber(entry.readUInt8(1))
      const chain = this.#live.get(key)
      const late = readSafeInteger(entry, TIME_AT) !== batch.time
      const reason = late ? 'another time than its batch' : (this.#mismatch(key, kind) ?? misplaced(entry, chain))
      if (reason !== undefined) return { offset, reason }
      const taken = chain ?? begin(entry)
      if (chain === undefined) this.#live.set(key, taken)
      if (taken.batch !== batch.start.batch) sessions.push(taken.id)
      advance(taken, entry, batch)
      if (kind === 'journal') journal.push(entry.subarray(HEADER_BYTES + SALT_BYTES))
      if (kind === 'end') this.#end(key)
    }
    this.records += batch.entries.length
    return { sessions, journal }
  }

  #end(key: string): void {
    this.#live.delete(key)
    this.#ended.add(key)
  }

  /** What of its kind alone does not belong here. */
  #mismatch(key: string, kind: RecordKind | undefined): string | undefined {
    if ((key === JOURNAL_KEY) !== (kind === 'journal')) return 'a kind that does not belong in its session'
    if (this.#live.has(key)) return kind === 'open' ? 'a second open of its session' : undefined
    if (this.#ended.has(key)) return 'a record after the end of its session'
    return kind === 'open' || kind === 'journal' ? undefined : 'a session that does not begin with open'
  }
}

function misplaced(entry: Buffer, chain: Chain | undefined): string | undefined {
  const seq = readSafeInteger(entry, SEQ_AT)
  if (seq !== (chain === undefined ? 0 : chain.seq + 1)) return `seq ${seq} out of order`
  const linked = entry.toString('latin1', LINK_AT, HEADER_BYTES) === (chain?.hash ?? NO_HASH)
  return linked ? undefined : 'a link that is not the hash of the record before'
}

const begin = (entry: Buffer): Chain => ({
  id: sessionIdFromBytes(entry.subarray(SESSION_AT, SEQ_AT)),
  seq: -1,
  time: 0,
  hash: NO_HASH,
  batch: -1,
})

function advance(chain: Chain, entry: Buffer, batch: CommittedBatch): void {
  chain.seq += 1
  chain.time = batch.time
  chain.hash = entryHash(entry)
  chain.batch = batch.start.batch
}
