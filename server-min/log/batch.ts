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

/** The bytes of a batch in its place. Pure. */
export function encodeBatch(placed: readonly PlacedDraft[], { header, point, time }: BatchPlace): EncodedBatch {
  const length = framesBytes(placed.map(({ draft }) => draft))
  const bytes = Buffer.allocUnsafe(length + MARK_BYTES)
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
