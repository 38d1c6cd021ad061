/** So many in a span of time, and no more: counts from the first of them. */
export class RateLimit {
  readonly #most: number
  readonly #spanMs: number
  #since = Number.NEGATIVE_INFINITY
  #count = 0

  constructor(limits: { readonly most: number; readonly spanMs: number }) {
    this.#most = limits.most
    this.#spanMs = limits.spanMs
  }

  /** Whether one more is within the limit. It counts if it is. */
  admit(now: number): boolean {
    if (now - this.#since >= this.#spanMs || now < this.#since) {
      this.#since = now
      this.#count = 0
    }
    if (this.#count >= this.#most) return false
    this.#count += 1
    return true
  }
}
