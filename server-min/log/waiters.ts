/** Those who wait for something to happen. */
export class Waiters {
  readonly #waiting = new Set<() => void>()

  wake(): void {
    for (const wake of [...this.#waiting]) wake()
  }

  /** Resolves when they are woken next, or when the signal is aborted. */
  next(signal: AbortSignal | undefined): Promise<void> {
    if (signal?.aborted) return Promise.resolve()
    return new Promise((resolve) => {
      const done = (): void => {
        this.#waiting.delete(done)
        signal?.removeEventListener('abort', done)
        resolve()
      }
      this.#waiting.add(done)
      signal?.addEventListener('abort', done)
    })
  }
}
