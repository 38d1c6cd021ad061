/** Checks one session by its records alone: the chain, its beginning and end, and what its end says of all of it. */
import { createHash, type Hash } from 'node:crypto'
import type { ReadRecord } from '../../protocol/read-record.ts'
import type { StreamDigest } from '../../protocol/session.ts'
import type { SessionId } from '../../protocol/session-id.ts'
import { parseEnd, parseOpening } from '../../recording/payload.ts'
import { ChainCheck } from './chain-check.ts'

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
      /** What is no damage and still worth a word. */
      readonly notes: readonly string[]
    }
  | ({ readonly type: 'wrong'; readonly records: number } & WrongRecord)

const STREAMS = { input: 'input', output: 'output', errorOutput: 'errorOutput' } as const
type Stream = keyof typeof STREAMS

interface Tally {
  bytes: number
  /** Undefined once a payload was withheld: nobody can hash what they do not see. */
  hash: Hash | undefined
}

export class SessionCheck {
  readonly #chain: ChainCheck
  readonly #tallies: Record<Stream, Tally>
  readonly #notes: string[] = []
  #withheld = 0
  #ended = false
  #wrong: WrongRecord | undefined

  constructor(session: SessionId) {
    this.#chain = new ChainCheck(session)
    const tally = (): Tally => ({ bytes: 0, hash: createHash('sha256') })
    this.#tallies = { input: tally(), output: tally(), errorOutput: tally() }
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
    if (why !== undefined) this.#wrong = { seq: record.seq, why }
  }

  verdict(): SessionVerdict {
    const records = this.#chain.next
    if (this.#wrong !== undefined) return { type: 'wrong', records, ...this.#wrong }
    if (records === 0) return { type: 'wrong', records, seq: 0, why: 'no record at all' }
    return {
      type: 'intact',
      records,
      withheld: this.#withheld,
      ended: this.#ended,
      head: this.#chain.head.toString('hex'),
      notes: this.#notes,
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
      if (record.of in STREAMS) this.#count(record.of as Stream, record.payloadBytes)
      return undefined
    }
    if (record.kind === 'open')
      return parseOpening(record.payload) === undefined ? 'an opening that cannot be read' : undefined
    if (record.kind === 'end') return this.#compare(record.payload)
    if (record.kind in STREAMS) this.#count(record.kind as Stream, record.payload.length, record.payload)
    return undefined
  }

  #count(stream: Stream, bytes: number, payload?: Uint8Array): void {
    const tally = this.#tallies[stream]
    tally.bytes += bytes
    if (payload === undefined) tally.hash = undefined
    else tally.hash?.update(payload)
  }

  /** The end's digests were made by the recorder, of what passed it. */
  #compare(payload: Uint8Array): string | undefined {
    const end = parseEnd(payload)
    if (end === undefined) return 'an end that cannot be read'
    for (const stream of Object.keys(STREAMS) as Stream[]) {
      const { bytes, hash } = this.#tallies[stream]
      const said: StreamDigest | undefined = end[stream]
      // The output of sessions without a terminal is counted and hashed, not recorded.
      if (said === undefined || (bytes === 0 && stream !== 'input')) continue
      if (said.bytes !== bytes)
        this.#notes.push(`${bytes} bytes of ${NAMES[stream]} are on record, ${said.bytes} were read`)
      else if (said.sha256 !== undefined && hash !== undefined && hash.digest('hex') !== said.sha256)
        return `its end has another SHA-256 of the ${NAMES[stream]} than what is on record`
    }
    return undefined
  }
}

const NAMES: Readonly<Record<Stream, string>> = { input: 'input', output: 'output', errorOutput: 'error output' }
