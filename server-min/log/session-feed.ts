import { decodeEntry, type SessionRecord } from '../../src/protocol/record.ts'
import type { SessionId } from '../../src/protocol/session-id.ts'
import { folderFault } from './faults.ts'
import { type LogEnd, type LogPosition, LogTail } from './log-tail.ts'
import { recordsOf } from './reader.ts'
import { corruption } from './recover.ts'
import type { LogFolder } from './scan-folder.ts'
import type { SessionPlace } from './session-places.ts'
import { Waiters } from './waiters.ts'

/** The newest records of a followed session are kept in memory up to this size; whoever is further behind reads the disk. */
const WINDOW_BYTES = 1024 * 1024
/** A follower takes so many records at a time from there, so that a slow one holds few. */
const HANDFUL = 32
/** Records of one read of the disk together; more of other sessions' between them is passed over. */
const BLOCK_BYTES = 256 * 1024
const BLOCKS_KEPT = 4

interface WindowItem {
  readonly record: SessionRecord
  /** Before its batch: from there the disk gives it again. */
  readonly position: LogPosition
}

interface Block {
  readonly records: readonly SessionRecord[]
  readonly next: LogPosition
  /** Nothing was durable behind it. */
  readonly last: boolean
}

export interface FeedParts {
  readonly log: LogFolder
  readonly session: SessionId
  /** Where its durable records stand now; undefined where it has none. */
  readonly place: () => SessionPlace | undefined
  /** Of its last durable record; undefined where the session has ended. */
  readonly lastSeq: () => number | undefined
}

/**
 * One session for all who follow it. They pull: each has its own place, reads from the window in memory where it is near
 * the end, and from the disk where it is not. A block that one has read serves the others that come to the same place.
 */
export class SessionFeed {
  readonly #parts: FeedParts
  readonly #waiters = new Waiters()
  readonly #blocks = new Map<string, Promise<Block>>()
  #window: WindowItem[] = []
  #windowBytes = 0
  #closed: { readonly error: Error | undefined } | undefined
  followers = 0

  constructor(parts: FeedParts) {
    this.#parts = parts
  }

  /** Takes a durable entry. Its bytes are copied: they are a view of a whole batch, or of what the caller may change. */
  push(entry: Buffer, position: LogPosition): void {
    const decoded = decodeEntry(Buffer.from(entry))
    if (!decoded.ok) throw new Error(`an entry that does not read back: ${decoded.reason}`)
    this.#window.push({ record: decoded.record, position })
    this.#windowBytes += entry.length
    while (this.#windowBytes > WINDOW_BYTES && this.#window.length > 1)
      this.#windowBytes -= entryBytes(this.#window.shift())
  }

  /** All of a batch was pushed. */
  wake(): void {
    this.#waiters.wake()
  }

  /** The log takes no more records: followers get what is durable and end, or reject with the error. */
  close(error: Error | undefined): void {
    this.#closed = { error }
    this.wake()
  }

  async *follow(fromSeq: number, signal: AbortSignal | undefined): AsyncGenerator<SessionRecord> {
    let seq = fromSeq
    let position = startOf(this.#parts.place())
    while (position !== undefined) {
      const step = this.#fromWindow(seq) ?? (await this.#fromDisk(position, seq))
      for (const { record, position: before } of step.items) {
        if (signal?.aborted) return
        position = before
        yield record
        seq = record.seq + 1
        if (record.kind === 'end') return
      }
      position = step.next ?? position
      if (signal?.aborted) return
      if (step.items.length > 0 || !step.last) continue
      if (this.#parts.lastSeq() === undefined) return
      if (this.#closed?.error !== undefined) throw this.#closed.error
      if (this.#closed !== undefined) return
      if (!this.#isBehind(seq)) await this.#waiters.next(signal)
    }
  }

  #isBehind(seq: number): boolean {
    const last = this.#parts.lastSeq()
    return last === undefined || seq <= last
  }

  #fromWindow(seq: number): Step | undefined {
    const first = this.#window[0]?.record.seq
    if (first === undefined || seq < first) return this.#isBehind(seq) ? undefined : { items: [], last: true }
    const items = this.#window.slice(seq - first, seq - first + HANDFUL)
    return { items, last: items.length === 0 }
  }

  async #fromDisk(position: LogPosition, seq: number): Promise<Step> {
    const { records, next, last } = await this.#block(position)
    const items = records.filter((record) => record.seq >= seq).map((record) => ({ record, position }))
    return { items, next, last }
  }

  #block(position: LogPosition): Promise<Block> {
    const key = `${position.segment}:${position.point.offset}`
    const known = this.#blocks.get(key)
    if (known !== undefined) return known
    const reading = readBlock(this.#parts, position)
    this.#blocks.set(key, reading)
    // What ends where the log ended then, or failed, is to be read anew.
    const forget = (): boolean => this.#blocks.delete(key)
    reading.then(({ last }) => last && forget(), forget)
    for (const oldest of this.#blocks.keys()) if (this.#blocks.size > BLOCKS_KEPT) this.#blocks.delete(oldest)
    return reading
  }
}

interface Step {
  readonly items: readonly WindowItem[]
  /** Where the disk is to be read next; absent where it was not read. */
  readonly next?: LogPosition
  readonly last: boolean
}

const entryBytes = (item: WindowItem | undefined): number => (item === undefined ? 0 : item.record.payload.length + 96)

const startOf = (place: SessionPlace | undefined): LogPosition | undefined =>
  place && { segment: place.firstSegment, point: place.start }

async function readBlock({ log, session, place }: FeedParts, position: LogPosition): Promise<Block> {
  const { lastSegment, end } = place() ?? {}
  if (lastSegment === undefined || end === undefined) return { records: [], next: position, last: true }
  const records: SessionRecord[] = []
  await using tail = new LogTail(log, { position })
  try {
    for (let bytes = 0; bytes < BLOCK_BYTES; ) {
      const located = await tail.next({ segment: lastSegment, end })
      if (located === undefined)
        return { records, next: throwOnShort(tail.position, { segment: lastSegment, end }), last: true }
      for (const record of recordsOf(located.batches, session)) {
        records.push(record)
        bytes += record.payload.length
      }
    }
    return { records, next: tail.position ?? position, last: false }
  } catch (error) {
    throw folderFault(error, log.folder)
  }
}

/** What was durable is not whole any more, so waiting would not bring it. */
function throwOnShort(position: LogPosition | undefined, { segment, end }: LogEnd): LogPosition {
  if (position !== undefined && position.segment === segment && position.point.offset >= end) return position
  const offset = position?.point.offset ?? 0
  throw corruption({ file: position?.segment ?? segment, offset, reason: 'it changed on the disk' })
}
