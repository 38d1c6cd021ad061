/** In which format a session's content is given. */
import {
  CONTENT_TYPE,
  encodeContentEnd,
  encodeContentFault,
  encodeContentIdle,
  encodeReadRecord,
} from '../../../src/protocol/content.ts'
import { describeFault, type Fault } from '../../../src/protocol/fault.ts'
import type { ReadRecord } from '../../../src/protocol/read-record.ts'
import type { RecordedCommand } from '../../../src/protocol/recorded-command.ts'
import type { SessionObject } from '../../../src/protocol/session-object.ts'
import { asciicastV2 } from '../../../src/recording/formats/asciicast-v2.ts'
import { asciicastV3 } from '../../../src/recording/formats/asciicast-v3.ts'
import type { Encoder } from '../../../src/recording/formats/format.ts'
import { jsonLines } from '../../../src/recording/formats/json.ts'
import { isoTime, recordLine } from '../../../src/recording/lines.ts'
import { statusOfFault } from '../status.ts'

export const STREAM_FORMATS = ['text', 'json', 'records', 'asciicast-v2', 'asciicast-v3'] as const
export type StreamFormat = (typeof STREAM_FORMATS)[number]
/** Lists, which are given as a whole. */
export const LIST_FORMATS = ['commands', 'waypoints'] as const
export type ListFormat = (typeof LIST_FORMATS)[number]

/** A stream that carries a session's records, piece by piece. */
export interface Document {
  readonly contentType: string
  start(session: SessionObject): Uint8Array | string
  record(record: ReadRecord): Uint8Array | string
  finish(): Uint8Array | string
  /** Keeps a quiet stream alive, where the format has something that means nothing. */
  readonly idle?: Uint8Array
  /** Why the rest does not come, where the format has a place for it. Else the stream is cut without a word. */
  fault?(fault: Fault): Uint8Array | string
  /** Whether that is an end of its own. Else the stream is cut behind it, so that nobody takes it for whole. */
  readonly hasEnd?: boolean
}

/** @param commands become markers, where the format has them */
export function documentIn(format: StreamFormat, commands: readonly RecordedCommand[]): Document {
  switch (format) {
    case 'text':
      return TEXT
    case 'records':
      return RECORDS
    case 'json':
      return { ...ofEncoder(jsonLines(), 'application/x-ndjson'), fault: statusLine }
    case 'asciicast-v2':
      return ofEncoder(asciicastV2({ commands }), 'application/x-asciicast')
    case 'asciicast-v3':
      return ofEncoder(asciicastV3({ commands }), 'application/x-asciicast')
  }
}

const nothing = () => ''

const RECORDS: Document = {
  contentType: CONTENT_TYPE,
  start: nothing,
  record: encodeReadRecord,
  finish: encodeContentEnd,
  idle: encodeContentIdle(),
  fault: encodeContentFault,
  hasEnd: true,
}

const TEXT: Document = {
  contentType: 'text/plain; charset=utf-8',
  start: nothing,
  record: (record) => `${record.kind === 'withheld' ? withheldLine(record) : recordLine(record)}\n`,
  finish: nothing,
  fault: (fault) => `${describeFault(fault)}\n`,
}

const statusLine = (fault: Fault): string => `${JSON.stringify(statusOfFault(fault))}\n`

const withheldLine = ({ time, of, payloadBytes }: Extract<ReadRecord, { kind: 'withheld' }>): string =>
  `${isoTime(time)}  ${of.padEnd('error output'.length)}  withheld, ${payloadBytes} bytes`

const ofEncoder = (encoder: Encoder, contentType: string): Document => ({
  contentType,
  start: (session) => encoder.start(session),
  record: (record) => encoder.record(record),
  finish: () => encoder.finish(),
})
