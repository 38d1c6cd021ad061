/** Lets so many in at a time, and the others in the order of their coming. */
export class FewAtOnce {
  #free: number
  readonly #waiting: Array<() => void> = []

  constructor(most: number) {
    this.#free = most
  }

  /** Resolves to what MUST be disposed of to let the next one in; undefined where the signal was aborted first. */
  async enter(signal?: AbortSignal): Promise<Disposable | undefined> {
    if (signal?.aborted) return undefined
    if (this.#free > 0) this.#free -= 1
    else if (!(await this.#turn(signal))) return undefined
    return { [Symbol.dispose]: () => this.#leave() }
  }

  /** False: aborted while it waited. */
  #turn(signal?: AbortSignal): Promise<boolean> {
    return new Promise((resolve) => {
      const enter = (): void => {
        signal?.removeEventListener('abort', abort)
        resolve(true)
      }
      const abort = (): void => {
        const at = this.#waiting.indexOf(enter)
        if (at >= 0) this.#waiting.splice(at, 1)
        resolve(false)
      }
      this.#waiting.push(enter)
      signal?.addEventListener('abort', abort, { once: true })
    })
  }

  #leave(): void {
    const next = this.#waiting.shift()
    if (next === undefined) this.#free += 1
    else next()
  }
}
