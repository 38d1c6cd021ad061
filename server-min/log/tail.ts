/**
 * What is behind the last whole batch of a segment. A batch is written over zeros and only then synced, so when the
 * power goes each of its 512-byte sectors is either there or still zeros, in any pattern, and the file may be cut. That,
 * and only in the last batch of the last segment, is a *torn tail*: it was never acknowledged. Everything else is
 * corruption: a later batch that is whole, or damage that no missing sector explains (a flipped bit, an overwrite).
 */
import { decodeMark, FRAME_HEAD_BYTES, MARK_BYTES, MARK_MAGIC, readFrame } from './frame.ts'
import type { BadFrame, ScanPoint } from './scanner.ts'
import type { SegmentHeader } from './segment-header.ts'

export type Tail =
  /** Nothing but preallocated zeros. */
  | { readonly type: 'clean' }
  | { readonly type: 'torn'; readonly offset: number; readonly bytes: number }
  | { readonly type: 'corrupt'; readonly offset: number; readonly reason: BadFrame['reason'] }

const SECTOR_BYTES = 512

export interface TailPlace {
  readonly header: SegmentHeader
  /** After the last whole batch; the bytes start here. */
  readonly point: ScanPoint
  readonly bad: BadFrame
}

/** Takes the bytes from `place.point` to the end of the file, then judges. Pure. */
export class TailExaminer {
  readonly #place: TailPlace
  #position: number
  /** The last bytes, kept so that a mark across two chunks is seen. */
  #carry: Buffer = Buffer.alloc(0)
  /** End of the last byte that is not zero. */
  #contentEnd: number
  /** The first hole (sector or its part behind the point that is all zeros) behind which something stands. */
  readonly #holes: { start: number; end: number }[] = []
  #openHole: number | undefined
  /** Of whole marks behind the bad frame: the highest ordinal. */
  #laterBatch = 0

  constructor(place: TailPlace) {
    this.#place = place
    this.#position = place.point.offset
    this.#contentEnd = place.point.offset
  }

  push(chunk: Buffer): void {
    const bytes = Buffer.concat([this.#carry, chunk])
    if (isZeros(chunk)) this.#findHole(chunk)
    else {
      this.#findMarks(bytes, this.#position - this.#carry.length)
      this.#findHoles(chunk)
    }
    this.#position += chunk.length
    this.#carry = bytes.subarray(Math.max(0, bytes.length - MARK_BYTES))
  }

  verdict(): Tail {
    const { point, bad } = this.#place
    const corrupt: Tail = { type: 'corrupt', offset: bad.offset, reason: bad.reason }
    const torn: Tail = { type: 'torn', offset: point.offset, bytes: this.#contentEnd - point.offset }
    if (this.#contentEnd === point.offset) return { type: 'clean' }
    if (this.#laterBatch > point.batch || bad.reason === 'mark') return corrupt
    // The first byte of a frame, the top of its length, is zero in any case.
    if (this.#holes.some((hole) => hole.start < bad.end && hole.end > bad.offset + 1)) return torn
    if (this.#laterBatch === point.batch) return corrupt
    return bad.end > this.#contentEnd ? torn : corrupt
  }

  #findMarks(bytes: Buffer, base: number): void {
    for (let at = bytes.indexOf(MARK_MAGIC); at !== -1; at = bytes.indexOf(MARK_MAGIC, at + 1)) {
      const start = at - FRAME_HEAD_BYTES
      if (start < 0) continue
      const frame = readFrame(bytes, start)
      if (frame.type !== 'mark') continue
      const mark = decodeMark(frame.body)
      const ours = mark.logId.equals(this.#place.header.logId) && mark.segment === this.#place.header.firstRecord
      if (ours && mark.offset === base + start) this.#laterBatch = Math.max(this.#laterBatch, mark.batch)
    }
  }

  /** Most of a segment is zeros, so these take a short way: what is no sector's start is at the start of the chunk. */
  #findHole(zeros: Buffer): void {
    const boundary = Math.ceil(this.#position / SECTOR_BYTES) * SECTOR_BYTES
    const before = Math.min(zeros.length, boundary - this.#position)
    if (before > 0) this.#sectorPart(this.#position, zeros.subarray(0, before))
    if (before < zeros.length) this.#openHole ??= boundary
  }

  #findHoles(chunk: Buffer): void {
    let at = 0
    while (at < chunk.length) {
      const offset = this.#position + at
      const length = Math.min(SECTOR_BYTES - (offset % SECTOR_BYTES), chunk.length - at)
      this.#sectorPart(offset, chunk.subarray(at, at + length))
      at += length
    }
  }

  /** A hole begins and ends with whole sectors, or with the point, however the chunks are cut. */
  #sectorPart(offset: number, bytes: Buffer): void {
    const sector = Math.max(offset - (offset % SECTOR_BYTES), this.#place.point.offset)
    const last = isZeros(bytes) ? -1 : bytes.findLastIndex((byte) => byte !== 0)
    if (last === -1) {
      if (this.#contentEnd <= sector) this.#openHole ??= sector
      return
    }
    if (this.#openHole !== undefined && this.#openHole < sector)
      this.#holes.push({ start: this.#openHole, end: sector })
    this.#openHole = undefined
    this.#contentEnd = offset + last + 1
  }
}

let zeros = Buffer.alloc(SECTOR_BYTES)

function isZeros(bytes: Buffer): boolean {
  if (zeros.length < bytes.length) zeros = Buffer.alloc(bytes.length)
  return bytes.equals(zeros.subarray(0, bytes.length))
}
