import type { Candidate } from './candidates.ts'

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

/** How a line was typed. */
export interface Keying {
  /** In how many input records. */
  readonly records: number
  /** µs from its first key to its last. */
  readonly takes: number
  /** How often output had come when its first key did. */
  readonly outputsBefore: number
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
