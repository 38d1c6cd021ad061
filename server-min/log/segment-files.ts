import { join } from 'node:path'
import type { DiskSpace } from './disk-space.ts'
import { encodeSegmentHeader, SEGMENT_HEADER_BYTES, type SegmentHeader, segmentName } from './segment-header.ts'
import { isNoSpace, type Storage, type StoredFile } from './storage.ts'

/** A segment gets its name when its header is durable. Until then it has this one, and means nothing. */
export const PREPARING = 'segment.preparing'
const STEP_BYTES = 1024 * 1024

export interface SegmentFilesOptions {
  readonly storage: Storage
  readonly folder: string
  readonly space: DiskSpace
  /** A segment is closed before it would grow beyond this, unless one batch alone does. */
  readonly segmentBytes: number
  /** Room behind it that only records which say why something ended may use. */
  readonly reserveBytes: number
}

export interface PreparedFile {
  readonly file: StoredFile
  /** Up to here zeros have been written. */
  readonly allocated: number
}

/** Makes room in files by writing zeros ahead: node has no fallocate, and blocks that exist sync four times as fast. */
export class SegmentFiles {
  readonly #options: SegmentFilesOptions

  constructor(options: SegmentFilesOptions) {
    this.#options = options
  }

  /** Writes zeros from `from` to at least `to`; gives how far, or undefined where the disk has no room. */
  async extend(file: StoredFile, from: number, to: number): Promise<number | undefined> {
    const { space, segmentBytes } = this.#options
    const target = Math.max(to, from + Math.min(STEP_BYTES, segmentBytes))
    for (let position = from; position < target; ) {
      const length = Math.min(STEP_BYTES, target - position)
      if (!(await space.has(length)) || !(await writeZeros(file, position, length))) return undefined
      position += length
    }
    return target
  }

  /** A file without a name of its own yet, `bytes` long, or undefined where the disk has no room. */
  async prepare(bytes: number): Promise<PreparedFile | undefined> {
    const { storage, folder } = this.#options
    const path = join(folder, PREPARING)
    await storage.remove(path)
    const file = await storage.open(path, 'create').catch(undefinedOnNoSpace)
    if (file === undefined) return undefined
    const allocated = await this.extend(file, 0, bytes)
    if (allocated !== undefined) return { file, allocated }
    await this.discard({ file, allocated: 0 })
    return undefined
  }

  /**
   * The same for a whole segment that is not needed yet: durable, so that to name it takes no time. Synced step by step,
   * so that the batches of the segment in use never wait behind all of it.
   */
  async prepareAhead(): Promise<PreparedFile | undefined> {
    let prepared = await this.prepare(this.firstBytes)
    while (prepared !== undefined && prepared.allocated < this.fullBytes) {
      const { file } = prepared
      await file.sync()
      const allocated = await this.extend(file, prepared.allocated, prepared.allocated + 1)
      if (allocated === undefined) await this.discard(prepared)
      prepared = allocated === undefined ? undefined : { file, allocated }
    }
    await prepared?.file.sync()
    return prepared
  }

  /** Makes a prepared file the log's next segment, durably. */
  async name({ file }: PreparedFile, header: Omit<SegmentHeader, 'crc'>): Promise<{ name: string; header: Buffer }> {
    const { storage, folder } = this.#options
    const name = segmentName(header.firstRecord)
    const bytes = encodeSegmentHeader(header)
    await file.write(0, bytes)
    await file.sync()
    await storage.rename(join(folder, PREPARING), join(folder, name))
    await storage.syncFolder(folder)
    return { name, header: bytes }
  }

  async discard({ file }: PreparedFile): Promise<void> {
    await file.close()
    await this.#options.storage.remove(join(this.#options.folder, PREPARING))
  }

  /** Length of a whole segment with its reserve. */
  get fullBytes(): number {
    return this.#options.segmentBytes + this.#options.reserveBytes
  }

  /** Length of a segment that is needed at once. */
  get firstBytes(): number {
    const { reserveBytes, segmentBytes } = this.#options
    return SEGMENT_HEADER_BYTES + reserveBytes + Math.min(STEP_BYTES / 4, segmentBytes)
  }
}

let zeros = Buffer.alloc(0)

async function writeZeros(file: StoredFile, position: number, length: number): Promise<boolean> {
  if (zeros.length < length) zeros = Buffer.alloc(length)
  try {
    await file.write(position, zeros.subarray(0, length))
    return true
  } catch (error) {
    if (isNoSpace(error)) return false
    throw error
  }
}

/** A disk without a free inode has no room either. */
function undefinedOnNoSpace(error: unknown): undefined {
  if (!isNoSpace(error)) throw error
}
