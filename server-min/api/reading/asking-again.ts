import { setTimeout as pause } from 'node:timers/promises'
import { type Fault, isFault } from '../../../src/protocol/fault.ts'
import { fault } from '../faults.ts'
import type { Question, Reading } from './question.ts'

/** Twice as long as the cluster's answers are remembered: many streams of one reader then share most of them. */
const AGAIN_MS = 10_000
/** Without an answer for so many turns, and for longer than one review may take, a stream ends. */
const TURNS = 6
const LEAST_LOST_MS = 6_000

/**
 * Aborted with KAE_READ_REVOKED when `isAllowed` says no: whoever may not begin to read may not go on either. It is asked
 * until the answer is over. Where nobody has answered for a minute, it is aborted with the fault that says why: a right that
 * cannot be confirmed is none.
 */
export function whileAllowed(
  { limits, report }: Reading,
  { response }: Question,
  isAllowed: () => Promise<boolean>,
): AbortSignal {
  const ended = new AbortController()
  const over = new AbortController()
  response.once('close', () => over.abort())
  const { againMs = AGAIN_MS } = limits
  const next = () => pause(againMs, true, { signal: over.signal, ref: false }).catch(() => false)
  let why: Fault = fault('KAE_READ_UNREVIEWED')
  const lost = setTimeout(() => ended.abort(why), Math.max(TURNS * againMs, LEAST_LOST_MS)).unref()
  over.signal.addEventListener('abort', () => clearTimeout(lost))
  const ask = async (): Promise<void> => {
    while (await next()) {
      try {
        if (!(await isAllowed())) return ended.abort(fault('KAE_READ_REVOKED'))
        lost.refresh()
      } catch (error) {
        if (isFault(error)) why = error
        else report(error)
      }
    }
  }
  void ask()
  return ended.signal
}
