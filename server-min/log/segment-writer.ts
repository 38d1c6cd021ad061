import type { Space } from './append-log.ts'
import type { EncodedBatch } from './batch.ts'
import type { DiskSpace } from './disk-space.ts'
import { markHash } from './scan-folder.ts'
import { firstPoint, type ScanPoint } from './scanner.ts'
import type { PreparedFile, SegmentFiles } from './segment-files.ts'
import { decodeSegmentHeader, SEGMENT_HEADER_BYTES, type SegmentHeader } from './segment-header.ts'
import type { StoredFile } from './storage.ts'

export interface OpenSegment {
  readonly name: string
  readonly file: StoredFile
  readonly header: SegmentHeader
  /** Where the next batch begins. */
  readonly point: ScanPoint
  /** Up to here zeros have been written, so that a batch needs no new block. */
  readonly allocated: number
  /** The last commit mark. */
  readonly mark: Buffer | undefined
}

export interface WriterLimits {
  readonly space: DiskSpace
  readonly segmentBytes: number
  readonly reserveBytes: number
}

type Preparation = { readonly prepared: PreparedFile | undefined } | { readonly error: unknown }

/** Writes batches at the end of the last segment, and keeps room ahead of them. One call at a time. */
export class SegmentWriter {
  readonly #files: SegmentFiles
  readonly #limits: WriterLimits
  #segment: OpenSegment
  /** The next segment, made in the background. It never rejects: a failure is kept for the roll that needs it. */
  #next: Promise<Preparation> | undefined

  constructor(files: SegmentFiles, limits: WriterLimits, segment: OpenSegment) {
    this.#files = files
    this.#limits = limits
    this.#segment = segment
  }

  get segment(): OpenSegment {
    return this.#segment
  }

  /** Whether a batch of so many bytes fits now, the reserve left untouched unless `reserve` says otherwise. */
  async makeRoom(bytes: number, reserve: boolean): Promise<boolean> {
    const { segmentBytes, reserveBytes } = this.#limits
    const { offset } = this.#segment.point
    if (offset > SEGMENT_HEADER_BYTES && offset + bytes > segmentBytes) await this.#roll()
    const end = this.#segment.point.offset + bytes + (reserve ? 0 : reserveBytes)
    return end <= this.#segment.allocated || (await this.#extend(end, 'exhausted'))
  }

  /** Resolves when the batch is durable. After a rejection nothing may be written any more. */
  async write({ bytes, mark, end }: EncodedBatch): Promise<void> {
    const { file, point } = this.#segment
    await file.write(point.offset, bytes)
    await file.sync()
    this.#segment = { ...this.#segment, point: end, mark }
  }

  /** Between batches: sees to it that the next ones need not wait for room. */
  async workAhead(): Promise<void> {
    const { segmentBytes, reserveBytes } = this.#limits
    const { point, allocated } = this.#segment
    if (point.offset > segmentBytes / 2) this.#next ??= settled(this.#files.prepareAhead())
    const ahead = allocated - reserveBytes - point.offset
    if (allocated < this.#files.fullBytes && ahead < Math.min(segmentBytes, 1024 * 1024) / 4)
      await this.#extend(allocated + 1, 'low')
  }

  /** Lets go of the files. `trim` cuts the zeros off, which is not needed for anything but tidiness. */
  async close(trim: boolean): Promise<void> {
    const next = await this.#next
    if (next !== undefined && 'prepared' in next && next.prepared !== undefined)
      await this.#files.discard(next.prepared)
    const { file, point } = this.#segment
    if (trim) await file.truncate(point.offset)
    await file.close()
  }

  async #extend(to: number, otherwise: Space): Promise<boolean> {
    const allocated = await this.#files.extend(this.#segment.file, this.#segment.allocated, to)
    this.#limits.space.meet(allocated === undefined ? otherwise : 'ample')
    if (allocated !== undefined) this.#segment = { ...this.#segment, allocated }
    return allocated !== undefined
  }

  /** Goes on in a new segment; stays in this one where the disk has no room for another. */
  async #roll(): Promise<void> {
    const next = await (this.#next ?? settled(this.#files.prepare(this.#files.firstBytes)))
    this.#next = undefined
    if ('error' in next) throw next.error
    if (next.prepared === undefined) return this.#limits.space.meet('low')
    const { file, point } = this.#segment
    this.#segment = await startSegment(this.#files, next.prepared, this.#segment)
    await file.truncate(point.offset)
    await file.close()
  }
}

const settled = (preparing: Promise<PreparedFile | undefined>): Promise<Preparation> =>
  preparing.then(
    (prepared) => ({ prepared }),
    (error: unknown) => ({ error }),
  )

/** Makes the segment that follows `before`, or the first of a new log. */
export async function startSegment(
  files: SegmentFiles,
  prepared: PreparedFile,
  before: Pick<OpenSegment, 'header' | 'point' | 'mark'> | { readonly logId: Buffer },
): Promise<OpenSegment> {
  const first = 'logId' in before
  const { name, header: bytes } = await files.name(prepared, {
    logId: first ? before.logId : before.header.logId,
    number: first ? 1 : before.header.number + 1,
    firstRecord: first ? 1 : before.point.record,
    firstBatch: first ? 1 : before.point.batch,
    time: first ? 0 : before.point.time,
    previousMark: first || before.mark === undefined ? Buffer.alloc(32) : markHash(before.mark),
  })
  const header = decodeSegmentHeader(bytes)
  if (header === undefined) throw new Error('a segment header that does not read back')
  return {
    name,
    file: prepared.file,
    header,
    point: firstPoint(header),
    allocated: prepared.allocated,
    mark: undefined,
  }
}
