import { type FSWatcher, watch } from 'node:fs'

/** Where the file system tells of no change (over a network, or too many watches), this is how late a reader may be. */
const POLL_MS = 500

/** Wakes whoever waits for a folder to change: at once where the system tells, else by looking now and then. */
export class FolderChanges implements Disposable {
  readonly #watchers: FSWatcher[] = []
  readonly #timer: NodeJS.Timeout
  readonly #waiters = new Set<() => void>()
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
    for (const wake of [...this.#waiters]) wake()
  }

  /** Resolves when something may have changed since the last call, or when the signal is aborted. */
  async next(signal?: AbortSignal): Promise<void> {
    if (!this.#changed && signal?.aborted !== true) await this.#wait(signal)
    this.#changed = false
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer)
    for (const watcher of this.#watchers) watcher.close()
    this.wake()
  }

  #wait(signal: AbortSignal | undefined): Promise<void> {
    return new Promise((resolve) => {
      const done = (): void => {
        this.#waiters.delete(done)
        signal?.removeEventListener('abort', done)
        resolve()
      }
      this.#waiters.add(done)
      signal?.addEventListener('abort', done)
    })
  }
}
