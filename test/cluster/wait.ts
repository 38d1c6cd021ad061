import { setTimeout as pause } from 'node:timers/promises'
import { fault } from './faults.ts'

export interface Wait {
  readonly what: string
  readonly seconds: number
  /** Called before each look; throws when waiting has become pointless. */
  readonly guard?: () => void
}

/** Looks every 50 ms until `look` gives something other than undefined or false. */
export async function until<T>(
  wait: Wait,
  look: () => Promise<T | undefined | false> | T | undefined | false,
): Promise<T> {
  const deadline = performance.now() + wait.seconds * 1000
  for (;;) {
    wait.guard?.()
    const seen = await look()
    if (seen !== undefined && seen !== false) return seen
    if (performance.now() > deadline)
      throw fault('KAE_CLUSTER_TIMEOUT', { detail: `${wait.what}, waited ${wait.seconds} s` })
    await pause(50)
  }
}
