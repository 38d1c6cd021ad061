import type { Space } from './append-log.ts'
import type { Storage } from './storage.ts'

const REFRESH_MS = 1000

export interface DiskSpaceOptions {
  readonly storage: Storage
  readonly folder: string
  readonly lowWaterBytes: number
  readonly now: () => number
}

/** How much room there is: what the file system says, and whether the log's last wish for more was granted. */
export class DiskSpace {
  readonly #options: DiskSpaceOptions
  #free = Number.POSITIVE_INFINITY
  #met: Space = 'ample'
  #askedAt = Number.NEGATIVE_INFINITY

  constructor(options: DiskSpaceOptions) {
    this.#options = options
  }

  /** Never waits: asks the file system once a second at most, and answers with what it said last. */
  get state(): Space {
    const elapsed = this.#options.now() - this.#askedAt
    if (elapsed >= REFRESH_MS || elapsed < 0) void this.refresh()
    if (this.#met !== 'ample') return this.#met
    return this.#free < this.#options.lowWaterBytes ? 'low' : 'ample'
  }

  /** Keeps the last answer where the file system gives none: a log that can be written is not stopped by that. */
  async refresh(): Promise<void> {
    this.#askedAt = this.#options.now()
    try {
      this.#free = await this.#options.storage.freeBytes(this.#options.folder)
      if (this.#free >= this.#options.lowWaterBytes) this.#met = 'ample'
    } catch {
      // `#free` stays.
    }
  }

  /** Whether the file system has that many bytes left, by its own word. */
  async has(bytes: number): Promise<boolean> {
    await this.refresh()
    return this.#free >= bytes
  }

  /** What the log itself met with when it wanted more room. Holds until it gets some, or there is plenty again. */
  meet(space: Space): void {
    this.#met = space
  }
}
