/** What is wrong with a log's files, in words, and which record that is. */
import { join } from 'node:path'
import { crc32 } from 'node:zlib'
import { FORM, FRAME_HEAD_BYTES } from '../../../server-min/log/frame.ts'
import { nodeStorage } from '../../../server-min/log/node-storage.ts'
import type { Damage } from '../../../server-min/log/scan-folder.ts'
import { decodeSegmentHeader, SEGMENT_HEADER_BYTES, segmentNames } from '../../../server-min/log/segment-header.ts'
import { FORMAT_VERSION, HEADER_BYTES, readSafeInteger } from '../../protocol/record.ts'
import { parseSessionId, type SessionId, sessionIdFromBytes } from '../../protocol/session-id.ts'

/** The first thing that is wrong, and where. */
export interface BadPlace {
  readonly why: string
  readonly file?: string
  readonly offset?: number
  readonly session?: SessionId
  readonly seq?: number
}

/** Damage that is known to be none: another version wrote it, and its checksums hold. */
export type DamageFound =
  | { readonly type: 'wrong'; readonly bad: BadPlace }
  | { readonly type: 'unreadable'; readonly why: string }

/** As server-min/log calls it. What is not here is said as it stands. */
const REASONS: Readonly<Record<string, string>> = {
  cut: 'it is cut off in the middle of a batch',
  length: 'a length that no record has',
  form: 'something that is neither a record nor a commit mark',
  checksum: 'the checksum does not fit the bytes',
  mark: 'a commit mark that does not fit its place',
  'too-short': 'too few bytes for a record',
  'unknown-kind': 'a kind of record that there is not',
  'unknown-encoding': 'an encoding that there is not',
  'wrong-length': 'a record of another length than its header says',
  'no segment before it': 'the log does not begin here: the segments before it are missing',
}

export async function describeDamage(log: string, { file, offset, reason }: Damage): Promise<DamageFound> {
  if (reason === 'header') return headerDamage(log, file)
  if (reason === 'unknown-version') {
    const why = `${file} has a record at byte ${offset} that is not of version ${FORMAT_VERSION} of the format, which this program reads`
    return { type: 'unreadable', why }
  }
  const why = reason.startsWith('it ends before ') ? `${reason}${await missingWords(log, file)}` : REASONS[reason]
  return { type: 'wrong', bad: { why: why ?? reason, file, offset, ...(await recordAt(join(log, file), offset)) } }
}

/** A header is whole before its file gets a name. What does not read is damage, unless its own checksum says otherwise. */
async function headerDamage(log: string, file: string): Promise<DamageFound> {
  const bytes = (await bytesAt(join(log, file), 0, SEGMENT_HEADER_BYTES)) ?? Buffer.alloc(0)
  const version = otherVersion(bytes)
  if (version !== undefined) {
    const why = `${file} is of version ${version} of the log’s format, and this program reads version ${READ_VERSION}`
    return { type: 'unreadable', why }
  }
  const why =
    bytes.length < SEGMENT_HEADER_BYTES ? 'it is too short to be a segment' : 'its header is none, or was changed'
  return { type: 'wrong', bad: { why, file, offset: 0 } }
}

/** See server-min/log/segment-header.ts: the version stands behind the magic, and the checksum at the end. */
const [VERSION_AT, CRC_AT, READ_VERSION] = [8, 124, 1] as const
const MAGIC = 'KAE-LOG\n'

function otherVersion(bytes: Buffer): number | undefined {
  if (bytes.length < SEGMENT_HEADER_BYTES || bytes.toString('latin1', 0, VERSION_AT) !== MAGIC) return undefined
  const version = bytes.readUInt32BE(VERSION_AT)
  const whole = crc32(bytes.subarray(0, CRC_AT)) === bytes.readUInt32BE(CRC_AT)
  return whole && version !== READ_VERSION ? version : undefined
}

/** Segments are numbered: where one stands missing between two is told by those. */
async function missingWords(log: string, file: string): Promise<string> {
  const names = segmentNames(await nodeStorage.list(log))
  const [before, after] = await Promise.all(
    [file, names[names.indexOf(file) + 1]].map(async (name) => name && numberOf(join(log, name))),
  )
  if (typeof before !== 'number' || typeof after !== 'number' || after <= before + 1) return ''
  const missing = after - before - 2
  return missing === 0
    ? `: segment ${before + 1} of the log is missing between them`
    : `: segments ${before + 1} to ${after - 1} of the log are missing between them`
}

async function numberOf(path: string): Promise<number | undefined> {
  const bytes = await bytesAt(path, 0, SEGMENT_HEADER_BYTES)
  return bytes && decodeSegmentHeader(bytes)?.number
}

/** The record there, as its own header calls it: that may be what is damaged. */
async function recordAt(path: string, offset: number): Promise<Pick<BadPlace, 'session' | 'seq'>> {
  const bytes = await bytesAt(path, offset, FRAME_HEAD_BYTES + HEADER_BYTES)
  if (bytes === undefined || bytes.length < FRAME_HEAD_BYTES + HEADER_BYTES || bytes[8] !== FORM.entry) return {}
  const header = bytes.subarray(FRAME_HEAD_BYTES)
  const session = parseSessionId(sessionIdFromBytes(header.subarray(8, 24)))
  const seq = readSafeInteger(header, 24)
  return session === undefined || !Number.isSafeInteger(seq) ? {} : { session, seq }
}

async function bytesAt(path: string, offset: number, length: number): Promise<Buffer | undefined> {
  const file = await nodeStorage.open(path, 'read').catch(() => undefined)
  if (file === undefined) return undefined
  try {
    return await file.read(offset, length)
  } finally {
    await file.close()
  }
}
