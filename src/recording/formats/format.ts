import type { ReadRecord } from '../../protocol/read-record.ts'
import type { SessionObject } from '../../protocol/session-object.ts'

/** Turns one session's records into a document, piece by piece. Pure; pieces are text and go out as UTF-8. */
export interface Encoder {
  /** What the document begins with. */
  start(session: SessionObject): string
  /** What one record adds; often nothing. */
  record(record: ReadRecord): string
  /** What it ends with. */
  finish(): string
  /** Whether the document could not hold every byte so far (bytes that are not UTF-8, streams that it has no place for). */
  readonly lossy: boolean
}
