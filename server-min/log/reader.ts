import { join } from 'node:path'
import { decodeEntry, type SessionRecord } from '../../src/protocol/record.ts'
import { type SessionId, sessionIdToBytes } from '../../src/protocol/session-id.ts'
import { ChainVerifier } from './chain-verifier.ts'
import { fault, folderFault } from './faults.ts'
import { nodeStorage } from './node-storage.ts'
import { corruption, verifyAll } from './recover.ts'
import { type Damage, type LogFolder, scanFolder, scanSegment } from './scan-folder.ts'
import { type CommittedBatch, firstPoint, type ScanPoint } from './scanner.ts'
import { decodeSegmentHeader, SEGMENT_HEADER_BYTES, segmentNames } from './segment-header.ts'
import { errorCode } from './storage.ts'

/** Offset of the session id in an entry (see src/protocol/record.ts). */
const SESSION_AT = 8

export interface ReadRange {
  /** Where to begin; undefined: where the log does. */
  readonly first: { readonly segment: string; readonly start: ScanPoint } | undefined
  /** The last segment and where to stop in it. */
  readonly last: { readonly segment: string; readonly end: number }
  /** Of this session alone; undefined: of all. */
  readonly session: SessionId | undefined
}

/** The records between two places of a log that this process writes, where all is durable. */
export async function* readRange(log: LogFolder, range: ReadRange): AsyncGenerator<SessionRecord> {
  try {
    yield* readSegments(log, range)
  } catch (error) {
    throw folderFault(error, log.folder)
  }
}

async function* readSegments(log: LogFolder, { first, last, session }: ReadRange): AsyncGenerator<SessionRecord> {
  const names = segmentNames(await log.storage.list(log.folder))
  for (const name of names.filter((name) => name >= (first?.segment ?? '') && name <= last.segment)) {
    const file = await log.storage.open(join(log.folder, name), 'read')
    try {
      const header = decodeSegmentHeader(await file.read(0, SEGMENT_HEADER_BYTES))
      if (header === undefined) throw corruption({ file: name, offset: 0, reason: 'header' })
      const start = name === first?.segment ? first.start : firstPoint(header)
      const scan = scanSegment(file, { header, start, end: name === last.segment ? last.end : await file.size() })
      let step = await scan.next()
      for (; step.done !== true; step = await scan.next()) yield* recordsOf(step.value, session)
      const { tail } = step.value
      if (tail.type !== 'clean') throw corruption({ file: name, offset: tail.offset, reason: 'it changed on the disk' })
    } finally {
      await file.close()
    }
  }
}

/**
 * The records of a log folder, in total order, without a lock and without writing: also of one that a process writes
 * now, up to its last whole batch. Does not check the sessions' chains; see `verifyLogFolder`.
 *
 * Faults: KAE_LOG_MISSING, KAE_LOG_FOLDER_UNUSABLE, KAE_LOG_CORRUPT.
 */
export async function* readLogFolder(folder: string): AsyncGenerator<SessionRecord> {
  const scan = scanFolder({ storage: nodeStorage, folder })
  let step = await orMissing(folder, scan.next())
  for (; step.done !== true; step = await scan.next()) yield* recordsOf(step.value.batches)
  if (step.value.type === 'corrupt') throw corruption(step.value.damage)
  if (step.value.type === 'empty') throw fault('KAE_LOG_MISSING', { detail: folder })
}

export type LogVerdict =
  | {
      readonly type: 'intact'
      readonly records: number
      readonly sessions: number
      /** Sessions without an end. */
      readonly unended: number
      /** A half written batch at the end, never acknowledged; or one that a live process is just writing. */
      readonly torn?: { readonly file: string; readonly offset: number; readonly bytes: number }
    }
  | ({ readonly type: 'corrupt' } & Damage)

/**
 * Reads a whole log and checks every byte: checksums, commit marks, segments, and each session's chain. It cannot see
 * that a log was cut at a commit mark, or written anew as a whole: only a checkpoint kept elsewhere shows that.
 */
export async function verifyLogFolder(folder: string): Promise<LogVerdict> {
  return orMissing(folder, verifyLog({ storage: nodeStorage, folder }))
}

/** `verifyLogFolder` on any storage. */
export async function verifyLog(log: LogFolder): Promise<LogVerdict> {
  const chains = new ChainVerifier()
  const outcome = await verifyAll(log, chains)
  if (outcome.type === 'empty') throw fault('KAE_LOG_MISSING', { detail: log.folder })
  if (outcome.type === 'corrupt') return { type: 'corrupt', ...outcome.damage }
  const unended = chains.unended
  const verdict = { type: 'intact', records: chains.records, sessions: chains.ended + unended, unended } as const
  if (outcome.type === 'intact') return verdict
  return { ...verdict, torn: { file: outcome.last.name, offset: outcome.offset, bytes: outcome.bytes } }
}

/** The records in batches, of one session where it is named. */
export function* recordsOf(batches: readonly CommittedBatch[], session?: SessionId): Generator<SessionRecord> {
  const id = session === undefined ? undefined : sessionIdToBytes(session)
  for (const { entries } of batches)
    for (const { entry } of entries) {
      // Most entries are other sessions': the raw bytes tell, without decoding them.
      if (id !== undefined && entry.compare(id, 0, id.length, SESSION_AT, SESSION_AT + id.length) !== 0) continue
      const decoded = decodeEntry(entry)
      if (decoded.ok) yield decoded.record
      else throw fault('KAE_LOG_CORRUPT', { detail: decoded.reason })
    }
}

async function orMissing<T>(folder: string, result: Promise<T>): Promise<T> {
  try {
    return await result
  } catch (cause) {
    throw errorCode(cause) === 'ENOENT'
      ? fault('KAE_LOG_MISSING', { detail: folder, cause })
      : folderFault(cause, folder)
  }
}
