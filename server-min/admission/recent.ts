/** A map that forgets: entries older than `ageMs`, and the oldest ones beyond `size`. */
export class Recent<Value> {
  readonly #entries = new Map<string, { readonly at: number; readonly value: Value }>()
  readonly #ageMs: number
  readonly #size: number

  constructor(limits: { readonly ageMs: number; readonly size: number }) {
    this.#ageMs = limits.ageMs
    this.#size = limits.size
  }

  get(key: string, now: number): Value | undefined {
    const entry = this.#entries.get(key)
    return entry === undefined || now - entry.at > this.#ageMs ? undefined : entry.value
  }

  set(key: string, value: Value, now: number): void {
    this.#entries.delete(key)
    this.#entries.set(key, { at: now, value })
    for (const [oldest, { at }] of this.#entries) {
      if (this.#entries.size <= this.#size && now - at <= this.#ageMs) return
      this.#entries.delete(oldest)
    }
  }
}
