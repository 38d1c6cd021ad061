import { crc32 } from 'node:zlib'
import { type CommitMark, decodeMark, FRAME_HEAD_BYTES, type Frame, MARK_MAGIC, readFrame } from './frame.ts'
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

/** Gives a place for so many bytes. It may be the same place each time: then what was read is valid until the next time. */
export type Room = (bytes: number) => Buffer

export interface ScanStart {
  readonly point: ScanPoint
  readonly room: Room
}

/** Reads a segment's frames as its bytes come in, and gives whole batches. Pure: bytes in, batches out. */
export class SegmentScanner {
  readonly #header: SegmentHeader
  readonly #roomOf: Room
  #point: ScanPoint
  /** The bytes from the point on, as far as they came in. */
  #pending: Buffer = Buffer.alloc(0)
  /** Where the next bytes go, behind the pending ones in one piece. */
  #room: Buffer = Buffer.alloc(0)
  /** Of the next frame in `#pending`. */
  #next = 0
  #entries: ScannedEntry[] = []
  #bad: BadFrame | undefined

  constructor(
    header: SegmentHeader,
    { point = firstPoint(header), room = Buffer.allocUnsafeSlow }: Partial<ScanStart> = {},
  ) {
    this.#header = header
    this.#point = point
    this.#roomOf = room
  }

  /** After the last whole batch. */
  get point(): ScanPoint {
    return this.#point
  }

  get bad(): BadFrame | undefined {
    return this.#bad
  }

  /** Where the segment's next bytes are to be put, at most so many. */
  room(bytes: number): Buffer {
    const { length } = this.#pending
    this.#room = this.#roomOf(length + bytes)
    this.#pending.copy(this.#room)
    this.#pending = this.#room.subarray(0, length)
    this.#entries = this.#entries.map(({ offset, entry }) => {
      const start = offset - this.#point.offset + FRAME_HEAD_BYTES
      return { offset, entry: this.#pending.subarray(start, start + entry.length) }
    })
    return this.#room.subarray(length, length + bytes)
  }

  /** Takes the bytes that were put there. After a bad frame it takes no more. */
  took(bytes: number): CommittedBatch[] {
    this.#pending = this.#room.subarray(0, this.#pending.length + bytes)
    const batches: CommittedBatch[] = []
    while (this.#bad === undefined) {
      const frame = readFrame(this.#pending, this.#next)
      if (frame.type === 'short') break
      const batch = this.#take(frame)
      if (batch !== undefined) batches.push(batch)
    }
    return batches
  }

  /** Takes the next bytes, wherever they are. */
  push(chunk: Buffer): CommittedBatch[] {
    if (this.#pending.length > 0) this.room(chunk.length).set(chunk)
    else this.#room = chunk
    return this.took(chunk.length)
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
