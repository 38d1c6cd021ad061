/** Live bytes of one session in one format, encoded once for all who follow it. */
import { setImmediate as nextTurn } from 'node:timers/promises'
import { documentIn } from '../api/reading/document.ts'
import type { ContentRequest, Portion, Stretch } from './request.ts'

/** Gives a request's records in portions. */
interface Portions {
  portions(request: ContentRequest, signal: AbortSignal, stretch?: Stretch): AsyncIterable<Portion>
}

/** A reader who is further behind than this reads the disk again. */
const QUEUE_BYTES = 1024 * 1024
/** A turn of the event loop that took so long anyway has room for a follower more: writing to one takes a tenth of that. */
const EACH_MS = 0.2
/** However long a turn was, the next has room for so many at most. */
const TOGETHER = 4

/**
 * A follower first reads what is durable, on its own, then joins those who are at the end: from there all get the same
 * bytes. One who does not take them in time leaves and reads on its own again.
 *
 *     own stretch ──▶ joined at the fan's boundary ──▶ what came meanwhile, from the queue ──▶ … ──▶ end
 *         ▲                                                         │ queue full
 *         └─────────────────────────────────────────────────────────┘
 */
export class Fans {
  readonly #source: Portions
  readonly #fans = new Map<string, Fan>()

  constructor(source: Portions) {
    this.#source = source
  }

  /** Of a session that runs, in a format in which a record says the same wherever it stands. */
  async *follow(request: ContentRequest, signal: AbortSignal): AsyncGenerator<Uint8Array> {
    const whole = { ...request, follow: false }
    const place: Place = { seq: request.fromSeq - 1, next: undefined, ended: false }
    while (!signal.aborted && !place.ended) {
      yield* this.#stretch(whole, { place }, signal)
      if (place.ended) break
      using follower = this.#join(request, place, signal)
      const boundary = await follower.joined(place.seq)
      if (boundary === undefined) continue
      if (boundary > place.seq) yield* this.#stretch(whole, { place, toSeq: boundary }, signal)
      for (let portion = await follower.next(); portion !== undefined; portion = await follower.next()) {
        yield portion.bytes
        moveTo(place, portion)
        if (place.ended) break
      }
    }
    const end = documentIn(request.format, []).finish()
    yield typeof end === 'string' ? Buffer.from(end) : end
  }

  async *#stretch(
    request: ContentRequest,
    { place, toSeq }: { readonly place: Place; readonly toSeq?: number },
    signal: AbortSignal,
  ): AsyncGenerator<Uint8Array> {
    const stretch = { ...(place.next && { from: place.next }), ...(toSeq === undefined ? {} : { toSeq }) }
    const portions = this.#source.portions({ ...request, fromSeq: place.seq + 1 }, signal, stretch)
    for await (const portion of portions) {
      yield portion.bytes
      moveTo(place, portion)
      if (place.ended) return
    }
  }

  #join(request: ContentRequest, place: Place, signal: AbortSignal): Follower {
    const { session, format, withholding } = request
    const key = `${session.metadata.name} ${format} ${withholding.type}`
    const known = this.#fans.get(key)
    if (known !== undefined) return known.admit(signal)
    const fan = new Fan(place.seq, () => this.#fans.get(key) === fan && this.#fans.delete(key))
    this.#fans.set(key, fan)
    const admitted = fan.admit(signal)
    const stretch = place.next === undefined ? {} : { from: place.next }
    void fan.run(this.#source.portions({ ...request, fromSeq: place.seq + 1 }, fan.signal, stretch))
    return admitted
  }
}

/** How far a follower is. */
interface Place {
  seq: number
  next: Stretch['from']
  /** Behind the session's end. */
  ended: boolean
}

function moveTo(place: Place, { lastSeq, next, ended }: Portion): void {
  place.seq = Math.max(place.seq, lastSeq)
  place.next = next ?? place.next
  place.ended = ended
}

