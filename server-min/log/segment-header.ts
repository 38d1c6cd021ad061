/**
 * The first bytes of a segment, big-endian. They are durable before the file gets its name, so a segment whose header
 * does not read is damaged, never half made.
 *
 *      0  8B   magic
 *      8  u32  format version, 1
 *     12  u32  zero
 *     16  16B  log id, random, one for all segments of a log
 *     32  u64  number of the segment in its log, from 1
 *     40  u64  ordinal of its first record in the log, from 1; also its file name
 *     48  u64  ordinal of its first batch, from 1
 *     56  u64  time of the batch before, µs since the Unix epoch; 0 in the first
 *     64  32B  SHA-256 of the commit mark before, so that no segment can be missing or swapped; zeros in the first
 *     96  28B  zeros
 *    124  u32  CRC-32 of all before; also where the segment's chain of marks starts
 */
import { crc32 } from 'node:zlib'
import { readSafeInteger, writeSafeInteger } from '../../src/protocol/record.ts'

export const SEGMENT_HEADER_BYTES = 128
export const LOG_ID_BYTES = 16
const MAGIC = Buffer.from('KAE-LOG\n')
const VERSION = 1
const CRC_OFFSET = 124

export interface SegmentHeader {
  readonly logId: Buffer
  readonly number: number
  readonly firstRecord: number
  readonly firstBatch: number
  readonly time: number
  readonly previousMark: Buffer
  /** The header's own checksum. */
  readonly crc: number
}

export function encodeSegmentHeader(header: Omit<SegmentHeader, 'crc'>): Buffer {
  const bytes = Buffer.alloc(SEGMENT_HEADER_BYTES)
  MAGIC.copy(bytes)
  bytes.writeUInt32BE(VERSION, 8)
  bytes.set(header.logId, 16)
  writeSafeInteger(bytes, header.number, 32)
  writeSafeInteger(bytes, header.firstRecord, 40)
  writeSafeInteger(bytes, header.firstBatch, 48)
  writeSafeInteger(bytes, header.time, 56)
  bytes.set(header.previousMark, 64)
  bytes.writeUInt32BE(crc32(bytes.subarray(0, CRC_OFFSET)), CRC_OFFSET)
  return bytes
}

/** The header in `bytes`, or undefined where they are none that this program can read. */
export function decodeSegmentHeader(bytes: Buffer): SegmentHeader | undefined {
  if (bytes.length < SEGMENT_HEADER_BYTES || !bytes.subarray(0, 8).equals(MAGIC)) return undefined
  const crc = bytes.readUInt32BE(CRC_OFFSET)
  if (crc !== crc32(bytes.subarray(0, CRC_OFFSET)) || bytes.readUInt32BE(8) !== VERSION) return undefined
  return {
    logId: bytes.subarray(16, 32),
    number: readSafeInteger(bytes, 32),
    firstRecord: readSafeInteger(bytes, 40),
    firstBatch: readSafeInteger(bytes, 48),
    time: readSafeInteger(bytes, 56),
    previousMark: bytes.subarray(64, 96),
    crc,
  }
}

const NAME = /^segment-\d{20}\.log$/

export const segmentName = (firstRecord: number): string => `segment-${String(firstRecord).padStart(20, '0')}.log`

/** The segments among a folder's files, in their order. */
export const segmentNames = (files: readonly string[]): string[] => files.filter((file) => NAME.test(file)).sort()
