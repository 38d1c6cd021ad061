import type { Durability, SessionPolicy } from '../../src/protocol/session.ts'
import type { LogSizes } from './recovered.ts'

export interface SubjectOrder {
  readonly durability: Durability
  readonly folder: string
  /** How often the middle of the script is typed. */
  readonly rounds: number
  /** Which write is cut in half. */
  readonly shortWrite?: number
}

/** The descriptor that a subject is started with for its witness. */
export const WITNESS_FD = 3

/** `fault`: it stopped for a reason that it knows. Anything that is none of these is a bug as well. */
export const SUBJECT_EXIT = { finished: 0, fault: 3, bug: 4 } as const

/** Small, so that a short run fills several segments. */
export const SUBJECT_SIZES: LogSizes = { segmentBytes: 16 * 1024, reserveBytes: 2 * 1024, lowWaterBytes: 1 }

export interface KillOrder {
  readonly durability: Durability
  readonly folders: readonly string[]
  /** Clients of each log. */
  readonly writers: number
}

export interface SlowOrder {
  readonly folder: string
  readonly durability: Durability
  readonly writers: number
  /** That each writes. */
  readonly bytes: number
}

export interface SlowReport {
  /** Memory of buffers above what it was before anybody wrote. */
  readonly peakBytes: number
  /** The longest wait for an ack. */
  readonly longestMs: number
}

export const policyOf = (durability: Durability): SessionPolicy => ({
  capture: 'client',
  record: 'InputOutput',
  durability,
})
