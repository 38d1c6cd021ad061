/**
 * One record of a session, the unit that is written, acknowledged, hashed and read.
 *
 * An *entry* is the record in bytes, big-endian:
 *
 *      0  u8   format version, 1
 *      1  u8   kind
 *      2  u8   encoding of the payload: 0 plain
 *      3  u8   zero
 *      4  u32  payload length
 *      8  16B  session id
 *     24  u64  seq: position in its session, from 0
 *     32  u64  time: the collector's clock at the commit, µs since the Unix epoch
 *     40  u64  elapsed: the recorder's monotonic clock, µs since the session was opened
 *     48  32B  link: hash of the session's record before, zeros for the first
 *     80  16B  salt
 *     96  …    payload
 *
 * The hash covers the header and a salted commitment to the payload (see chain.ts), so a payload can be erased or sealed
 * later while every proof still holds.
 */
import { type SessionId, sessionIdFromBytes, sessionIdToBytes } from './session-id.ts'

export const FORMAT_VERSION = 1
export const HEADER_BYTES = 80
export const SALT_BYTES = 16
export const HASH_BYTES = 32
/** The largest payload of one record. Longer input is cut into several records. */
export const MAX_PAYLOAD_BYTES = 64 * 1024

export const RECORD_KINDS = {
  /** JSON `SessionOpening`: who, what, how recorded. The first record of every session. */
  open: 1,
  /** Bytes for the container's stdin. */
  input: 2,
  /** The terminal's new size: u16 columns, u16 rows. */
  resize: 3,
  /** stdin was closed; no payload. */
  inputEnd: 4,
  /** Bytes of the container's stdout (of a terminal: everything that it shows). */
  output: 5,
  /** Bytes of the container's stderr. */
  errorOutput: 6,
  /** JSON `SessionEnd`. The last record of every session that ended. */
  end: 7,
  /** JSON `JournalEvent`: what the collector did itself (decisions, recoveries, starts). Only in its own journal. */
  journal: 8,
} as const

export type RecordKind = keyof typeof RECORD_KINDS

const KIND_NAMES = new Map<number, RecordKind>(
  Object.entries(RECORD_KINDS).map(([name, number]) => [number, name as RecordKind]),
)

export const kindFromNumber = (number: number): RecordKind | undefined => KIND_NAMES.get(number)

/** A record as its recorder hands it in, before the collector gave it time and place. */
export interface Draft {
  readonly kind: RecordKind
  /** µs since the session was opened, by the recorder's monotonic clock. */
  readonly elapsed: number
  /** 16 random bytes, fresh for each record. */
  readonly salt: Uint8Array
  readonly payload: Uint8Array
}

/** Time and place of a record, given by the log at its commit. */
export interface Placement {
  readonly session: SessionId
  readonly seq: number
  /** µs since the Unix epoch. */
  readonly time: number
  readonly link: Uint8Array
}

export interface SessionRecord extends Draft, Placement {}

export type DecodedEntry =
  | { readonly ok: true; readonly record: SessionRecord; readonly header: Buffer }
  | {
      readonly ok: false
      readonly reason:
        | 'too-short'
        | 'unknown-version'
        | 'unknown-kind'
        | 'unknown-encoding'
        | 'number-too-large'
        | 'wrong-length'
    }

/** The 80 header bytes of a record: all that its hash covers beside the commitment to its payload. */
export function encodeHeader(draft: Draft, placement: Placement): Buffer {
  const header = Buffer.allocUnsafe(HEADER_BYTES)
  header.writeUInt32BE((FORMAT_VERSION << 24) | (RECORD_KINDS[draft.kind] << 16), 0)
  header.writeUInt32BE(draft.payload.length, 4)
  header.set(sessionIdToBytes(placement.session), 8)
  writeSafeInteger(header, placement.seq, 24)
  writeSafeInteger(header, placement.time, 32)
  writeSafeInteger(header, draft.elapsed, 40)
  header.set(placement.link, 48)
  return header
}

/** Why bytes are no whole entry; undefined where they are one. */
export function flawOfEntry(entry: Buffer): (DecodedEntry & { ok: false })['reason'] | undefined {
  if (entry.length < HEADER_BYTES + SALT_BYTES) return 'too-short'
  if (entry[0] !== FORMAT_VERSION) return 'unknown-version'
  if (!KIND_NAMES.has(entry.readUInt8(1))) return 'unknown-kind'
  if (entry[2] !== 0 || entry[3] !== 0) return 'unknown-encoding'
  // Of seq, time and elapsed: as a double the largest become 2^64, which nobody can write into a header again.
  if ((entry.readUInt32BE(24) | entry.readUInt32BE(32) | entry.readUInt32BE(40)) >>> 31 !== 0) return 'number-too-large'
  return entry.readUInt32BE(4) === entry.length - HEADER_BYTES - SALT_BYTES ? undefined : 'wrong-length'
}

/** Reads one whole entry. The record's byte fields are views of `entry`, not copies. */
export function decodeEntry(entry: Buffer): DecodedEntry {
  const reason = flawOfEntry(entry)
  const kind = kindFromNumber(entry[1] ?? 0)
  if (reason !== undefined || kind === undefined) return { ok: false, reason: reason ?? 'unknown-kind' }
  const record: SessionRecord = {
    kind,
    session: sessionIdFromBytes(entry.subarray(8, 24)),
    seq: readSafeInteger(entry, 24),
    time: readSafeInteger(entry, 32),
    elapsed: readSafeInteger(entry, 40),
    link: entry.subarray(48, HEADER_BYTES),
    salt: entry.subarray(HEADER_BYTES, HEADER_BYTES + SALT_BYTES),
    payload: entry.subarray(HEADER_BYTES + SALT_BYTES),
  }
  return { ok: true, record, header: entry.subarray(0, HEADER_BYTES) }
}

/** Writes an integer below 2^53 as a u64: seconds, sequence numbers and microseconds all stay below it. */
export function writeSafeInteger(buffer: Buffer, value: number, offset: number): void {
  buffer.writeUInt32BE(Math.floor(value / 2 ** 32), offset)
  buffer.writeUInt32BE(value % 2 ** 32, offset + 4)
}

export const readSafeInteger = (buffer: Buffer, offset: number): number =>
  buffer.readUInt32BE(offset) * 2 ** 32 + buffer.readUInt32BE(offset + 4)
