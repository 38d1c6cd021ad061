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
import { Typing } from './typing.ts'
import { isWithin, type Unechoed } from './unechoed.ts'

/** The key before their own commands, if nobody has changed it. */
const PREFIX: Readonly<Record<string, string>> = { tmux: 'C-b', byobu: 'C-b', screen: 'C-a' }
const BORDER = '│'
const MOST_WAITING = 16
/** Of each row, to know what of it is whose. */
const READS_OF_ROW = 4
/** Of one line. */
const MOST_ROWS = 16
const PROMPT = /[$#%>❯»›➜λ→:?)\]]\s*$/
const QUESTION = /[:?]\s*$/

export const isMultiplexer = (program: string): boolean => Object.hasOwn(PREFIX, program)

export const prefixOf = (program: string): string | undefined => (isMultiplexer(program) ? PREFIX[program] : undefined)

interface Waiting {
  readonly line: EnteredLine
  /** Undefined where it was typed ahead. */
  readonly prompt: string | undefined
  /** Where the cursor stood when its first key came. */
  readonly row: number
  /** A program has asked for it, or has just begun: where it is not shown, it was not echoed. */
  readonly isAnswer: boolean
  /** What stood behind the prompt while the cursor was there. */
  shown: string
  /** The cursor stood in another row, such as that of a search. */
  wasElsewhere: boolean
  /** The prompt is there again without it: what stands behind it then is the next line. */
  isOver: boolean
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
  #began: Pick<Waiting, 'prompt' | 'row' | 'isAnswer'> = { prompt: undefined, row: 0, isAnswer: false }
  #isPrefixed = false
  #waiting: Waiting[] = []

  constructor(screen: Screen, program: string, hearers: Hearers) {
    this.#screen = screen
    this.#hearers = hearers
    this.#prefix = prefixOf(program) ?? ''
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
    this.#hearers.effort.spend(READS_OF_ROW * this.#screen.size.rows, this.#screen.size.columns)
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
    for (const waiting of this.#waiting.splice(0)) this.#notSeen(waiting)
  }

  /** A key of the multiplexer itself: another terminal may have the keys now. The prefix twice is for the program. */
  #command(key: Key): void {
    this.#isPrefixed = false
    if (key.type === 'text' && key.text.length > 1) this.#typing.clear()
    else if (key.type !== 'key' || key.name !== this.#prefix) this.#typing.clear()
  }

  #type(key: Key, place: Place): void {
    if (this.#typing.isFresh) this.#began = this.#begin()
    this.#typing.take(key)
    this.#typing.heldBy(place.seq)
  }

  #begin(): Pick<Waiting, 'prompt' | 'row' | 'isAnswer'> {
    const { row } = this.#screen.cursor
    const prompt = this.#beforeCursor()
    // Behind another prompt that is known, those that wait for theirs were not echoed.
    const isAnother = this.#known.isOne(prompt) && this.#waiting.every((each) => each.prompt !== prompt)
    if (isAnother) for (const waiting of this.#waiting.splice(0)) this.#notSeen(waiting)
    const isAsked = QUESTION.test(prompt) && !this.#known.isOne(prompt)
    if (this.#waiting.length > 0) return { prompt: undefined, row, isAnswer: isAsked }
    // Right under the line that started it.
    const isBegun = prompt === '' && row > 0 && this.#known.before(this.#rowAt(row - 1)) !== undefined
    return { prompt, row, isAnswer: isBegun || QUESTION.test(prompt) }
  }

  #enter(place: Place): void {
    const isBare = this.#typing.isFresh
    this.#typing.heldBy(place.seq)
    const line = this.#typing.enter(place)
    const { prompt, isAnswer } = this.#began
    if (isBare || (prompt !== undefined && !isAnswer && !PROMPT.test(prompt))) return
    const waiting = { line, ...this.#began, shown: '', wasElsewhere: false, isOver: false }
    this.#watch(waiting)
    if (this.#waiting.length < MOST_WAITING) this.#waiting.push(waiting)
  }

  /** While the cursor stands in its line, what is there may still be all of it, or not yet. */
  #watch(waiting: Waiting): void {
    const { prompt } = waiting
    const here = this.#rowAt(this.#screen.cursor.row)
    if (prompt === undefined || waiting.isOver) return
    if (!here.startsWith(prompt.trimEnd())) {
      waiting.wasElsewhere = true
      return
    }
    const text = here.slice(prompt.length).trimEnd()
    if (text !== '') waiting.shown = text
    else waiting.isOver = waiting.shown !== '' || waiting.wasElsewhere
  }

  /** The lines that begin in the rows to the cursor's, of the terminal that it is in. */
  #rows(): string[] {
    const { cursor, size } = this.#screen
    const alone = Array.from({ length: size.rows }, (_, row) => this.#rowAt(row))
    const isWhole = (row: number): boolean => this.#screen.isFull(row) && !this.#screen.row(row).includes(BORDER)
    return alone.slice(0, cursor.row + 1).map((text, row) => {
      let last = row
      while (last - row < MOST_ROWS && last < size.rows - 1 && isWhole(last)) last += 1
      return last === row ? text : alone.slice(row, last + 1).join('')
    })
  }

  #seen({ line }: Waiting, { prompt, text }: Seen): void {
    const { list, unechoed } = this.#hearers
    const { elapsed, seq } = line
    unechoed.shown(line, text)
    if (isContinuationPrompt(prompt) && list.last !== undefined) return list.extend(text, [DOUBTS.multiplexed])
    this.#known.learn(prompt)
    const doubts = [DOUBTS.multiplexed, ...(prompt === '' ? [DOUBTS.noPrompt] : [])]
    list.command({ source: 'seen', line: text, elapsed, seq, doubts })
  }

  /** Keys go to editors as well, and nobody sees here which program reads them: only an answer to a question is named. */
  #notSeen(waiting: Waiting): void {
    const { line, prompt = '', shown, isAnswer } = waiting
    // Keys that tell what the line is would have been found whole, were they echoed.
    const mayBe = shown !== '' && !line.isCertain && !isAnswer
    const isLikely = mayBe && line.texts.every((text) => isWithin(squashed(text), squashed(shown)))
    if (isLikely) this.#seen(waiting, { prompt, text: shown })
    else if (isAnswer) this.#hearers.list.hidden(line, line.seqs)
  }

  #beforeCursor(): string {
    const { row, column } = this.#screen.cursor
    const cells = this.#screen.cells(row, 0, column)
    return cells.slice(cells.lastIndexOf(BORDER) + 1)
  }

  /** A row of the terminal that the cursor is in. */
  #rowAt(row: number): string {
    const { column } = this.#screen.cursor
    const before = this.#screen.cells(row, 0, column).lastIndexOf(BORDER)
    const [text = ''] = this.#screen
      .row(row)
      .slice(before + 1)
      .split(BORDER)
    return text
  }
}

