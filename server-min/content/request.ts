import type { RecordedCommand } from '../../src/protocol/recorded-command.ts'
import type { SessionObject } from '../../src/protocol/session-object.ts'
import type { StreamFormat } from '../api/reading/document.ts'
import type { Withholding } from '../api/reading/withholding.ts'
import type { LogPosition } from '../log/log-tail.ts'

/** A document of one session, as one reader may see it. It survives a structured clone. */
export interface ContentRequest {
  readonly session: SessionObject
  readonly format: StreamFormat
  /** For formats that have markers. */
  readonly commands: readonly RecordedCommand[]
  readonly withholding: Withholding
  readonly follow: boolean
  readonly fromSeq: number
  /** Where `fromSeq` or something before it stands; absent: where the session begins. */
  readonly from?: LogPosition
}

/** Gives the whole document, its start and its end too, in portions. */
export type GiveContent = (request: ContentRequest, signal: AbortSignal) => AsyncIterable<Uint8Array>

/** Records of the document alone, without its start and end: for formats in which a record says the same wherever it stands. */
export interface Stretch {
  /** Where `fromSeq` or something before it stands; absent: where the session begins. */
  readonly from?: LogPosition
  /** The last record of the stretch; absent: what is durable. */
  readonly toSeq?: number
}

/** Some of a document's bytes, ready for the wire. */
export interface Portion {
  readonly bytes: Uint8Array<ArrayBuffer>
  /** Of the last record in them; -1 where there is none yet. */
  readonly lastSeq: number
  /** The session's end is in them. */
  readonly ended: boolean
  /** The next records stand behind this place. */
  readonly next?: LogPosition
}
