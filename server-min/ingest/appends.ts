import type { Draft } from '../../src/protocol/record.ts'
import type { SessionId } from '../../src/protocol/session-id.ts'
import type { AppendOptions, Receipt } from '../log/append-log.ts'
import type { Holdable } from './back-pressure.ts'
import { payloadBytes } from './drafts.ts'
import type { Surroundings } from './surroundings.ts'
import type { Trail } from './trail.ts'

export interface AppendListener extends Holdable {
  /** In the order of the appends, and never after `refused`. */
  durable(receipt: Receipt): void
  /** Once: the first record that the log did not take. What came after it must not be acknowledged. */
  refused(error: unknown): void
  /** Nothing is on its way to the log any more. */
  settled(): void
}

/** What a record costs beside its payload: what is kept of it until the log answers. */
const RECORD_BYTES = 512

/** One session's records on their way to the log. */
export class Appends {
  readonly #id: SessionId
  readonly #trail: Trail
  readonly #around: Surroundings
  readonly #listener: AppendListener
  #inFlight = 0
  #cost = 0
  #failure: unknown

  constructor(parts: { id: SessionId; trail: Trail; around: Surroundings }, listener: AppendListener) {
    this.#id = parts.id
    this.#trail = parts.trail
    this.#around = parts.around
    this.#listener = listener
  }

  get idle(): boolean {
    return this.#inFlight === 0
  }

  /** What it costs to keep those that are on their way, in bytes. */
  get cost(): number {
    return this.#cost
  }

  /** Why the log refused a record, if it did. */
  get failure(): unknown {
    return this.#failure
  }

  hand(drafts: readonly Draft[], options: AppendOptions = {}): void {
    this.#trail.take(drafts)
    this.#inFlight += 1
    const bytes = payloadBytes(drafts)
    const cost = bytes + RECORD_BYTES * drafts.length
    this.#cost += cost
    this.#around.pressure.taken(this.#listener, cost)
    this.#around.hand(this.#id, drafts, options).then(
      (receipt) => this.#answered(cost, () => this.#durable(receipt, bytes)),
      (error: unknown) => this.#answered(cost, () => this.#refused(error)),
    )
  }

  #answered(cost: number, tell: () => void): void {
    this.#inFlight -= 1
    this.#cost -= cost
    this.#around.pressure.settled(this.#listener, cost)
    tell()
    if (this.#inFlight === 0) this.#listener.settled()
  }

  #durable(receipt: Receipt, bytes: number): void {
    if (this.#failure !== undefined) return
    if (this.#trail.settle(receipt, bytes)) this.#listener.durable(receipt)
    else this.#refused(new Error('the log put records where they do not belong'))
  }

  #refused(error: unknown): void {
    if (this.#failure !== undefined) return
    this.#failure = error
    this.#listener.refused(error)
  }
}
