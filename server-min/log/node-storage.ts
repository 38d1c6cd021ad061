/**
 * The only file that makes bytes durable. `fdatasync` and not `fsync`: a batch overwrites blocks that were written as
 * zeros before, so there is no metadata to wait for but, now and then, the length, and that `fdatasync` covers.
 *
 * An error of a sync is final. Linux reports a failed write-back once for a descriptor and then takes the pages for
 * clean, so a second call would succeed over lost data (https://lwn.net/Articles/752063/).
 */
import * as fs from 'node:fs'
import { dirname } from 'node:path'
import { errorCode, type FolderState, type OpenMode, type Storage, type StoredFile } from './storage.ts'

const FOLDER_MODE = 0o700
const FILE_MODE = 0o600
const { O_RDONLY, O_RDWR, O_CREAT, O_EXCL, O_NOFOLLOW = 0, O_NONBLOCK = 0 } = fs.constants
/** A copy of a log may hold anything under a segment's name: no link leads out of it, and no pipe is waited for. */
const GUARDED = O_NOFOLLOW | O_NONBLOCK
const FLAGS: Record<OpenMode, number> = {
  read: O_RDONLY | GUARDED,
  write: O_RDWR | GUARDED,
  create: O_RDWR | O_CREAT | O_EXCL,
}
/** Many times a segment with its largest batch: a file of holes that claims more would be read for hours. */
const LONGEST_BYTES = 1024 ** 3

class NodeFile implements StoredFile {
  readonly #fd: number

  constructor(fd: number) {
    this.#fd = fd
  }

  size(): Promise<number> {
    return call<fs.Stats>((done) => fs.fstat(this.#fd, done)).then((stats) => stats.size)
  }

  async read(position: number, length: number): Promise<Buffer> {
    const bytes = Buffer.allocUnsafeSlow(length)
    return bytes.subarray(0, await this.readInto(position, bytes))
  }

  async readInto(position: number, room: Uint8Array): Promise<number> {
    let filled = 0
    while (filled < room.length) {
      const read = await call<number>((done) =>
        fs.read(this.#fd, room, filled, room.length - filled, position + filled, done),
      )
      if (read === 0) break
      filled += read
    }
    return filled
  }

  async write(position: number, bytes: Uint8Array): Promise<void> {
    let written = 0
    while (written < bytes.length) {
      written += await call<number>((done) =>
        fs.write(this.#fd, bytes, written, bytes.length - written, position + written, done),
      )
    }
  }

  sync(): Promise<void> {
    return call<void>((done) => fs.fdatasync(this.#fd, done))
  }

  truncate(length: number): Promise<void> {
    return call<void>((done) => fs.ftruncate(this.#fd, length, done))
  }

  close(): Promise<void> {
    return call<void>((done) => fs.close(this.#fd, done))
  }
}

export const nodeStorage: Storage = {
  async makeFolder(folder) {
    const first = await fs.promises.mkdir(folder, { recursive: true, mode: FOLDER_MODE })
    // Each folder that was made is an entry of its parent, up to the first one's parent.
    for (let path = folder; first !== undefined && path.length >= first.length; path = dirname(path))
      await nodeStorage.syncFolder(dirname(path))
  },
  async folderState(folder): Promise<FolderState | undefined> {
    try {
      const { mode, uid } = await fs.promises.stat(folder)
      return { mode, uid }
    } catch (error) {
      if (errorCode(error) === 'ENOENT') return undefined
      throw error
    }
  },
  list: (folder) => fs.promises.readdir(folder),
  async open(path, mode) {
    // Before it is opened: to open some devices is to act on them.
    if (mode === 'read') throwOnStrange(path, await fs.promises.lstat(path))
    return new NodeFile(await call<number>((done) => fs.open(path, FLAGS[mode], FILE_MODE, done)))
  },
  rename: (from, to) => fs.promises.rename(from, to),
  remove: (path) => fs.promises.rm(path, { force: true }),
  async syncFolder(folder) {
    // Windows cannot open a folder to sync it, and NTFS journals its entries.
    if (process.platform === 'win32') return
    const handle = await fs.promises.open(folder, 'r')
    try {
      await handle.sync()
    } finally {
      await handle.close()
    }
  },
  async freeBytes(folder) {
    const { blocks, bavail, bsize } = await fs.promises.statfs(folder)
    return blocks === 0 ? Number.POSITIVE_INFINITY : bavail * bsize
  },
}

function throwOnStrange(path: string, stats: fs.Stats): void {
  if (stats.isFile() && stats.size <= LONGEST_BYTES) return
  const what = stats.isFile() ? `a file of ${stats.size} bytes` : 'not a regular file'
  throw Object.assign(new Error(`EFTYPE: ${what}, open '${path}'`), { code: 'EFTYPE', syscall: 'open', path })
}

type Done<T> = (error: NodeJS.ErrnoException | null, value: T) => void

/** node:fs by callbacks: half the cost of a `FileHandle` on the path of every append. */
const call = <T>(start: (done: Done<T>) => void): Promise<T> =>
  new Promise((resolve, reject) => start((error, value) => (error === null ? resolve(value) : reject(error))))
