import { setPriority } from 'node:os'

/** Behind everything else that wants a processor, and never without any. */
const NICE = 10

/**
 * The index is derived and may be late; an ack may not. Linux has a priority for each thread, and with pid 0 it is the
 * caller's (setpriority(2), "C library/kernel differences"). Elsewhere it would be the whole server's, and stays.
 */
export function giveWay(nice = NICE): void {
  if (process.platform !== 'linux') return
  try {
    setPriority(nice)
  } catch {
    // A sandbox may forbid the call: then it competes as before.
  }
}
