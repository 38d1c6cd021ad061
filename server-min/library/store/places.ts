import type { Waypoint } from '../../../src/protocol/session-library.ts'
import type { LogPosition } from '../../log/log-tail.ts'
import { segmentName } from '../../log/segment-header.ts'

const segmentNumber = (name: string): number => Number(/\d+/.exec(name)?.[0])

/** `segment,offset,batch,record,time,chain`, the segment as the number in its name. */
export const encodePosition = ({ segment, point }: LogPosition): string =>
  [segmentNumber(segment), point.offset, point.batch, point.record, point.time, point.chain].join(',')

/** The inverse. The index is ours, but may be damaged: what comes of it is checked against the log in any case. */
export function decodePosition(text: string): LogPosition {
  const [segment = 0, offset = 0, batch = 0, record = 0, time = 0, chain = 0] = text.split(',').map(Number)
  return { segment: segmentName(segment), point: { offset, batch, record, time, chain } }
}

export interface PlacedWaypoint extends Waypoint {
  /** Before its batch, in which it is the session's first record. */
  readonly position: LogPosition
}

/** Where a session's records stand: from the batch of its first one to the end of the batch of its last one. */
export interface IndexedPlace {
  readonly folder: string
  readonly first: LogPosition
  readonly last: LogPosition
  /** Offset in the segment of `last`. */
  readonly until: number
}
