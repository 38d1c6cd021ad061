/** Checks one session by its records alone: the chain, its beginning and end, and what its end says of all of it. */
import type { ReadRecord } from '../../protocol/read-record.ts'
import type { SessionId } from '../../protocol/session-id.ts'
import { isoTime } from '../../recording/lines.ts'
import { parseEnd, parseOpening } from '../../recording/payload.ts'
import { ChainCheck } from './chain-check.ts'
import { type Comparison, isStream, type Stream, Streams } from './streams.ts'

/** One of a session's records, by its place and the time at which it became durable. */
export interface RecordMark {
  readonly seq: number
  readonly time: string
}

export interface WrongRecord {
  /** Of the first record that is wrong, or that is missing. */
  readonly seq: number
  readonly why: string
}

export type SessionVerdict =
  | {
      readonly type: 'intact'
      readonly records: number
      readonly withheld: number
      readonly ended: boolean
      /** Hex of the chain's last hash: what a copy kept elsewhere must come to as well. */
      readonly head: string
      readonly first: RecordMark
      readonly last: RecordMark
      /** What its end says of each stream, against what is on record; none where it has no end. */
      readonly compared: readonly Comparison[]
      /** What is no damage and still worth a word. */
      readonly notes: readonly string[]
    }
  | ({ readonly type: 'wrong'; readonly records: number } & WrongRecord)

/** A damaged log may hold any number for a time. */
export const recordTime = (micros: number): string => isoTime(Math.min(micros, Number.MAX_SAFE_INTEGER))

export class SessionCheck {
  readonly #chain: ChainCheck
  readonly #streams = new Streams()
  #compared: readonly Comparison[] = []
  #first: RecordMark | undefined
  #last: RecordMark | undefined
  #withheld = 0
  #ended = false
  #wrong: WrongRecord | undefined

  constructor(session: SessionId) {
    this.#chain = new ChainCheck(session)
  }

  /** The first record that is wrong, if one was. */
  get wrong(): WrongRecord | undefined {
    return this.#wrong
  }

  get ended(): boolean {
    return this.#ended
  }

  take(record: ReadRecord): void {
    if (this.#wrong !== undefined) return
    const why = this.#chain.take(record) ?? this.#misplaced(record) ?? this.#content(record)
    if (why !== undefined) {
      this.#wrong = { seq: record.seq, why }
      return
    }
    this.#last = { seq: record.seq, time: recordTime(record.time) }
    this.#first ??= this.#last
  }

  verdict(): SessionVerdict {
    const records = this.#chain.next
    if (this.#wrong !== undefined) return { type: 'wrong', records, ...this.#wrong }
    const [first, last] = [this.#first, this.#last]
    if (first === undefined || last === undefined) return { type: 'wrong', records, seq: 0, why: 'no record at all' }
    return {
      type: 'intact',
      records,
      withheld: this.#withheld,
      ended: this.#ended,
      head: this.#chain.head.toString('hex'),
      first,
      last,
      compared: this.#compared,
      notes: this.#compared.flatMap(noteOf),
    }
  }

  #misplaced(record: ReadRecord): string | undefined {
    const kind = record.kind === 'withheld' ? record.of : record.kind
    if (this.#ended) return 'a record after the end of its session'
    if ((record.seq === 0) !== (kind === 'open')) return record.seq === 0 ? `it begins with ${kind}` : 'a second open'
    this.#ended = kind === 'end'
    return undefined
  }

  #content(record: ReadRecord): string | undefined {
    if (record.kind === 'withheld') {
      this.#withheld += 1
      if (isStream(record.of)) this.#streams.count(record.of, record.payloadBytes)
      return undefined
    }
    if (record.kind === 'open')
      return parseOpening(record.payload) === undefined ? 'an opening that cannot be read' : undefined
    if (record.kind === 'end') return this.#compare(record.payload)
    if (isStream(record.kind)) this.#streams.count(record.kind, record.payload.length, record.payload)
    return undefined
  }

  /** The end's digests were made by the recorder, of what passed it. */
  #compare(payload: Uint8Array): string | undefined {
    const end = parseEnd(payload)
    if (end === undefined) return 'an end that cannot be read'
    this.#compared = this.#streams.compare(end)
    const other = this.#compared.find(({ result }) => result === 'other-hash')
    return other && `its end has another SHA-256 of the ${STREAM_NAMES[other.stream]} than what is on record`
  }
}

export const STREAM_NAMES: Readonly<Record<Stream, string>> = {
  input: 'input',
  output: 'output',
  errorOutput: 'error output',
}

const noteOf = ({ stream, result, bytes, said }: Comparison): string[] =>
  result === 'other-length' ? [`${bytes} bytes of ${STREAM_NAMES[stream]} are on record, ${said} were read`] : []
