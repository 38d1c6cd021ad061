/** What the records of a log say about its sessions, summed up for the index. Pure. */
import { decodeEntry, type SessionRecord } from '../../../src/protocol/record.ts'
import type { SessionEnd, SessionOpening } from '../../../src/protocol/session.ts'
import type { SessionId } from '../../../src/protocol/session-id.ts'
import { parseEnd, parseOpening } from '../../../src/recording/payload.ts'
import { JOURNAL_ID } from '../../log/append-log.ts'
import type { LogPosition } from '../../log/log-tail.ts'
import type { LocatedBatches } from '../../log/scan-folder.ts'
import { storedTime } from '../selection.ts'
import type { PlacedWaypoint } from '../store/places.ts'

export interface OpenFacts {
  readonly time: number
  /** Undefined where the payload is none that this program can read. */
  readonly opening: SessionOpening | undefined
}

export interface EndFacts {
  readonly time: number
  readonly end: SessionEnd | undefined
  readonly link: Uint8Array
}

/** What came to one session in a slice of a log. */
export interface SessionNews {
  readonly id: SessionId
  opened?: OpenFacts
  ended?: EndFacts
  records: number
  inputBytes: number
  outputBytes: number
  errorBytes: number
  readonly first: LogPosition
  last: LogPosition
  until: number
  /** The first one is where the slice begins; between two of them there is this much content. */
  readonly waypoints: PlacedWaypoint[]
}

export const WAYPOINT_BYTES = 1024 * 1024

/** Adds a slice's batches to `news`, in the order in which sessions first appear in it. */
export function takeNews(news: Map<SessionId, SessionNews>, { segment, batches }: LocatedBatches): void {
  for (const { start, end, entries } of batches) {
    const position = { segment, point: start }
    for (const { entry } of entries) {
      const decoded = decodeEntry(entry)
      // An entry whose checksum holds but that does not read is of another version: the log's reader says so.
      if (!decoded.ok || decoded.record.session === JOURNAL_ID) continue
      const { record } = decoded
      const one = news.get(record.session) ?? nothingYet(record, position)
      news.set(record.session, one)
      if (one.last !== position && contentBytes(one) >= one.waypoints.length * WAYPOINT_BYTES)
        one.waypoints.push(waypointAt(record, position))
      one.last = position
      one.until = end.offset
      takeRecord(one, record)
    }
  }
}

export const contentBytes = ({ inputBytes, outputBytes, errorBytes }: SessionNews): number =>
  inputBytes + outputBytes + errorBytes

const waypointAt = ({ seq, elapsed }: SessionRecord, position: LogPosition): PlacedWaypoint => ({
  seq,
  elapsed,
  position,
})

const nothingYet = (record: SessionRecord, first: LogPosition): SessionNews => ({
  id: record.session,
  records: 0,
  inputBytes: 0,
  outputBytes: 0,
  errorBytes: 0,
  first,
  last: first,
  until: 0,
  waypoints: [waypointAt(record, first)],
})

function takeRecord(one: SessionNews, { kind, time, payload, link }: SessionRecord): void {
  one.records += 1
  if (kind === 'open') one.opened = { time: storedTime(time), opening: parseOpening(payload) }
  else if (kind === 'end') one.ended = { time: storedTime(time), end: parseEnd(payload), link: Buffer.from(link) }
  else if (kind === 'input') one.inputBytes += payload.length
  else if (kind === 'output') one.outputBytes += payload.length
  else if (kind === 'errorOutput') one.errorBytes += payload.length
}
