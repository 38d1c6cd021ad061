/** Many command lists in one reading of the log, where to look each session up by itself would take far longer. */
import { setImmediate as nextTurn } from 'node:timers/promises'
import type { SessionRecord } from '../../../src/protocol/record.ts'
import type { SessionId } from '../../../src/protocol/session-id.ts'
import { endOf, isBefore, type LogEnd, type LogPosition, LogTail, oneRoom } from '../../log/log-tail.ts'
import { nodeStorage } from '../../log/node-storage.ts'
import { recordsOf } from '../../log/reader.ts'
import type { PendingSession } from '../store/store-rows.ts'

/** Larger sessions are read by themselves, and so are those for which there is no room beside the others. */
const LARGEST_BYTES = 1024 * 1024
const ROOM_BYTES = 64 * 1024 * 1024
const TOGETHER = 256
const TOGETHER_BYTES = 8 * 1024 * 1024

export interface WholeSession {
  readonly key: number
  readonly records: readonly SessionRecord[]
}

interface Gathered {
  readonly key: number
  readonly records: SessionRecord[]
  bytes: number
}

export interface PassOptions {
  readonly folder: string
  readonly sessions: readonly PendingSession[]
  /** Ends the reading; what was gathered is forgotten. */
  readonly signal: AbortSignal
}

/** Reads the part of a log in which these sessions stand, and hands them over in handfuls, each as soon as it is whole. */
export async function gatherSessions(
  { folder, sessions, signal }: PassOptions,
  take: (some: readonly WholeSession[]) => Promise<void>,
): Promise<void> {
  const gathering = new Gathering(sessions)
  const { from, until } = rangeOf(sessions)
  await using tail = new LogTail({ storage: nodeStorage, folder }, { position: from, room: oneRoom() })
  for (let located = await tail.next(until); located !== undefined; located = await tail.next(until)) {
    for (const record of recordsOf(located.batches)) {
      if (signal.aborted) return
      gathering.take(record)
      if (gathering.isHandful) await take(gathering.handOver())
    }
    await nextTurn()
    if (signal.aborted) return
  }
  await take(gathering.handOver())
}

class Gathering {
  readonly #keys: Map<SessionId, number>
  readonly #open = new Map<SessionId, Gathered>()
  #whole: Gathered[] = []
  #wholeBytes = 0
  #bytes = 0

  constructor(sessions: readonly PendingSession[]) {
    this.#keys = new Map(sessions.map(({ id, key }) => [id, key]))
  }

  get isHandful(): boolean {
    return this.#whole.length >= TOGETHER || this.#wholeBytes >= TOGETHER_BYTES
  }

  take(record: SessionRecord): void {
    const key = this.#keys.get(record.session)
    if (key === undefined) return
    const one = this.#open.get(record.session) ?? { key, records: [], bytes: 0 }
    // One that did not begin here, or was let go, is not whole.
    if (record.seq !== one.records.length) return
    this.#open.set(record.session, one)
    one.bytes += record.payload.length + 512
    this.#bytes += record.payload.length + 512
    if (one.bytes > LARGEST_BYTES || this.#bytes > ROOM_BYTES) return this.#letGo(record.session, one)
    one.records.push(copyOf(record))
    if (record.kind !== 'end') return
    this.#open.delete(record.session)
    this.#whole.push(one)
    this.#wholeBytes += one.bytes
  }

  handOver(): readonly WholeSession[] {
    const whole = this.#whole
    this.#bytes -= this.#wholeBytes
    this.#whole = []
    this.#wholeBytes = 0
    return whole
  }

  #letGo(session: SessionId, { bytes }: Gathered): void {
    this.#keys.delete(session)
    this.#open.delete(session)
    this.#bytes -= bytes
  }
}

/** Its bytes are views of a large chunk, which they would keep in memory. */
const copyOf = (record: SessionRecord): SessionRecord => ({
  ...record,
  link: Buffer.from(record.link),
  salt: Buffer.from(record.salt),
  payload: Buffer.from(record.payload),
})

function rangeOf(sessions: readonly PendingSession[]): { readonly from: LogPosition; readonly until: LogEnd } {
  const [first] = sessions
  if (first === undefined) throw new Error('no session to gather')
  let { from, until } = first
  for (const one of sessions) {
    if (isBefore(endOf(one.from), endOf(from))) from = one.from
    if (isBefore(until, one.until)) until = one.until
  }
  return { from, until }
}
