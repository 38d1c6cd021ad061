import type { Draft } from '../../src/protocol/record.ts'
import type { SessionId } from '../../src/protocol/session-id.ts'
import type { AppendLog, AppendOptions, Receipt } from '../log/append-log.ts'
import type { Observe } from '../observation.ts'
import { payloadBytes } from './drafts.ts'

/** What is on its way to the log, of all sessions together. */
export class InFlight {
  readonly #log: AppendLog
  readonly #observe: Observe
  readonly #appends = new Set<Promise<unknown>>()

  constructor(log: AppendLog, observe: Observe) {
    this.#log = log
    this.#observe = observe
  }

  hand(session: SessionId, drafts: readonly Draft[], options: AppendOptions): Promise<Receipt> {
    const records = drafts.length
    const bytes = payloadBytes(drafts)
    const started = performance.now()
    this.#observe({ type: 'queued', records, bytes })
    const appended = this.#log.append(session, drafts, options)
    const settled = (durable: boolean): void => {
      this.#appends.delete(watched)
      this.#observe({ type: 'settled', records, bytes, seconds: (performance.now() - started) / 1000, durable })
    }
    const watched = appended.then(
      () => settled(true),
      () => settled(false),
    )
    this.#appends.add(watched)
    return appended
  }

  /** Resolves when the log has answered for everything, or `deadlineMs` is over. */
  async idle(deadlineMs: number): Promise<void> {
    const deadline = performance.now() + deadlineMs
    while (this.#appends.size > 0 && performance.now() < deadline) {
      await Promise.race([Promise.all(this.#appends), pause(deadline - performance.now())])
    }
  }
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms).unref())
