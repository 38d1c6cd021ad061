import type { Draft } from '../../src/protocol/record.ts'
import type { SessionId } from '../../src/protocol/session-id.ts'
import type { AppendOptions, Receipt } from '../log/append-log.ts'
import { payloadBytes } from './drafts.ts'
import type { Surroundings } from './surroundings.ts'
import type { Trail } from './trail.ts'

export interface AppendListener {
  /** In the order of the appends, and never after `refused`. */
  durable(receipt: Receipt): void
  /** Once: the first record that the log did not take. What came after it must not be acknowledged. */
  refused(error: unknown): void
  /** Nothing is on its way to the log any more. */
  settled(): void
}

/** One session's records on their way to the log. */
export class Appends {
  readonly #id: SessionId
  readonly #trail: Trail
  readonly #around: Surroundings
  readonly #listener: AppendListener
  #inFlight = 0
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

  /** Why the log refused a record, if it did. */
  get failure(): unknown {
    return this.#failure
  }

  hand(drafts: readonly Draft[], options: AppendOptions = {}): void {
    this.#trail.take(drafts)
    this.#inFlight += 1
    const bytes = payloadBytes(drafts)
    this.#around.hand(this.#id, drafts, options).then(
      (receipt) => this.#answered(() => this.#durable(receipt, bytes)),
      (error: unknown) => this.#answered(() => this.#refused(error)),
    )
  }

  #answered(tell: () => void): void {
    this.#inFlight -= 1
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
