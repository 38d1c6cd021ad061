/** Tries again what may come back, longer and longer apart, and says so. */
import { setTimeout as sleep } from 'node:timers/promises'
import type { Feed } from '../state/model.ts'
import { isPassing, stoppedBy, troubleOf } from './trouble.ts'

const FIRST_WAIT_MS = 1000
const LONGEST_WAIT_MS = 30_000

export interface Patience {
  readonly signal: AbortSignal
  readonly say: (feed: Feed) => void
  /** ms since the Unix epoch */
  readonly now: () => number
}

/**
 * Runs `work` again and again until the signal is aborted. After a failure that may pass it waits first; `went` of the work
 * makes the next wait a short one. Any other failure ends it.
 */
export async function persist(work: (went: () => void) => Promise<void>, patience: Patience): Promise<void> {
  const { signal, say, now } = patience
  let waitMs = FIRST_WAIT_MS
  while (!signal.aborted) {
    try {
      await work(() => {
        waitMs = FIRST_WAIT_MS
      })
    } catch (error) {
      if (signal.aborted) return
      if (!isPassing(error)) return say(stoppedBy(error))
      say({ type: 'lost', trouble: troubleOf(error), retryAt: now() + waitMs })
      await pause(waitMs, signal)
      waitMs = Math.min(LONGEST_WAIT_MS, waitMs * 2)
    }
  }
}

/** Resolves early, without a fuss, when the signal is aborted. */
export const pause = (millis: number, signal: AbortSignal): Promise<void> =>
  sleep(millis, undefined, { signal }).catch(() => undefined)
