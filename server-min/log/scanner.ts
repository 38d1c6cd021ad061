import { crc32 } from 'node:zlib'
import { type CommitMark, decodeMark, type Frame, MARK_MAGIC, readFrame } from './frame.ts'
import { SEGMENT_HEADER_BYTES, type SegmentHeader } from './segment-header.ts'

/** A place between two batches of a segment, with all that the next batch is checked against. */
export interface ScanPoint {
  readonly offset: number
  /** Ordinals of the next batch and the next record. */
  readonly batch: number
  readonly record: number
  /** Of the batch before. */
  readonly time: number
  readonly chain: number
}

export interface ScannedEntry {
  /** Of its frame in the segment. */
  readonly offset: number
  readonly entry: Buffer
}

export interface CommittedBatch {
  readonly start: ScanPoint
  readonly end: ScanPoint
  readonly time: number
  readonly entries: readonly ScannedEntry[]
  /** The frame of its commit mark. */
  readonly mark: Buffer
}

/** Where a scanner could not go on, and why. `end` is where the frame there would have ended. */
export interface BadFrame {
  readonly offset: number
  readonly end: number
  readonly reason: 'cut' | 'length' | 'form' | 'checksum' | 'mark'
}

export const firstPoint = (header: SegmentHeader): ScanPoint => ({
  offset: SEGMENT_HEADER_BYTES,
  batch: header.firstBatch,
  record: header.firstRecord,
  time: header.time,
  chain: header.crc,
})

/** Reads a segment's frames as its bytes come in, and gives whole batches. Pure: bytes in, batches out. */
export class SegmentScanner {
  readonly #header: SegmentHeader
  #point: ScanPoint
  /** The bytes from the point on, as far as they came in. */
  #pending: Buffer = Buffer.alloc(0)
  /** Of the next frame in `#pending`. */
  #next = 0
  #entries: ScannedEntry[] = []
  #bad: BadFrame | undefined

  constructor(header: SegmentHeader, point: ScanPoint = firstPoint(header)) {
    this.#header = header
    this.#point = point
  }

  /** After the last whole batch. */
  get point(): ScanPoint {
    return this.#point
  }

  get bad(): BadFrame | undefined {
    return this.#bad
  }

  /** Takes the next bytes. After a bad frame it takes no more. */
  push(chunk: Buffer): CommittedBatch[] {
    this.#pending = this.#pending.length === 0 ? chunk : Buffer.concat([this.#pending, chunk])
    const batches: CommittedBatch[] = []
    while (this.#bad === undefined) {
      const frame = readFrame(this.#pending, this.#next)
      if (frame.type === 'short') break
      const batch = this.#take(frame)
      if (batch !== undefined) batches.push(batch)
    }
    return batches
  }

  /** No more bytes come. What is left without a mark is a bad frame; nothing left is a good end. */
  finish(): void {
    if (this.#bad !== undefined || this.#pending.length === 0) return
    const frame = readFrame(this.#pending, this.#next)
    this.#stop('cut', frame.end)
  }

  #take(frame: Exclude<Frame, { type: 'short' }>): CommittedBatch | undefined {
    if (frame.type === 'bad') return this.#stop(frame.why, frame.end)
    if (frame.type === 'mark') return this.#commit(frame.body, frame.end)
    this.#entries.push({ offset: this.#point.offset + this.#next, entry: frame.body })
    this.#next = frame.end
    return undefined
  }

  #commit(body: Buffer, end: number): CommittedBatch | undefined {
    const mark = decodeMark(body)
    if (!body.subarray(0, MARK_MAGIC.length).equals(MARK_MAGIC) || !this.#fits(mark)) return this.#stop('mark', end)
    const start = this.#point
    this.#point = {
      offset: start.offset + end,
      batch: mark.batch + 1,
      record: start.record + mark.records,
      time: mark.time,
      chain: mark.chain,
    }
    const frame = this.#pending.subarray(this.#next, end)
    const batch = { start, end: this.#point, time: mark.time, entries: this.#entries, mark: frame }
    this.#entries = []
    this.#pending = this.#pending.subarray(end)
    this.#next = 0
    return batch
  }

  #fits(mark: CommitMark): boolean {
    const { offset, batch, time, chain } = this.#point
    return (
      mark.logId.equals(this.#header.logId) &&
      mark.segment === this.#header.firstRecord &&
      mark.offset === offset + this.#next &&
      mark.batch === batch &&
      mark.time >= time &&
      mark.records === this.#entries.length &&
      mark.records > 0 &&
      mark.bytes === this.#next &&
      mark.chain === crc32(this.#pending.subarray(0, this.#next), chain)
    )
  }

  #stop(reason: BadFrame['reason'], end: number): undefined {
    this.#bad = { offset: this.#point.offset + this.#next, end: this.#point.offset + end, reason }
  }
}
