/** A session as back-pressure sees it. */
export interface Holdable {
  /** What it costs to keep its records that the log has not answered for, in bytes. */
  readonly unacked: number
  /** Stops or restarts the reading of its client, of the one that it has now and of each that comes. */
  hold(yes: boolean): void
}

/**
 * Bounds what all sessions together have on its way to the log.
 *
 *     0 ──────────── half ─────────────── limit
 *       all are read   │ those above their │ nobody is read, until a quarter is free again
 *                      │ share are held    │
 *
 * A share is the half divided by the sessions that have anything on the way: so those who paste wait, and those who type
 * do not. Nobody is read any more in the very turn in which the limit is reached: one message at most goes beyond it.
 */
export class BackPressure {
  readonly #limit: number
  readonly #all: () => Iterable<Holdable>
  readonly #held = new Set<Holdable>()
  #total = 0
  /** Sessions that have something on the way. */
  #active = 0
  #full = false
  #looking = false

  constructor(limit: number, all: () => Iterable<Holdable>) {
    this.#limit = limit
    this.#all = all
  }

  get total(): number {
    return this.#total
  }

  /** A session has a client, a new one or another than before. */
  joined(session: Holdable): void {
    if (this.#held.has(session)) session.hold(true)
    else if (this.#full) this.#hold(session)
  }

  /** A session has handed over records of this cost, which is a part of its `unacked` by now. */
  taken(session: Holdable, cost: number): void {
    this.#total += cost
    if (session.unacked === cost) this.#active += 1
    if (this.#total >= this.#limit && !this.#full) this.#holdAll()
    else if (this.#mustWait(session)) this.#hold(session)
  }

  /** The log has answered for them: they are no part of its `unacked` any more. */
  settled(session: Holdable, cost: number): void {
    this.#total -= cost
    if (session.unacked === 0) this.#active -= 1
    if (this.#held.size === 0 || this.#looking) return
    this.#looking = true
    // Once for all that one commit has made durable.
    setImmediate(() => this.#look())
  }

  #look(): void {
    this.#looking = false
    if (this.#total < this.#limit * 0.75) this.#full = false
    for (const session of this.#held) if (!this.#mustWait(session)) this.#release(session)
  }

  #mustWait(session: Holdable): boolean {
    if (this.#full) return true
    const half = this.#limit / 2
    return this.#total >= half && session.unacked > half / Math.max(1, this.#active)
  }

  #holdAll(): void {
    this.#full = true
    for (const session of this.#all()) this.#hold(session)
  }

  #hold(session: Holdable): void {
    if (this.#held.has(session)) return
    this.#held.add(session)
    session.hold(true)
  }

  #release(session: Holdable): void {
    this.#held.delete(session)
    session.hold(false)
  }
}
