import { getPriority, setPriority } from 'node:os'

/** Behind everything else that wants a processor, and never without any. */
const BEHIND = 10
/** There is no lower one: setpriority(2). */
const LOWEST = 19

/**
 * The index is derived and may be late; an ack may not. Linux has a priority for each thread, and with pid 0 it is the
 * caller's (setpriority(2), "C library/kernel differences"). Elsewhere it would be the whole server's, and stays.
 */
export function giveWay(behind = BEHIND): void {
  if (process.platform !== 'linux') return
  try {
    setPriority(Math.min(LOWEST, getPriority() + behind))
  } catch {
    // A sandbox may forbid the call: then it competes as before.
  }
}
