/** What stands on record of a session's three streams, against what its end says of them. */
import { createHash, type Hash } from 'node:crypto'
import type { SessionEnd, StreamDigest } from '../../protocol/session.ts'

const STREAMS = ['input', 'output', 'errorOutput'] as const
export type Stream = (typeof STREAMS)[number]

export const isStream = (kind: string): kind is Stream => (STREAMS as readonly string[]).includes(kind)

export interface Comparison {
  readonly stream: Stream
  /** On record. */
  readonly bytes: number
  /** Bytes that the end tells of; absent where it tells nothing. */
  readonly said?: number
  readonly result: ComparisonResult
}

export type ComparisonResult =
  /** As many bytes, with the same SHA-256. */
  | 'same'
  /** As many bytes. The end tells no SHA-256, or a payload was withheld: nobody can hash what they do not see. */
  | 'same-length'
  | 'other-length'
  | 'other-hash'
  /** The output of sessions without a terminal is counted and hashed, and not recorded. */
  | 'not-recorded'
  | 'not-told'

interface Tally {
  bytes: number
  /** Undefined once a payload was withheld. */
  hash: Hash | undefined
}

export class Streams {
  readonly #tallies: Readonly<Record<Stream, Tally>>

  constructor() {
    const tally = (): Tally => ({ bytes: 0, hash: createHash('sha256') })
    this.#tallies = { input: tally(), output: tally(), errorOutput: tally() }
  }

  /** @param payload undefined where it was withheld */
  count(stream: Stream, bytes: number, payload?: Uint8Array): void {
    const tally = this.#tallies[stream]
    tally.bytes += bytes
    if (payload === undefined) tally.hash = undefined
    else tally.hash?.update(payload)
  }

  compare(end: Pick<SessionEnd, Stream>): Comparison[] {
    return STREAMS.map((stream) => {
      const [{ bytes, hash }, said] = [this.#tallies[stream], end[stream]]
      if (said === undefined) return { stream, bytes, result: 'not-told' }
      const sha256 = hash?.copy().digest('hex')
      return { stream, bytes, said: said.bytes, result: resultOf(stream, { bytes, sha256 }, said) }
    })
  }
}

interface OnRecord {
  readonly bytes: number
  readonly sha256: string | undefined
}

function resultOf(stream: Stream, { bytes, sha256 }: OnRecord, said: StreamDigest): ComparisonResult {
  if (said.bytes !== bytes) return bytes === 0 && stream !== 'input' ? 'not-recorded' : 'other-length'
  if (said.sha256 === undefined || sha256 === undefined) return 'same-length'
  return sha256 === said.sha256 ? 'same' : 'other-hash'
}
