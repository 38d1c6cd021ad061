import { setTimeout as pause } from 'node:timers/promises'
import { isFault } from '../../../src/protocol/fault.ts'
import { fault } from '../faults.ts'
import type { Question, Reading } from './question.ts'

/** A right that was taken away ends what streams after so long at most. */
const AGAIN_MS = 30_000

/**
 * Aborted with KAE_READ_REVOKED when `isAllowed` says no: whoever may not begin to read may not go on either. It is asked
 * until the answer is over. Where nobody answers, what was allowed goes on.
 */
export function whileAllowed(
  { limits, report }: Reading,
  { response }: Question,
  isAllowed: () => Promise<boolean>,
): AbortSignal {
  const revoked = new AbortController()
  const over = new AbortController()
  response.once('close', () => over.abort())
  const next = () => pause(limits.againMs ?? AGAIN_MS, true, { signal: over.signal, ref: false }).catch(() => false)
  const ask = async (): Promise<void> => {
    while (await next()) {
      const answer = await isAllowed().catch((error: unknown) => {
        if (!isFault(error)) report(error)
        return true
      })
      if (!answer) return revoked.abort(fault('KAE_READ_REVOKED'))
    }
  }
  void ask()
  return revoked.signal
}
