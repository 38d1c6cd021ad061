import { type Anchor, squashed } from './anchor.ts'
import type { Place } from './command-list.ts'
import type { TypedText } from './typed-text.ts'

/** How a line was typed. */
export interface Keying {
  /** In how many input records. */
  readonly records: number
  /** µs from its first key to its last. */
  readonly takes: number
  /** How often output had come when its first key did. */
  readonly outputsBefore: number
}

/** A line whose Enter was typed, and that is looked for on the screen. */
export interface EnteredLine extends Place {
  /** What the keys give, and what those since the last anchor give. */
  readonly texts: readonly string[]
  /** How these end: see `tailOf`. */
  readonly tails: readonly string[]
  readonly isCertain: boolean
  readonly doubts: readonly string[]
  /** Newest first. */
  readonly anchors: readonly Anchor[]
  /** Input records that hold its keys. */
  readonly seqs: readonly number[]
  readonly typed: TypedText
  readonly keying: Keying
  /** Lines on the screen that it was compared with. */
  looks: number
  /** The screen went on without it: it was not echoed, or a program took it. Only its very text can still be it. */
  isStale: boolean
  /** What stood on the screen for it, but is only its end: keys may have gone elsewhere, or the rest may still come. */
  fallback?: string
}

const MOST_TAIL = 8

/** The last characters of a text, without blanks. */
export const tailOf = (text: string): string => squashed(text.slice(-2 * MOST_TAIL)).slice(-MOST_TAIL)

/** Whether a row that shows this (without blanks) may be the last of a text: most are not, and to look closer is dear. */
export const mayEndWith = (shown: string, tail: string): boolean =>
  shown === ''
    ? tail === ''
    : tail.endsWith(shown) || shown.includes(tail) || (shown.includes('?') && /[^\0-~]/.test(tail))
