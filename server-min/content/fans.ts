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
/** So many are served without a break: between them comes whoever records. */
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
    yield* this.#records(request, signal)
    const end = documentIn(request.format, []).finish()
    yield typeof end === 'string' ? Buffer.from(end) : end
  }

  async *#records(request: ContentRequest, signal: AbortSignal): AsyncGenerator<Uint8Array> {
    const whole = { ...request, follow: false }
    const place: Place = { seq: request.fromSeq - 1, next: undefined }
    while (!signal.aborted) {
      if (yield* this.#stretch(whole, { place }, signal)) return
      using follower = this.#join(request, place)
      const boundary = await follower.joined(place.seq, signal)
      if (boundary === undefined) continue
      if (boundary > place.seq && (yield* this.#stretch(whole, { place, toSeq: boundary }, signal))) return
      for (let portion = await follower.next(signal); portion !== undefined; portion = await follower.next(signal)) {
        yield portion.bytes
        moveTo(place, portion)
        if (portion.ended) return
      }
    }
  }

  /** Whether the session's end was in it. */
  async *#stretch(
    request: ContentRequest,
    { place, toSeq }: { readonly place: Place; readonly toSeq?: number },
    signal: AbortSignal,
  ): AsyncGenerator<Uint8Array, boolean> {
    const stretch = { ...(place.next && { from: place.next }), ...(toSeq === undefined ? {} : { toSeq }) }
    const portions = this.#source.portions({ ...request, fromSeq: place.seq + 1 }, signal, stretch)
    for await (const portion of portions) {
      yield portion.bytes
      moveTo(place, portion)
      if (portion.ended) return true
    }
    return false
  }

  #join(request: ContentRequest, place: Place): Follower {
    const { session, format, withholding } = request
    const key = `${session.metadata.name} ${format} ${withholding.type}`
    const known = this.#fans.get(key)
    if (known !== undefined) return known.admit()
    const fan = new Fan(place.seq, () => this.#fans.get(key) === fan && this.#fans.delete(key))
    this.#fans.set(key, fan)
    const admitted = fan.admit()
    const stretch = place.next === undefined ? {} : { from: place.next }
    void fan.run(this.#source.portions({ ...request, fromSeq: place.seq + 1 }, fan.signal, stretch))
    return admitted
  }
}

/** How far a follower is. */
interface Place {
  seq: number
  next: Stretch['from']
}

function moveTo(place: Place, { lastSeq, next }: Portion): void {
  place.seq = Math.max(place.seq, lastSeq)
  place.next = next ?? place.next
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

  admit(): Follower {
    const follower = new Follower(this)
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

  async #give(portion: Portion): Promise<void> {
    this.boundary = Math.max(this.boundary, portion.lastSeq)
    let served = 0
    // Whoever joins meanwhile joins behind this portion.
    for (const follower of [...this.#followers]) {
      follower.take(portion)
      served += 1
      if (served % TOGETHER === 0) await nextTurn()
    }
  }
}

class Follower implements Disposable {
  readonly #fan: Fan
  #queue: Portion[] = []
  #bytes = 0
  #joinedAt = Number.POSITIVE_INFINITY
  #isLate = false
  #woken = Promise.withResolvers<void>()

  constructor(fan: Fan) {
    this.#fan = fan
  }

  /** Waits until the fan is as far as this reader; what is behind the boundary comes by the queue. Undefined: it ended before. */
  async joined(seq: number, signal: AbortSignal): Promise<number | undefined> {
    while (this.#fan.boundary < seq && this.#fan.over === undefined && !signal.aborted) await this.#change(signal)
    this.#throwOnFailure()
    if (this.#fan.over !== undefined || signal.aborted) return undefined
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

  wake(): void {
    this.#woken.resolve()
    this.#woken = Promise.withResolvers<void>()
  }

  /** Undefined where this reader was too slow, the signal is aborted or the fan is over. */
  async next(signal: AbortSignal): Promise<Portion | undefined> {
    while (this.#queue.length === 0) {
      this.#throwOnFailure()
      if (this.#isLate || signal.aborted || this.#fan.over !== undefined) return undefined
      await this.#change(signal)
    }
    const portion = this.#queue.shift()
    this.#bytes -= portion?.bytes.length ?? 0
    return portion
  }

  [Symbol.dispose](): void {
    this.#fan.leave(this)
  }

  #throwOnFailure(): void {
    if (this.#fan.over?.error !== undefined) throw this.#fan.over.error
  }

  async #change(signal: AbortSignal): Promise<void> {
    const { promise } = this.#woken
    const left = Promise.withResolvers<void>()
    const leave = (): void => left.resolve()
    signal.addEventListener('abort', leave)
    if (!signal.aborted) await Promise.race([promise, left.promise])
    signal.removeEventListener('abort', leave)
  }
}
