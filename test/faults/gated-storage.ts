import { nodeStorage } from '../../server-min/log/node-storage.ts'
import type { Storage, StoredFile } from '../../server-min/log/storage.ts'

/** The real storage, whose syncs wait as long as a test wants: a disk that takes its time. */
export class GatedStorage {
  readonly storage: Storage
  #gate: Promise<void> = Promise.resolve()
  #open: () => void = () => {}
  /** Syncs that wait now. */
  waiting = 0

  constructor() {
    this.storage = {
      ...nodeStorage,
      open: async (path, mode) => this.#gated(await nodeStorage.open(path, mode)),
    }
  }

  shut(): void {
    this.#gate = new Promise((resolve) => {
      this.#open = resolve
    })
  }

  open(): void {
    this.#open()
  }

  #gated(file: StoredFile): StoredFile {
    const sync = async (): Promise<void> => {
      this.waiting += 1
      await this.#gate
      this.waiting -= 1
      await file.sync()
    }
    return {
      size: () => file.size(),
      read: (position, length) => file.read(position, length),
      readInto: (position, room) => file.readInto(position, room),
      write: (position, bytes) => file.write(position, bytes),
      sync,
      truncate: (length) => file.truncate(length),
      close: () => file.close(),
    }
  }
}