class Fan {
  /** Of the last record that was given to all. */
  boundary: number
  over: { readonly error: unknown } | undefined
  readonly #followers = new Set<Follower>()
  readonly #leaving = new AbortController()
  readonly #close: () => void

  constructor(boundary: number, close: () => void) {
    this.boundary = boundary
    this.#close = close
  }

  get signal(): AbortSignal {
    return this.#leaving.signal
  }

  admit(signal: AbortSignal): Follower {
    const follower = new Follower(this, signal)
    this.#followers.add(follower)
    return follower
  }

  leave(follower: Follower): void {
    this.#followers.delete(follower)
    if (this.#followers.size > 0) return
    this.#close()
    this.#leaving.abort()
  }

  async run(portions: AsyncIterable<Portion>): Promise<void> {
    let error: unknown
    try {
      for await (const portion of portions) await this.#give(portion)
    } catch (cause) {
      error = cause
    }
    this.over = { error }
    this.#close()
    for (const follower of this.#followers) follower.wake()
  }

  /**
   * One after another, each in a turn of the event loop: so whatever is to be recorded or acknowledged meanwhile waits for
   * one write at most. Where a turn was long because much is recorded, a few go together, and add little to it.
   */
  async #give(portion: Portion): Promise<void> {
    this.boundary = Math.max(this.boundary, portion.lastSeq)
    let [since, left] = [performance.now(), 1]
    // Whoever joins meanwhile joins behind this portion.
    for (const follower of [...this.#followers]) {
      if (left < 1) {
        await nextTurn()
        const now = performance.now()
        left = Math.min(TOGETHER, Math.max(1, (now - since) / EACH_MS))
        since = now
      }
      follower.take(portion)
      left -= 1
    }
  }
}

class Follower implements Disposable {
  readonly #fan: Fan
  readonly #signal: AbortSignal
  #queue: Portion[] = []
  #bytes = 0
  #joinedAt = Number.POSITIVE_INFINITY
  #isLate = false
  #wake: (() => void) | undefined

  constructor(fan: Fan, signal: AbortSignal) {
    this.#fan = fan
    this.#signal = signal
    signal.addEventListener('abort', this.wake)
  }

  /** Waits until the fan is as far as this reader; what is behind the boundary comes by the queue. Undefined: it ended before. */
  async joined(seq: number): Promise<number | undefined> {
    while (this.#fan.boundary < seq && !this.#isOver) await this.#change()
    if (this.#isOver) return undefined
    this.#joinedAt = this.#fan.boundary
    return this.#joinedAt
  }

  take(portion: Portion): void {
    // Of one that was just being given when this reader joined, it has read the disk.
    if (portion.lastSeq > this.#joinedAt && !this.#isLate) {
      this.#isLate = this.#bytes + portion.bytes.length > QUEUE_BYTES && this.#queue.length > 0
      if (!this.#isLate) this.#queue.push(portion)
      this.#bytes += portion.bytes.length
    }
    this.wake()
  }

  readonly wake = (): void => this.#wake?.()

  /** Undefined where this reader was too slow, the signal is aborted or the fan is over. */
  async next(): Promise<Portion | undefined> {
    while (this.#queue.length === 0) {
      if (this.#isOver || this.#isLate) return undefined
      await this.#change()
    }
    const portion = this.#queue.shift()
    this.#bytes -= portion?.bytes.length ?? 0
    return portion
  }

  [Symbol.dispose](): void {
    this.#signal.removeEventListener('abort', this.wake)
    this.#fan.leave(this)
  }

  /** @throws what the fan failed with */
  get #isOver(): boolean {
    if (this.#fan.over?.error !== undefined) throw this.#fan.over.error
    return this.#signal.aborted || this.#fan.over !== undefined
  }

  /** Resolves when anything was said to this reader. It is for each watcher and portion: one promise, no listener of its own. */
  #change(): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = resolve
    })
  }
}
