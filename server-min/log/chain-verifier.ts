import { commitmentOf, NO_LINK, recordHash } from '../../src/protocol/chain.ts'
import { decodeEntry, type SessionRecord } from '../../src/protocol/record.ts'
import type { SessionId } from '../../src/protocol/session-id.ts'
import { type Head, JOURNAL_ID } from './append-log.ts'
import type { CommittedBatch } from './scanner.ts'

export interface WrongRecord {
  readonly offset: number
  readonly reason: string
}

/** Follows the chains of all sessions through the log and says where one breaks. Pure. */
export class ChainVerifier {
  readonly live: Map<SessionId, Head> = new Map()
  readonly ended: Set<SessionId> = new Set()
  records = 0

  /** Number of sessions without an end; the journal is no session of a user. */
  get unended(): number {
    return this.live.size - (this.live.has(JOURNAL_ID) ? 1 : 0)
  }

  /** Takes a batch and gives its records, or what is wrong with one of them. */
  take(batch: CommittedBatch): SessionRecord[] | WrongRecord {
    const records: SessionRecord[] = []
    for (const { offset, entry } of batch.entries) {
      const decoded = decodeEntry(entry)
      if (!decoded.ok) return { offset, reason: decoded.reason }
      const { record, header } = decoded
      const reason = record.time === batch.time ? this.#misplaced(record) : 'another time than its batch'
      if (reason !== undefined) return { offset, reason }
      const hash = recordHash(header, commitmentOf(record.salt, record.payload))
      if (record.kind === 'end') this.#end(record.session)
      else this.live.set(record.session, { seq: record.seq, time: record.time, hash })
      records.push(record)
    }
    this.records += records.length
    return records
  }

  #end(session: SessionId): void {
    this.live.delete(session)
    this.ended.add(session)
  }

  #misplaced({ session, seq, link, kind }: SessionRecord): string | undefined {
    const head = this.live.get(session)
    if ((session === JOURNAL_ID) !== (kind === 'journal')) return 'a kind that does not belong in its session'
    if (head === undefined && this.ended.has(session)) return 'a record after the end of its session'
    if (head === undefined && kind !== 'open' && kind !== 'journal') return 'a session that does not begin with open'
    if (head !== undefined && kind === 'open') return 'a second open of its session'
    if (seq !== (head === undefined ? 0 : head.seq + 1)) return `seq ${seq} out of order`
    return (head?.hash ?? NO_LINK).equals(link) ? undefined : 'a link that is not the hash of the record before'
  }
}
