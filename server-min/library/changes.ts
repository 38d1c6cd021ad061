import type { AppliedChange } from './store/store.ts'

/** Changes are kept for those who watch; whoever is further behind lists again. */
const KEPT = 20_000

export interface NumberedChange extends AppliedChange {
  readonly version: number
}

/**
 * Numbers the changes of the index. A number says nothing in another process: it begins where no earlier process came to
 * (by the clock, a thousand changes a millisecond), so that an old one is told from a known one.
 */
export class Changes {
  readonly #base: number
  #kept: NumberedChange[] = []
  #version: number
  #waiters = new Set<() => void>()

  constructor(now: number) {
    this.#base = now * 1000
    this.#version = this.#base
  }

  get version(): number {
    return this.#version
  }

  add(changes: readonly AppliedChange[]): void {
    if (changes.length === 0) return
    for (const change of changes) {
      this.#version += 1
      this.#kept.push({ ...change, version: this.#version })
    }
    if (this.#kept.length > 2 * KEPT) this.#kept = this.#kept.slice(-KEPT)
    this.wake()
  }

  wake(): void {
    for (const wake of [...this.#waiters]) wake()
  }

  /** All that was known has changed: nobody's number holds any more. */
  forget(): void {
    this.#kept = []
    this.#version += KEPT
    this.add([])
    this.wake()
  }

  /** The changes after one; undefined where they are not known, or where the number is none of this process. */
  since(version: number): readonly NumberedChange[] | undefined {
    if (!Number.isSafeInteger(version) || version > this.#version || version < this.#base) return undefined
    const first = this.#kept[0]?.version ?? this.#version + 1
    if (version + 1 < first) return undefined
    return this.#kept.slice(version + 1 - first)
  }

  /** Resolves at the next change, or when the signal is aborted. */
  next(signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      if (signal.aborted) return resolve()
      const done = (): void => {
        this.#waiters.delete(done)
        signal.removeEventListener('abort', done)
        resolve()
      }
      this.#waiters.add(done)
      signal.addEventListener('abort', done)
    })
  }
}
