/** Records into the bytes of a document. Linear in the records; holds one portion. */
import type { ReadRecord } from '../../src/protocol/read-record.ts'
import { documentIn } from '../api/reading/document.ts'
import { withhold } from '../api/reading/withholding.ts'
import type { LogPosition } from '../log/log-tail.ts'
import type { ContentRequest, Portion, Stretch } from './request.ts'

/** Encrypting so much keeps the thread that records busy for about 0.1 ms. */
const PORTION_BYTES = 128 * 1024

/** Records that came together. */
export interface Handful {
  readonly records: Iterable<ReadRecord>
  /** Behind it the next ones stand. */
  readonly next?: LogPosition
}

/** The whole document, or a stretch of its records. What comes together goes on together: nothing is held back. */
export async function* portionsOf(
  handfuls: AsyncIterable<Handful>,
  request: ContentRequest,
  stretch?: Stretch,
): AsyncGenerator<Portion> {
  const document = documentIn(request.format, request.commands)
  const { fromSeq, withholding } = request
  const { toSeq = Number.POSITIVE_INFINITY } = stretch ?? {}
  const gathering = new Gathering()
  if (stretch === undefined) gathering.add(document.start(request.session))
  for await (const { records, next } of handfuls) {
    let cut = false
    for (const record of records) {
      cut ||= record.seq > toSeq
      if (record.seq < fromSeq || cut) continue
      gathering.add(document.record(withhold(record, withholding)))
      gathering.lastSeq = record.seq
      gathering.ended = record.kind === 'end'
      if (gathering.length >= PORTION_BYTES) yield gathering.take()
    }
    if (gathering.length > 0) yield gathering.take(cut ? undefined : next)
    if (gathering.ended || cut || gathering.lastSeq >= toSeq) break
  }
  if (stretch === undefined) gathering.add(document.finish())
  if (gathering.length > 0) yield gathering.take()
}

class Gathering {
  lastSeq = -1
  ended = false
  #pieces: Array<Uint8Array | string> = []
  /** Of text in UTF-16 units, which is near enough. */
  length = 0

  add(piece: Uint8Array | string): void {
    if (piece.length === 0) return
    this.#pieces.push(piece)
    this.length += piece.length
  }

  take(next?: LogPosition): Portion {
    const bytes = joined(this.#pieces)
    this.#pieces = []
    this.length = 0
    return { bytes, lastSeq: this.lastSeq, ended: this.ended, ...(next && { next }) }
  }
}

/** In memory of its own, so that it can be given to another thread without a copy. */
function joined(pieces: ReadonlyArray<Uint8Array | string>): Uint8Array<ArrayBuffer> {
  const lengths = pieces.map((piece) => (typeof piece === 'string' ? Buffer.byteLength(piece) : piece.length))
  const all = Buffer.allocUnsafeSlow(lengths.reduce((sum, length) => sum + length, 0))
  let at = 0
  for (const [index, piece] of pieces.entries()) {
    if (typeof piece === 'string') all.write(piece, at)
    else all.set(piece, at)
    at += lengths[index] ?? 0
  }
  return new Uint8Array(all.buffer as ArrayBuffer)
}
