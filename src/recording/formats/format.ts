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
  /** What the document could not hold so far. */
  readonly losses: ReadonlySet<Loss>
}

/** What a format can have no place for. Left out by the reader's own wish is no loss. */
export type Loss =
  /** Bytes that are not UTF-8: each stands there as U+FFFD. */
  | 'not-utf8'
  /** Which bytes were stdout and which stderr: both are shown as one. */
  | 'streams'
  /** Payloads that the reader may not see. */
  | 'withheld'

export const LOSS_WORDS: Readonly<Record<Loss, string>> = {
  'not-utf8': 'bytes that are not UTF-8 were replaced',
  streams: 'stdout and stderr are shown as one',
  withheld: 'input was withheld',
}
