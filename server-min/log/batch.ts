import { crc32 } from 'node:zlib'
import { HEADER_BYTES, SALT_BYTES } from '../../src/protocol/record.ts'
import { encodeMark, entryFrameBytes, FORM, FRAME_HEAD_BYTES, framesBytes, MARK_BYTES, sealFrame } from './frame.ts'
import type { PlacedDraft } from './live-sessions.ts'
import type { ScanPoint } from './scanner.ts'
import type { SegmentHeader } from './segment-header.ts'

export interface EncodedBatch {
  /** All frames, the commit mark last. */
  readonly bytes: Buffer
  readonly mark: Buffer
  /** Where the next batch begins. */
  readonly end: ScanPoint
}

export interface BatchPlace {
  readonly header: Pick<SegmentHeader, 'logId' | 'firstRecord'>
  readonly point: ScanPoint
  readonly time: number
}

/**
 * Memory for batches that follow one another. Memory that is new for each costs more than all that is written into it (its
 * pages, and a collection for every few tens of megabytes).
 */
export class BatchMemory {
  readonly #kept: number
  #bytes = Buffer.alloc(0)

  /** @param kept a batch beyond this size gets memory of its own */
  constructor(kept: number) {
    this.#kept = kept
  }

  /** So many bytes, which hold anything, until the next call. */
  take(length: number): Buffer {
    if (length > this.#kept) return Buffer.allocUnsafeSlow(length)
    if (length > this.#bytes.length) this.#bytes = Buffer.allocUnsafeSlow(Math.min(this.#kept, length * 2))
    return this.#bytes.subarray(0, length)
  }
}

/** The bytes of a batch in its place, in memory that the caller gives or in new. Pure but for that memory. */
export function encodeBatch(
  placed: readonly PlacedDraft[],
  { header, point, time }: BatchPlace,
  memory = new BatchMemory(0),
): EncodedBatch {
  const length = framesBytes(placed.map(({ draft }) => draft))
  const bytes = memory.take(length + MARK_BYTES)
  let at = 0
  for (const record of placed) at = encodeEntry(bytes, at, record)
  const chain = crc32(bytes.subarray(0, length), point.chain)
  const mark = encodeMark({
    logId: header.logId,
    segment: header.firstRecord,
    offset: point.offset + length,
    batch: point.batch,
    time,
    records: placed.length,
    bytes: length,
    chain,
  })
  bytes.set(mark, length)
  const [offset, batch, record] = [point.offset + bytes.length, point.batch + 1, point.record + placed.length]
  return { bytes, mark, end: { offset, batch, record, time, chain } }
}

function encodeEntry(bytes: Buffer, at: number, { draft, header }: PlacedDraft): number {
  const end = at + entryFrameBytes(draft.payload)
  bytes.set(header, at + FRAME_HEAD_BYTES)
  bytes.set(draft.salt, at + FRAME_HEAD_BYTES + HEADER_BYTES)
  bytes.set(draft.payload, at + FRAME_HEAD_BYTES + HEADER_BYTES + SALT_BYTES)
  sealFrame(bytes.subarray(at, end), FORM.entry)
  return end
}