/** A line that was left: the very text that the keys give, or what stands where it began, or the newest that has them all. */
function seenIn(rows: readonly string[], waiting: Waiting, known: KnownPrompts): Seen | undefined {
  const { line, prompt, row, shown, isOver, isAnswer } = waiting
  if (line.isCertain) return typedIn(rows, waiting, known)
  // Where the cursor stands behind a new prompt.
  if (prompt === undefined || rows.at(-1)?.trimEnd() !== prompt.trimEnd()) return undefined
  const textOf = (each: string | undefined): string =>
    each?.startsWith(prompt) ? each.slice(prompt.length).trimEnd() : ''
  const here = row < rows.length - 1 ? textOf(rows[row]) : ''
  if (here !== '') return { prompt, text: here }
  const newest = rows.map(textOf).findLast((each) => each !== '')
  const isIt = shown === '' ? isOver && !isAnswer : newest?.startsWith(shown)
  return isIt && newest !== undefined ? { prompt, text: newest } : undefined
}

/** What was typed ahead stands behind another prompt than the one that was seen when it was typed. */
function typedIn(
  rows: readonly string[],
  { line, prompt, row: began }: Waiting,
  known: KnownPrompts,
): Seen | undefined {
  for (const [index, row] of [...rows.entries()].reverse()) {
    if (prompt === '' && index !== began) continue
    const before = prompt === undefined ? [known.before(row), continuationBefore(row)] : [prompt]
    for (const each of before) {
      if (each === undefined || !row.startsWith(each)) continue
      const text = line.texts.find((typed) => squashed(typed) === squashed(row.slice(each.length)))
      if (text !== undefined) return { prompt: each, text: text.trimEnd() }
    }
  }
  return undefined
}
