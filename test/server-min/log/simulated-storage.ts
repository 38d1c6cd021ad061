/**
 * A disk in memory that forgets as real ones do. What was written and not synced is, when the power goes, there or not
 * in sectors of 512 bytes, each by itself; a file's new length and a folder's new entries are there or not as well.
 */
import { basename, dirname } from 'node:path'
import type { FolderState, OpenMode, Storage, StoredFile } from '../../../server-min/log/storage.ts'

const SECTOR_BYTES = 512
const GROWTH_BYTES = 64 * 1024

const systemError = (code: string): Error => Object.assign(new Error(`${code}: simulated`), { code })

/** A small generator with a seed, so that a failing crash can be run again (mulberry32). */
export function randomOf(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

class Inode {
  current = Buffer.alloc(0)
  length = 0
  durable = Buffer.alloc(0)
  readonly dirty = new Set<number>()

  static of(bytes: Buffer): Inode {
    const inode = new Inode()
    inode.current = Buffer.from(bytes)
    inode.length = bytes.length
    inode.durable = Buffer.from(bytes)
    return inode
  }

  write(position: number, bytes: Uint8Array): void {
    const end = position + bytes.length
    if (this.current.length < end)
      this.current = Buffer.concat([this.current, Buffer.alloc(end - this.current.length + GROWTH_BYTES)])
    this.current.set(bytes, position)
    this.length = Math.max(this.length, end)
    for (let at = Math.floor(position / SECTOR_BYTES); at * SECTOR_BYTES < end; at++) this.dirty.add(at)
  }

  truncate(length: number): void {
    this.current.fill(0, length)
    this.length = length
    this.dirty.add(Math.floor(length / SECTOR_BYTES))
  }

  sync(): void {
    this.durable = this.#written(this.length, () => true)
    this.dirty.clear()
  }

  afterPowerLoss(random: () => number): Buffer {
    return this.#written(random() < 0.5 ? this.length : this.durable.length, () => random() < 0.5)
  }

  /** The durable bytes, and over them those dirty sectors that reach the disk. */
  #written(length: number, reaches: () => boolean): Buffer<ArrayBuffer> {
    const bytes = Buffer.alloc(length)
    this.durable.copy(bytes)
    for (const sector of this.dirty) {
      const start = sector * SECTOR_BYTES
      if (start < length && reaches())
        this.current.copy(bytes, start, start, Math.min(length, start + SECTOR_BYTES, this.current.length))
    }
    return bytes
  }
}

export interface SimulatedFaults {
  /** Syncs do nothing: the control that every test of durability must fail with. */
  readonly withoutSync?: boolean
  /** Bytes of all files together. */
  readonly capacity?: number
}

export class SimulatedStorage implements Storage {
  readonly #faults: SimulatedFaults
  readonly #entries = new Map<string, Inode>()
  readonly #durableEntries = new Map<string, Inode>()
  capacity: number
  /** Rejects the next sync with this error code. */
  failNextSync: string | undefined
  syncs = 0
  #operations = 0
  #cutAt = Number.POSITIVE_INFINITY
  readonly #cut = Promise.withResolvers<void>()

  constructor(faults: SimulatedFaults = {}) {
    this.#faults = faults
    this.capacity = faults.capacity ?? Number.POSITIVE_INFINITY
  }

  /** From the operation with this number on nothing happens and nothing answers. */
  cutPowerAt(operation: number): Promise<void> {
    this.#cutAt = operation
    return this.#cut.promise
  }

  get operations(): number {
    return this.#operations
  }

  /** What a new start finds. */
  afterPowerLoss(random: () => number): SimulatedStorage {
    const next = new SimulatedStorage(this.#faults)
    for (const [path, inode] of random() < 0.5 ? this.#entries : this.#durableEntries) {
      const found = Inode.of(inode.afterPowerLoss(random))
      next.#entries.set(path, found)
      next.#durableEntries.set(path, found)
    }
    return next
  }

  /** The files by their names, as a process sees them. */
  files(): Map<string, Buffer> {
    const all = [...this.#entries].map(
      ([path, { current, length }]) => [basename(path), current.subarray(0, length)] as const,
    )
    return new Map(all)
  }

  replace(path: string, bytes: Buffer): void {
    this.#entries.set(path, Inode.of(bytes))
    this.#durableEntries.set(path, this.#entries.get(path)!)
  }

  makeFolder(): Promise<void> {
    return this.#do(() => {})
  }

  folderState(): Promise<FolderState | undefined> {
    return this.#do(() => ({ mode: 0o40700, uid: process.getuid?.() ?? 0 }))
  }

  list(folder: string): Promise<readonly string[]> {
    return this.#do(() =>
      [...this.#entries.keys()].filter((path) => dirname(path) === folder).map((path) => basename(path)),
    )
  }

  open(path: string, mode: OpenMode): Promise<StoredFile> {
    return this.#do(() => {
      if (mode === 'create') {
        if (this.#entries.has(path)) throw systemError('EEXIST')
        this.#entries.set(path, new Inode())
      }
      const inode = this.#entries.get(path)
      if (inode === undefined) throw systemError('ENOENT')
      return this.#file(inode)
    })
  }

  rename(from: string, to: string): Promise<void> {
    return this.#do(() => {
      const inode = this.#entries.get(from)
      if (inode === undefined) throw systemError('ENOENT')
      this.#entries.delete(from)
      this.#entries.set(to, inode)
    })
  }

  remove(path: string): Promise<void> {
    return this.#do(() => void this.#entries.delete(path))
  }

  syncFolder(folder: string): Promise<void> {
    return this.#do(() => {
      if (this.#faults.withoutSync === true) return
      for (const path of this.#durableEntries.keys()) if (dirname(path) === folder) this.#durableEntries.delete(path)
      for (const [path, inode] of this.#entries) if (dirname(path) === folder) this.#durableEntries.set(path, inode)
    })
  }

  freeBytes(): Promise<number> {
    return this.#do(() => this.#free())
  }

  #free(): number {
    return this.capacity - [...this.#entries.values()].reduce((sum, { length }) => sum + length, 0)
  }

  #file(inode: Inode): StoredFile {
    return {
      size: () => this.#do(() => inode.length),
      read: (position, length) =>
        this.#do(() => Buffer.from(inode.current.subarray(position, Math.min(inode.length, position + length)))),
      readInto: (position, room) =>
        this.#do(() => {
          const bytes = inode.current.subarray(position, Math.min(inode.length, position + room.length))
          room.set(bytes)
          return bytes.length
        }),
      write: (position, bytes) =>
        this.#do(() => {
          if (position + bytes.length - inode.length > this.#free()) throw systemError('ENOSPC')
          inode.write(position, bytes)
        }),
      sync: () => this.#do(() => this.#sync(inode)),
      truncate: (length) => this.#do(() => inode.truncate(length)),
      close: () => this.#do(() => {}),
    }
  }

  #sync(inode: Inode): void {
    this.syncs++
    const code = this.failNextSync
    this.failNextSync = undefined
    if (code !== undefined) {
      // As Linux does: the error is told once, and the pages that did not reach the disk are taken for clean.
      inode.dirty.clear()
      throw systemError(code)
    }
    if (this.#faults.withoutSync !== true) inode.sync()
  }

  async #do<T>(operation: () => T): Promise<T> {
    if (++this.#operations >= this.#cutAt) {
      this.#cut.resolve()
      return new Promise<never>(() => {})
    }
    const result = operation()
    await Promise.resolve()
    return result
  }
}
