import { type FSWatcher, watch } from 'node:fs'
import { Waiters } from './waiters.ts'

/** Where the file system tells of no change (over a network, or too many watches), this is how late a reader may be. */
const POLL_MS = 500

/** Wakes whoever waits for a folder to change: at once where the system tells, else by looking now and then. */
export class FolderChanges implements Disposable {
  readonly #watchers: FSWatcher[] = []
  readonly #timer: NodeJS.Timeout
  readonly #waiters = new Waiters()
  #changed = true

  constructor(folders: readonly string[], pollMs = POLL_MS) {
    const wake = (): void => this.wake()
    for (const folder of folders) {
      try {
        const watcher = watch(folder, { persistent: false }, wake)
        watcher.on('error', () => watcher.close())
        this.#watchers.push(watcher)
      } catch {
        // The timer is left.
      }
    }
    this.#timer = setInterval(wake, pollMs)
  }

  wake(): void {
    this.#changed = true
    this.#waiters.wake()
  }

  /** Resolves when something may have changed since the last call, or when the signal is aborted. */
  async next(signal?: AbortSignal): Promise<void> {
    if (!this.#changed && signal?.aborted !== true) await this.#waiters.next(signal)
    this.#changed = false
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer)
    for (const watcher of this.#watchers) watcher.close()
    this.wake()
  }
}
