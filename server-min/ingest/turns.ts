interface Waiting {
  readonly user: string
  readonly start: () => void
}

/** Lets only so much work run at a time, and one piece of it for each user; what waits begins in the order of asking. */
export class Turns {
  readonly #most: number
  readonly #running = new Set<string>()
  readonly #waiting: Waiting[] = []

  constructor(most: number) {
    this.#most = most
  }

  async take<Result>(user: string, work: () => Promise<Result>): Promise<Result> {
    if (this.#isFree(user)) this.#running.add(user)
    else await new Promise<void>((start) => this.#waiting.push({ user, start }))
    try {
      return await work()
    } finally {
      this.#running.delete(user)
      this.#next()
    }
  }

  #isFree(user: string): boolean {
    return this.#running.size < this.#most && !this.#running.has(user)
  }

  #next(): void {
    const index = this.#waiting.findIndex(({ user }) => this.#isFree(user))
    const [next] = index === -1 ? [] : this.#waiting.splice(index, 1)
    if (next === undefined) return
    this.#running.add(next.user)
    next.start()
  }
}
