import type { Candidate } from './candidates.ts'
import type { Keying } from './entered-line.ts'
import { isWithin } from './unechoed.ts'

/** How often output has come. What came at one time counts once, however it was cut. */
export class Outputs {
  #count = 0
  #last = -1

  heard(elapsed: number): void {
    if (elapsed !== this.#last) this.#count += 1
    this.#last = elapsed
  }

  get count(): number {
    return this.#count
  }
}

/** Fewer keys, or faster ones, may well be echoed at once. */
const FEW_RECORDS = 4
const SHORT = 50_000

/**
 * An echo comes key by key. Where a line was typed so, and then comes as a whole together with its end, a program that does not
 * echo has printed what it read. At a prompt only line editors write, and these may wait.
 */
export function isPrintedBack(keying: Keying, { by, prompt }: Candidate, outputs: Outputs): boolean {
  if (by !== 'bare' && prompt.trim() !== '') return false
  if (keying.records < FEW_RECORDS || keying.takes < SHORT) return false
  return outputs.count - keying.outputsBefore <= 1
}

/**
 * Whether a line that the keys give may stand on the screen as another one: keys that a shell takes in its own way add some or
 * take some away. Both without blanks. What is only its beginning is an echo that is not complete: lines that were pasted are
 * left one by one. What has nothing in common was printed in its place.
 */
export function mayBeShownAs(typed: string, shown: string): boolean {
  if (typed.startsWith(shown)) return false
  if (isWithin(typed, shown) || isWithin(shown, typed)) return true
  const most = Math.min(typed.length, shown.length)
  let [head, tail] = [0, 0]
  while (head < most && typed[head] === shown[head]) head += 1
  while (tail < most - head && typed.at(-1 - tail) === shown.at(-1 - tail)) tail += 1
  return 2 * (head + tail) >= Math.max(typed.length, shown.length)
}
