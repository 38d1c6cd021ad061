/**
 * Reviews that came before their sessions: a client may ask for its exec while its session is still being opened (see
 * docs/decisions/0010). Each waits for a moment, and is decided anew whenever a session of its user goes live.
 *
 * Anybody in the cluster's network can post a review: so few wait for one user, and few in all. Beyond that a review is decided
 * at once, as if nobody could wait.
 */
const [MOST_OF_USER, MOST] = [4, 256]

export class HeldReviews {
  readonly #waiting = new Map<string, Set<() => void>>()
  #count = 0

  /** False at once where there is no place, and when the time is over; true when a session of this user has gone live. */
  wait(username: string, ms: number): Promise<boolean> {
    const own = this.#waiting.get(username) ?? new Set()
    if (own.size >= MOST_OF_USER || this.#count >= MOST || ms <= 0) return Promise.resolve(false)
    this.#waiting.set(username, own)
    this.#count += 1
    return new Promise((resolve) => {
      const leave = (woken: boolean): void => {
        clearTimeout(timer)
        this.#count -= 1
        own.delete(wake)
        if (own.size === 0 && this.#waiting.get(username) === own) this.#waiting.delete(username)
        resolve(woken)
      }
      const wake = (): void => leave(true)
      const timer = setTimeout(() => leave(false), ms)
      own.add(wake)
    })
  }

  /** A session of this user has gone live. */
  wake(username: string): void {
    for (const wake of [...(this.#waiting.get(username) ?? [])]) wake()
  }
}
