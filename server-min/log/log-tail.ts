import { join } from 'node:path'
import type { LocatedBatches, LogFolder } from './scan-folder.ts'
import { firstPoint, type Room, type ScanPoint, SegmentScanner } from './scanner.ts'
import {
  decodeSegmentHeader,
  SEGMENT_HEADER_BYTES,
  type SegmentHeader,
  segmentName,
  segmentNames,
} from './segment-header.ts'
import { errorCode, type StoredFile } from './storage.ts'

/** A place between two batches of a log. It can be kept, and a tail can begin there in another process. */
export interface LogPosition {
  /** Name of the segment. */
  readonly segment: string
  readonly point: ScanPoint
}

/** Up to where a tail may read: what is behind it may be there, but is not durable yet. */
export interface LogEnd {
  readonly segment: string
  readonly end: number
}

export const isBefore = (one: LogEnd, other: LogEnd): boolean =>
  one.segment < other.segment || (one.segment === other.segment && one.end < other.end)

export interface TailOptions {
  readonly position?: LogPosition | undefined
  /** By default a fresh one each time. With `oneRoom()` all that `next` gave is valid until the next call of it. */
  readonly room?: Room
}

/** One place for all that is read, for readers that keep nothing of it: fresh ones are freed only when memory is collected. */
export function oneRoom(): Room {
  let room = Buffer.alloc(0)
  return (bytes) => {
    if (room.length < bytes) room = Buffer.allocUnsafeSlow(room.length === 0 ? bytes : 2 * bytes)
    return room
  }
}

/** Where a position stands. */
export const endOf = ({ segment, point }: LogPosition): LogEnd => ({ segment, end: point.offset })

interface OpenSegment {
  readonly name: string
  readonly header: SegmentHeader
  readonly file: StoredFile
}

/** At the end of a log most of what follows are zeros that nobody needs. */
const FIRST_CHUNK_BYTES = 64 * 1024
const CHUNK_BYTES = 1024 * 1024

/**
 * Reads a log's whole batches from a position on, and goes on later where it stopped, through all its segments, also while
 * another process writes it. What is behind the last whole batch it does not judge: see `scanFolder` for that.
 */
export class LogTail implements AsyncDisposable {
  readonly #log: LogFolder
  readonly #room: Room
  #position: LogPosition | undefined
  #open: OpenSegment | undefined
  #scanner: SegmentScanner | undefined
  #readTo = 0
  #chunkBytes = FIRST_CHUNK_BYTES

  /** Without a position it begins where the log does. */
  constructor(log: LogFolder, { position, room = Buffer.allocUnsafeSlow }: TailOptions = {}) {
    this.#log = log
    this.#room = room
    this.#position = position
  }

  /** Before the next batch; undefined while the folder has no log. */
  get position(): LogPosition | undefined {
    return this.#position
  }

  /** Of all segments of the log. Undefined before the first was opened. */
  get logId(): Buffer | undefined {
    return this.#open?.header.logId
  }

  /** The next batches, never none; or undefined where there is no whole one now. */
  async next(until?: LogEnd): Promise<LocatedBatches | undefined> {
    for (;;) {
      const segment = this.#open ?? (await this.#openFirst())
      if (segment === undefined) return undefined
      const batches = await this.#scan(segment, segment.name === until?.segment ? until.end : Number.POSITIVE_INFINITY)
      if (batches === 'more') continue
      if (batches !== 'stalled') return { segment: segment.name, batches }
      if (segment.name === until?.segment || !(await this.#openNext(segment))) return undefined
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const { file } = this.#open ?? {}
    this.#open = undefined
    this.#scanner = undefined
    await file?.close()
  }

  async #scan(
    { name, header, file }: OpenSegment,
    end: number,
  ): Promise<LocatedBatches['batches'] | 'more' | 'stalled'> {
    const point = this.#position?.point ?? firstPoint(header)
    this.#scanner ??= this.#scannerAt(header, point)
    const room = this.#scanner.room(Math.max(0, Math.min(this.#chunkBytes, end - this.#readTo)))
    const bytes = await file.readInto(this.#readTo, room)
    const batches = this.#scanner.took(bytes)
    this.#readTo += bytes
    this.#position = { segment: name, point: this.#scanner.point }
    if (bytes === 0 || this.#scanner.bad !== undefined) {
      // What is half there now is read again from its start.
      this.#scanner = undefined
      this.#chunkBytes = FIRST_CHUNK_BYTES
    } else this.#chunkBytes = CHUNK_BYTES
    if (batches.length > 0) return batches
    return this.#scanner === undefined ? 'stalled' : 'more'
  }

  #scannerAt(header: SegmentHeader, point: ScanPoint): SegmentScanner {
    this.#readTo = point.offset
    return new SegmentScanner(header, { point, room: this.#room })
  }

  async #openFirst(): Promise<OpenSegment | undefined> {
    const name = this.#position?.segment ?? segmentNames(await this.#log.storage.list(this.#log.folder))[0]
    this.#open = name === undefined ? undefined : await this.#openSegment(name)
    return this.#open
  }

  /** The segment that goes on behind the last record of this one, where there is one. */
  async #openNext(before: OpenSegment): Promise<boolean> {
    const { point } = this.#position ?? {}
    if (point === undefined || point.record === before.header.firstRecord) return false
    const next = await this.#openSegment(segmentName(point.record))
    if (next === undefined) return false
    const { header, name, file } = next
    if (!header.logId.equals(before.header.logId) || header.firstBatch !== point.batch) {
      await file.close()
      return false
    }
    await before.file.close()
    this.#open = next
    this.#position = { segment: name, point: firstPoint(header) }
    return true
  }

  /** Undefined where there is none by this name, or none that can be read. */
  async #openSegment(name: string): Promise<OpenSegment | undefined> {
    const { storage, folder } = this.#log
    const file = await storage.open(join(folder, name), 'read').catch((error: unknown) => {
      if (errorCode(error) === 'ENOENT') return undefined
      throw error
    })
    const header = file && decodeSegmentHeader(await file.read(0, SEGMENT_HEADER_BYTES))
    if (file === undefined || header !== undefined) return file && header && { name, header, file }
    await file.close()
    return undefined
  }
}
