import { hash } from 'node:crypto'
import { join } from 'node:path'
import { crc32 } from 'node:zlib'
import { type CommittedBatch, firstPoint, type ScanPoint, SegmentScanner } from './scanner.ts'
import {
  decodeSegmentHeader,
  SEGMENT_HEADER_BYTES,
  type SegmentHeader,
  segmentName,
  segmentNames,
} from './segment-header.ts'
import type { Storage, StoredFile } from './storage.ts'
import { type Tail, TailExaminer, type TailPlace } from './tail.ts'

const CHUNK_BYTES = 1024 * 1024

export interface Damage {
  readonly file: string
  readonly offset: number
  readonly reason: string
}

/** The last segment of a log, as far as it is whole. */
export interface LastSegment {
  readonly name: string
  readonly header: SegmentHeader
  readonly size: number
  readonly point: ScanPoint
  /** The last batch; undefined where the segment has none. */
  readonly batch: CommittedBatch | undefined
}

export type ScanOutcome =
  | { readonly type: 'empty' }
  | { readonly type: 'intact'; readonly last: LastSegment }
  /** The last batch is half written and was never acknowledged. */
  | { readonly type: 'torn'; readonly last: LastSegment; readonly offset: number; readonly bytes: number }
  | { readonly type: 'corrupt'; readonly damage: Damage }

export interface LocatedBatches {
  readonly segment: string
  readonly batches: readonly CommittedBatch[]
}

export interface LogFolder {
  readonly storage: Storage
  readonly folder: string
}

/** Reads all segments in order, chunk by chunk: gives their whole batches, and at the end says how the log stands. */
export async function* scanFolder({ storage, folder }: LogFolder): AsyncGenerator<LocatedBatches, ScanOutcome> {
  const names = segmentNames(await storage.list(folder))
  let last: LastSegment | undefined
  for (const [index, name] of names.entries()) {
    const file = await storage.open(join(folder, name), 'read')
    try {
      const size = await file.size()
      const header = decodeSegmentHeader(await file.read(0, SEGMENT_HEADER_BYTES))
      if (header === undefined) return corrupt(name, 0, 'header')
      const gap = gapBetween(last, header, name)
      if (gap !== undefined) return gap
      const scan = scanSegment(file, { header, end: size })
      let batch: CommittedBatch | undefined
      let step = await scan.next()
      for (; step.done !== true; step = await scan.next()) {
        batch = step.value.at(-1)
        yield { segment: name, batches: step.value }
      }
      const { point, tail } = step.value
      last = { name, header, size, point, batch }
      if (tail.type === 'corrupt') return corrupt(name, tail.offset, tail.reason)
      if (tail.type === 'torn' && index < names.length - 1) return corrupt(name, tail.offset, 'cut')
      if (tail.type === 'torn') return { ...tail, last }
    } finally {
      await file.close()
    }
  }
  return last === undefined ? { type: 'empty' } : { type: 'intact', last }
}

export interface SegmentRange {
  readonly header: SegmentHeader
  readonly start?: ScanPoint
  readonly end: number
}

interface ScanEnd {
  readonly point: ScanPoint
  readonly tail: Tail
  /** CRC-32 of the tail's bytes. */
  readonly fingerprint: number
}

/**
 * Gives the whole batches of each chunk (never none), then where they end and what is behind them. Damage is looked at
 * again until it holds still: where another process writes the log, what was half there a moment ago is whole now.
 */
export async function* scanSegment(file: StoredFile, range: SegmentRange): AsyncGenerator<CommittedBatch[], ScanEnd> {
  let last = yield* scanOnce(file, range)
  while (last.tail.type === 'corrupt') {
    const next: ScanEnd = yield* scanOnce(file, { ...range, start: last.point })
    if (next.point.offset === last.point.offset && next.fingerprint === last.fingerprint) return next
    last = next
  }
  return last
}

async function* scanOnce(
  file: StoredFile,
  { header, start = firstPoint(header), end }: SegmentRange,
): AsyncGenerator<CommittedBatch[], ScanEnd> {
  const scanner = new SegmentScanner(header, { point: start })
  for await (const chunk of chunks(file, start.offset, end)) {
    const batches = scanner.push(chunk)
    if (batches.length > 0) yield batches
    if (scanner.bad !== undefined) break
  }
  scanner.finish()
  const { point, bad } = scanner
  if (bad === undefined) return { point, tail: { type: 'clean' }, fingerprint: 0 }
  return { point, ...(await examineTail(file, { header, point, bad })) }
}

async function examineTail(file: StoredFile, place: TailPlace): Promise<Pick<ScanEnd, 'tail' | 'fingerprint'>> {
  const examiner = new TailExaminer(place)
  let fingerprint = 0
  for await (const chunk of chunks(file, place.point.offset, Number.POSITIVE_INFINITY)) {
    examiner.push(chunk)
    fingerprint = crc32(chunk, fingerprint)
  }
  return { tail: examiner.verdict(), fingerprint }
}

async function* chunks(file: StoredFile, start: number, end: number): AsyncGenerator<Buffer> {
  for (let position = start; position < end; ) {
    const chunk = await file.read(position, Math.min(CHUNK_BYTES, end - position))
    if (chunk.length === 0) return
    position += chunk.length
    yield chunk
  }
}

/** Whether a segment continues the one before; a segment that was removed, swapped or cut at a mark does not. */
function gapBetween(last: LastSegment | undefined, next: SegmentHeader, name: string): ScanOutcome | undefined {
  if (name !== segmentName(next.firstRecord)) return corrupt(name, 0, 'a file name that is not its first record')
  if (last === undefined)
    return next.number === 1 && next.firstRecord === 1 ? undefined : corrupt(name, 0, 'no segment before it')
  const { header, point, batch } = last
  const continues =
    next.logId.equals(header.logId) &&
    next.number === header.number + 1 &&
    next.firstRecord === point.record &&
    next.firstBatch === point.batch &&
    next.time === point.time &&
    batch !== undefined &&
    next.previousMark.equals(markHash(batch.mark))
  return continues ? undefined : corrupt(last.name, point.offset, `it ends before ${name} begins`)
}

export const markHash = (mark: Uint8Array): Buffer => hash('sha256', mark, 'buffer')

const corrupt = (file: string, offset: number, reason: string): ScanOutcome => ({
  type: 'corrupt',
  damage: { file, offset, reason },
})
