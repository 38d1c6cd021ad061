/**
 * Which input records hold characters that the screen never showed. Whatever is not seen to be echoed counts as secret: a
 * password that was broken off, that no Enter ended, or that was typed into a program with the whole screen.
 */
import { squashed } from './anchor.ts'
import type { EnteredLine } from './entered-line.ts'

const ESCAPE = '\x1b'
/** Keys without a character, and what a terminal says by itself: these tell nothing. */
const SILENT = new RegExp(String.raw`${ESCAPE}(?:\[[?>]?[\d;]{0,64}[A-HIORZcnuy~]|O[A-HP-S]|\[<[\d;]{1,64}[mM])`, 'g')
/** Printed, and no blank: whether a blank was echoed nobody can see. */
const TELLING = /[!-~\x80-\xff]/g

export class Unechoed {
  /** How many characters of a record were not seen. */
  readonly #unseen = new Map<number, number>()

  /** @param texts the characters that a line editor inserts for these bytes */
  typed(bytes: Uint8Array, texts: readonly string[], seq: number): void {
    const latin1 = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1')
    const telling = latin1.replace(SILENT, '').match(TELLING)?.length ?? 0
    if (telling === 0) return
    const inserted = squashed(texts.join(''))
    // What is no text of a line, such as Alt with a letter, is never seen as such.
    const isAll = telling <= Buffer.byteLength(inserted)
    this.#unseen.set(seq, isAll ? inserted.length : Number.POSITIVE_INFINITY)
  }

  /**
   * The screen showed `line` where this was typed. Compared from the end: what was deleted or replaced came before. Of a line
   * without what the keys give, nothing was echoed: letters that it has by chance would tell of a password.
   */
  shown({ texts, typed: { text, runs } }: Pick<EnteredLine, 'texts' | 'typed'>, line: string): void {
    const shown = squashed(line)
    if (!texts.some((each) => isWithin(squashed(each), shown))) return
    const there = placesOf(shown)
    let at = Number.POSITIVE_INFINITY
    let end = text.length
    for (let index = runs.length - 1; index >= 0; index -= 1) {
      const start = runs[index - 1]?.end ?? 0
      let seen = 0
      for (end -= 1; end >= start; end -= 1) {
        const place = lastBefore(there.get(text.charAt(end)), at)
        if (place === undefined) continue
        at = place
        seen += 1
      }
      end = start
      this.#see(runs[index]?.seq ?? 0, seen)
    }
  }

  get seqs(): Iterable<number> {
    return this.#unseen.keys()
  }

  #see(seq: number, count: number): void {
    const left = (this.#unseen.get(seq) ?? 0) - count
    if (left > 0) this.#unseen.set(seq, left)
    else this.#unseen.delete(seq)
  }
}

/** Whether all characters of a text stand in another, in their order: completion adds some in between. */
export function isWithin(text: string, line: string): boolean {
  let at = 0
  for (const character of line) if (text.startsWith(character, at)) at += character.length
  return at === text.length
}

/** Each character's places, ascending. */
function placesOf(line: string): Map<string, number[]> {
  const places = new Map<string, number[]>()
  for (let at = 0; at < line.length; at += 1) {
    const character = line.charAt(at)
    const known = places.get(character)
    if (known === undefined) places.set(character, [at])
    else known.push(at)
  }
  return places
}

/** Takes it, and those behind, out: linear in all. */
function lastBefore(places: number[] | undefined, at: number): number | undefined {
  let place = places?.pop()
  while (place !== undefined && place >= at) place = places?.pop()
  return place
}
