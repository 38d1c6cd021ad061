/**
 * What is entered inside of tmux and screen. These paint terminals on a terminal: no line feed tells that a line was left, and
 * several lines may come by one stroke. So a line is looked for on the whole screen, behind the prompt that stood left of the
 * cursor when its first key came, each time that something has been painted.
 */
import type { Screen } from '../screen.ts'
import { squashed } from './anchor.ts'
import type { CommandList, Place } from './command-list.ts'
import { DOUBTS } from './doubts.ts'
import type { Effort } from './effort.ts'
import type { EnteredLine } from './entered-line.ts'
import type { Key } from './keys.ts'
import { continuationBefore, isContinuationPrompt, KnownPrompts } from './prompts.ts'
import { lineEnds } from './screen-text.ts'
import { Typing } from './typing.ts'
import { isWithin, type Unechoed } from './unechoed.ts'

/** The key before their own commands, if nobody has changed it. */
const PREFIX: Readonly<Record<string, string>> = { tmux: 'C-b', byobu: 'C-b', screen: 'C-a' }
const BORDER = '│'
const MOST_WAITING = 16
const PROMPT = /[$#%>❯»›➜λ→:?)\]]\s*$/
const QUESTION = /[:?]\s*$/

export const isMultiplexer = (program: string): boolean => Object.hasOwn(PREFIX, program)

interface Waiting {
  readonly line: EnteredLine
  /** Undefined where it was typed ahead. */
  readonly prompt: string | undefined
  /** What stood behind the prompt while the cursor was there. */
  shown: string
}

interface Seen {
  readonly prompt: string
  readonly text: string
}

interface Hearers {
  readonly list: CommandList
  readonly unechoed: Unechoed
  readonly effort: Effort
}

export class Multiplexer {
  readonly #screen: Screen
  readonly #hearers: Hearers
  readonly #prefix: string
  readonly #typing = new Typing()
  readonly #known = new KnownPrompts()
  #prompt: string | undefined
  #isPrefixed = false
  #waiting: Waiting[] = []

  constructor(screen: Screen, program: string, hearers: Hearers) {
    this.#screen = screen
    this.#hearers = hearers
    this.#prefix = PREFIX[program] ?? ''
  }

  take(key: Key, place: Place): void {
    if (key.type === 'report') return
    if (this.#isPrefixed) this.#command(key)
    else if (key.type === 'key' && key.name === this.#prefix) this.#isPrefixed = true
    else if (key.type === 'enter' && !this.#typing.isPasting) this.#enter(place)
    else if (key.type === 'key' && key.name === 'C-c') this.#typing.clear()
    else this.#type(key, place)
  }

  /** Something was painted. */
  painted(): void {
    const [first] = this.#waiting
    if (first === undefined || !this.#hearers.effort.isLeft) return
    this.#hearers.effort.spend(this.#screen.size.rows, this.#screen.size.columns)
    this.#watch(first)
    const rows = this.#rows()
    for (const [index, waiting] of this.#waiting.entries()) {
      const seen = seenIn(rows, waiting, this.#known)
      if (seen === undefined) continue
      for (const before of this.#waiting.splice(0, index)) this.#notSeen(before)
      this.#waiting.shift()
      return this.#seen(waiting, seen)
    }
  }

  /** It gives the screen back. */
  finish(): void {
    for (const waiting of this.#waiting.splice(0)) {
      const { line, prompt = '', shown } = waiting
      const isLikely = shown !== '' && line.texts.every((text) => isWithin(squashed(text), squashed(shown)))
      if (isLikely) this.#seen(waiting, { prompt, text: shown })
      else this.#notSeen(waiting)
    }
  }

  /** A key of the multiplexer itself: another terminal may have the keys now. The prefix twice is for the program. */
  #command(key: Key): void {
    this.#isPrefixed = false
    if (key.type === 'text' && key.text.length > 1) this.#typing.clear()
    else if (key.type !== 'key' || key.name !== this.#prefix) this.#typing.clear()
  }

  #type(key: Key, place: Place): void {
    if (this.#typing.isFresh) this.#prompt = this.#waiting.length === 0 ? this.#beforeCursor() : undefined
    this.#typing.take(key)
    this.#typing.heldBy(place.seq)
  }

  #enter(place: Place): void {
    const isBare = this.#typing.isFresh
    this.#typing.heldBy(place.seq)
    const line = this.#typing.enter(place)
    if (isBare || (this.#prompt !== undefined && !PROMPT.test(this.#prompt))) return
    const waiting = { line, prompt: this.#prompt, shown: '' }
    this.#watch(waiting)
    if (this.#waiting.length < MOST_WAITING) this.#waiting.push(waiting)
  }

  /** While the cursor stands in its line, what is there may still be all of it, or not yet. */
  #watch(waiting: Waiting): void {
    const { prompt } = waiting
    const here = this.#lineAt(this.#screen.cursor.row)
    if (prompt === undefined || !here.startsWith(prompt.trimEnd())) return
    const text = here.slice(prompt.length).trimEnd()
    if (text !== '') waiting.shown = text
  }

  /** The cursor's row comes last, and there is nothing behind its prompt when the line was left. */
  #rows(): string[] {
    const { row } = this.#screen.cursor
    return Array.from({ length: row + 1 }, (_, index) => this.#lineAt(index))
  }

  #seen({ line }: Waiting, { prompt, text }: Seen): void {
    const { list, unechoed } = this.#hearers
    const { elapsed, seq } = line
    unechoed.shown(line, text)
    if (isContinuationPrompt(prompt) && list.last !== undefined) return list.extend(text, [DOUBTS.multiplexed])
    this.#known.learn(prompt)
    list.command({ source: 'seen', line: text, elapsed, seq, doubts: [DOUBTS.multiplexed] })
  }

  /** Keys go to editors as well, and nobody sees here which program reads them: only an answer to a question is named. */
  #notSeen({ line, prompt }: Waiting): void {
    if (prompt !== undefined && QUESTION.test(prompt)) this.#hearers.list.hidden(line, line.seqs)
  }

  #beforeCursor(): string {
    const { row, column } = this.#screen.cursor
    const cells = this.#screen.cells(row, 0, column)
    return cells.slice(cells.lastIndexOf(BORDER) + 1)
  }

  /** The line that begins in a row, of the terminal that the cursor is in. */
  #lineAt(row: number): string {
    const { column } = this.#screen.cursor
    const before = this.#screen.cells(row, 0, column).lastIndexOf(BORDER)
    const whole = before < 0 && !this.#screen.row(row).includes(BORDER) ? this.#wrapped(row) : this.#screen.row(row)
    const [text = ''] = whole.slice(before + 1).split(BORDER)
    return text
  }

  #wrapped(row: number): string {
    let last = row
    while (last < this.#screen.size.rows && this.#screen.isFull(last)) last += 1
    return lineEnds(this.#screen, last).find(({ firstRow }) => firstRow === row)?.text ?? this.#screen.row(row)
  }
}

/** A line that was left: the very text that the keys give, or the newest that has them all. */
function seenIn(rows: readonly string[], { line, prompt, shown }: Waiting, known: KnownPrompts): Seen | undefined {
  if (line.isCertain) return typedIn(rows, { line, prompt }, known)
  // Where the cursor stands behind a new prompt.
  if (prompt === undefined || shown === '' || rows.at(-1)?.trimEnd() !== prompt.trimEnd()) return undefined
  const behind = rows.filter((row) => row.startsWith(prompt)).map((row) => row.slice(prompt.length).trimEnd())
  const newest = behind.findLast((each) => each !== '')
  return newest?.startsWith(shown) ? { prompt, text: newest } : undefined
}

/** What was typed ahead stands behind another prompt than the one that was seen when it was typed. */
function typedIn(
  rows: readonly string[],
  { line, prompt }: Omit<Waiting, 'shown'>,
  known: KnownPrompts,
): Seen | undefined {
  for (const row of rows.toReversed()) {
    const before = prompt === undefined ? [known.before(row), continuationBefore(row)] : [prompt]
    for (const each of before) {
      if (each === undefined || !row.startsWith(each)) continue
      const text = line.texts.find((typed) => squashed(typed) === squashed(row.slice(each.length)))
      if (text !== undefined) return { prompt: each, text: text.trimEnd() }
    }
  }
  return undefined
}
