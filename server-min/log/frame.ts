/**
 * What follows the header of a segment: frames, big-endian, then zeros up to the end of the file.
 *
 *      0  u32  length of the body
 *      4  u32  CRC-32 of form and body, started from the length
 *      8  u8   form: 0 a whole entry (see src/protocol/record.ts), 255 a commit mark. 1 is kept for an entry whose
 *              payload was replaced by its commitment
 *      9  …    body
 *
 * A batch is one or more entries and then its commit mark. A batch without its mark never happened.
 *
 *      0  8B   magic, so that a mark is found behind damage
 *      8  16B  log id
 *     24  u64  segment: ordinal of its first record
 *     32  u64  offset of this frame in the segment
 *     40  u64  ordinal of the batch
 *     48  u64  time of all its records, µs since the Unix epoch
 *     56  u32  number of its records
 *     60  u32  bytes of its frames, without this one
 *     64  u32  chain: CRC-32 of those bytes, started from the chain of the mark before, in a segment's first batch from
 *              the header's CRC. A stale mark fits neither its place nor its chain
 *     68  u8   255: a mark does not end in zeros, so a whole one never looks cut
 */
import { crc32 } from 'node:zlib'
import {
  HEADER_BYTES,
  MAX_PAYLOAD_BYTES,
  readSafeInteger,
  SALT_BYTES,
  writeSafeInteger,
} from '../../src/protocol/record.ts'

export const FRAME_HEAD_BYTES = 9
export const FORM = { entry: 0, mark: 0xff } as const
const MARK_BODY_BYTES = 69
export const MARK_BYTES = FRAME_HEAD_BYTES + MARK_BODY_BYTES
export const MARK_MAGIC = Buffer.from('KAE\xff\0END', 'latin1')
const MAX_BODY_BYTES = HEADER_BYTES + SALT_BYTES + MAX_PAYLOAD_BYTES

export interface CommitMark {
  readonly logId: Buffer
  readonly segment: number
  readonly offset: number
  readonly batch: number
  readonly time: number
  readonly records: number
  readonly bytes: number
  readonly chain: number
}

/** Bytes of the frame of an entry with this payload. */
export const entryFrameBytes = (payload: Uint8Array): number =>
  FRAME_HEAD_BYTES + HEADER_BYTES + SALT_BYTES + payload.length

export const framesBytes = (drafts: readonly { readonly payload: Uint8Array }[]): number =>
  drafts.reduce((sum, { payload }) => sum + entryFrameBytes(payload), 0)

/** Writes the head of a frame whose body stands in its place already. */
export function sealFrame(frame: Buffer, form: number): void {
  const length = frame.length - FRAME_HEAD_BYTES
  frame[8] = form
  frame.writeUInt32BE(length, 0)
  frame.writeUInt32BE(crc32(frame.subarray(8), length), 4)
}

export type Frame =
  /** The bytes end before the frame does. `end` is where it would end, if its head says so. */
  | { readonly type: 'short'; readonly end: number }
  | { readonly type: 'bad'; readonly end: number; readonly why: 'length' | 'form' | 'checksum' }
  | { readonly type: 'entry' | 'mark'; readonly end: number; readonly body: Buffer }

/** Reads the frame that starts at `start`. Its body is a view. */
export function readFrame(bytes: Buffer, start: number): Frame {
  if (bytes.length < start + FRAME_HEAD_BYTES) return { type: 'short', end: start + FRAME_HEAD_BYTES }
  const length = bytes.readUInt32BE(start)
  const form = bytes.readUInt8(start + 8)
  const end = start + FRAME_HEAD_BYTES + length
  if (form === FORM.mark && length !== MARK_BODY_BYTES) return { type: 'bad', end: start + MARK_BYTES, why: 'length' }
  if (length > MAX_BODY_BYTES) return { type: 'bad', end: start + FRAME_HEAD_BYTES, why: 'length' }
  if (bytes.length < end) return { type: 'short', end }
  if (crc32(bytes.subarray(start + 8, end), length) !== bytes.readUInt32BE(start + 4))
    return { type: 'bad', end, why: 'checksum' }
  if (form !== FORM.entry && form !== FORM.mark) return { type: 'bad', end, why: 'form' }
  return { type: form === FORM.mark ? 'mark' : 'entry', end, body: bytes.subarray(start + FRAME_HEAD_BYTES, end) }
}

export function encodeMark(mark: CommitMark): Buffer {
  const frame = Buffer.alloc(MARK_BYTES)
  const body = frame.subarray(FRAME_HEAD_BYTES)
  body.set(MARK_MAGIC, 0)
  body.set(mark.logId, 8)
  writeSafeInteger(body, mark.segment, 24)
  writeSafeInteger(body, mark.offset, 32)
  writeSafeInteger(body, mark.batch, 40)
  writeSafeInteger(body, mark.time, 48)
  body.writeUInt32BE(mark.records, 56)
  body.writeUInt32BE(mark.bytes, 60)
  body.writeUInt32BE(mark.chain, 64)
  body[68] = 0xff
  sealFrame(frame, FORM.mark)
  return frame
}

/** Reads the body of a frame whose checksum held. */
export const decodeMark = (body: Buffer): CommitMark => ({
  logId: body.subarray(8, 24),
  segment: readSafeInteger(body, 24),
  offset: readSafeInteger(body, 32),
  batch: readSafeInteger(body, 40),
  time: readSafeInteger(body, 48),
  records: body.readUInt32BE(56),
  bytes: body.readUInt32BE(60),
  chain: body.readUInt32BE(64),
})
