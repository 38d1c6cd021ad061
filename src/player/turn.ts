/** Lets everything else that waits run first: keys, timers, sockets. */
export const nextTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

/** Somebody waits, for a time at most; others may wake them before. */
export class Alarm {
  #ring: (() => void) | undefined
  #rung = false

  ring(): void {
    this.#rung = true
    this.#ring?.()
  }

  /** Returns at once where it rang since the last wait. */
  async wait(ms: number): Promise<void> {
    if (!this.#rung && ms > 0) {
      const { promise, resolve } = Promise.withResolvers<void>()
      this.#ring = resolve
      // A timer of more than 2^31 ms would fire at once.
      const timer = setTimeout(resolve, Math.min(ms, 1e9))
      await promise
      clearTimeout(timer)
      this.#ring = undefined
    } else await nextTurn()
    this.#rung = false
  }
}
