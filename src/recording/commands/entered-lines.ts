import type { Screen } from '../screen.ts'
import { type Anchor, isEchoOf, squashed, textAfter } from './anchor.ts'
import { brokenByOutput, shownSideways } from './broken-lines.ts'
import { type Candidate, candidates, isBehindPrompt } from './candidates.ts'
import type { CommandList } from './command-list.ts'
import { DOUBTS } from './doubts.ts'
import { isPrintedBack, mayBeShownAs, type Outputs } from './echo.ts'
import type { Effort } from './effort.ts'
import { type EnteredLine, mayEndWith } from './entered-line.ts'
import { LastAccepted } from './last-accepted.ts'
import { MOST_COMPARED, MOST_LOOKS, MOST_PENDING } from './limits.ts'
import { KnownPrompts } from './prompts.ts'
import { goesOn, type LineEnd, lineEnds, trimmed } from './screen-text.ts'
import type { ShellMarks } from './shell-marks.ts'
import { fallBackTo, indented, isEndOf, isMasked, isShownAs, recalledFrom } from './shown-text.ts'
import type { Unechoed } from './unechoed.ts'

interface Hearers {
  readonly list: CommandList
  readonly marks: ShellMarks
  readonly unechoed: Unechoed
  readonly outputs: Outputs
  readonly effort: Effort
}

/** Lines whose Enter was typed, until the screen shows what they were. */
export class EnteredLines {
  readonly #screen: Screen
  readonly #list: CommandList
  readonly #marks: ShellMarks
  readonly #unechoed: Unechoed
  readonly #outputs: Outputs
  readonly #effort: Effort
  readonly known = new KnownPrompts()
  readonly #accepted: LastAccepted
  #waiting: EnteredLine[] = []
  /** The prompt on the right that was seen last: a line that was typed ahead did not see its own. */
  #right = ''
  /** The editor of a line has done its work, and the cursor is still in it. */
  #isLeaving = false

  constructor(screen: Screen, { list, marks, unechoed, outputs, effort }: Hearers) {
    this.#screen = screen
    this.#accepted = new LastAccepted(screen)
    this.#list = list
    this.#marks = marks
    this.#unechoed = unechoed
    this.#outputs = outputs
    this.#effort = effort
  }

  add(line: EnteredLine): void {
    if (this.#waiting.length >= MOST_PENDING) this.#drop(MOST_PENDING / 2)
    this.#waiting.push(line)
  }

  /** A new line begins here, so those that wait and are not what stands before it were not echoed. */
  passBy(anchor: Anchor): void {
    if (anchor.mark?.row === this.#accepted.row) this.#accepted.forget()
    if (anchor.right !== '') this.#right = anchor.right
    const isAtPrompt = this.known.before(anchor.prompt) === anchor.prompt && anchor.prompt.trim() !== ''
    for (const line of this.#waiting.slice(0, MOST_COMPARED)) {
      const before = line.anchors.at(-1)
      if (before === undefined) continue
      if (before.mark?.row !== anchor.mark?.row) line.isStale ||= isAtPrompt
      else {
        const shown = anchor.prompt.slice(before.prompt.length)
        line.isStale ||= shown.trim() !== '' && !line.texts.some((text) => isEchoOf(shown, text))
      }
    }
  }

  /** The cursor has moved down: was the line above one of those that wait? */
  leftByLineFeed(): void {
    const row = this.#screen.cursor.row - 1
    if (this.#isLeaving) {
      this.#isLeaving = false
      return this.#left(row)
    }
    if (!this.#mayLook()) return
    // Line editors also move down inside of what they show; below it nothing stands.
    const isInside = !this.#isBlank(row + 1)
    if (isInside && goesOn(this.#screen, row)) return
    // They wrap, and list completions below their line, as well; those that turn paste mode on tell when they are done.
    const isSure = !isInside && !this.#screen.isBracketedPaste && !this.#isBlank(row) && !goesOn(this.#screen, row)
    const ends = this.#ends(row)
    if (!this.#matchText(ends, row, true) && isSure) this.#matchPlace(ends, row)
  }

  /**
   * A line editor has done its work above the cursor (readline, fish), or where the line still stands (zsh). There the cursor may
   * be in an upper row of it, or completions be listed below: how it goes down will tell.
   */
  leftByEditor(): void {
    const { row } = this.#screen.cursor
    this.#isLeaving = !this.#isBlank(row) && !this.#isBlank(row + 1)
    if (!this.#isLeaving) this.#left(this.#isBlank(row) ? row - 1 : row)
  }

  /** The cursor goes down over rows that are there: behind the last of the line nothing stands. */
  movesDown(count: number): void {
    const { row } = this.#screen.cursor
    if (!this.#isLeaving || !this.#isBlank(row + count)) return
    this.#isLeaving = false
    this.#left(row + count - 1)
  }

  #left(row: number): void {
    if (!this.#mayLook()) return
    const ends = this.#ends(row)
    if (!this.#matchText(ends, row)) this.#matchPlace(ends, row)
  }

  #isBlank(row: number): boolean {
    return this.#screen.row(row).trim() === ''
  }

  #mayLook(): boolean {
    const [first] = this.#waiting
    if (first === undefined || this.#screen.isAlternate || !this.#effort.isLeft) return false
    first.looks += 1
    if (first.looks > MOST_LOOKS) this.#drop(1)
    return first.looks <= MOST_LOOKS
  }

  /** Ends the waiting: what was not seen is not shown. */
  finish(): void {
    const { row } = this.#screen.cursor
    for (const line of this.#waiting.splice(0)) {
      const [text = ''] = line.texts
      const shown = line.anchors.map((anchor) => textAfter(anchor, this.#screen, row)).find((each) => each?.trim())
      const wasEchoed = shown !== undefined && text.trim() !== '' && isEchoOf(shown, text)
      if (!wasEchoed) this.#notSeen(line)
      else {
        this.#unechoed.shown(line, shown)
        const { elapsed, seq, doubts } = line
        this.#list.command({ elapsed, seq, source: 'typed', line: trimmed(text), doubts: [...doubts, DOUBTS.notSeen] })
      }
    }
  }

  /** The text that the keys give stands on the screen: there is nothing to doubt. */
  #matchText(ends: readonly LineEnd[], row: number, isFeed = false): boolean {
    if (this.#accepted.isSpent(row)) return false
    const shown = squashed(ends[1]?.text ?? ends[0]?.text ?? '')
    for (const [index, line] of this.#waiting.slice(0, MOST_COMPARED).entries()) {
      if (!line.tails.some((tail) => mayEndWith(shown, tail))) continue
      // While an editor has the screen, it moves down to show how it searches: what was searched for is not told by keys.
      if (!line.isCertain && isFeed && this.#screen.isBracketedPaste) continue
      // Behind those that wait in vain, what stands alone may be anything that a program prints.
      const read = this.#candidates(line, ends, row).filter((each) => index === 0 || isBehindPrompt(each))
      for (const [which, text] of line.texts.entries()) {
        if (index > 0 && text === '') continue
        const candidate = read.find((each) => isShownAs(squashed(each.text), squashed(text)))
        if (candidate === undefined) {
          if (which === 0 && index === 0 && this.#matchBroken(line, row)) return true
          continue
        }
        if (which > 0 && !this.known.isOne(candidate.prompt)) {
          fallBackTo(line, text)
          continue
        }
        this.#drop(index)
        this.#accept({ ...candidate, text: indented(text, candidate) }, row, [])
        return true
      }
    }
    return false
  }

  /** The keys tell what the line is, and all that the screen shows is of it, but not in one piece. */
  #matchBroken(line: EnteredLine, row: number): boolean {
    const where = { row, effort: this.#effort }
    const broken = brokenByOutput(this.#screen, line, where)
    const candidate = broken ?? shownSideways(this.#screen, line, where)
    if (candidate !== undefined) this.#accept(candidate, row, [broken === undefined ? DOUBTS.endOnly : DOUBTS.mixed])
    return candidate !== undefined
  }

  /** Another text stands where the line began, or behind a prompt: completion and history made it. */
  #matchPlace(ends: readonly LineEnd[], row: number): void {
    if (this.#accepted.row === row) return
    const index = this.#waiting.findIndex(({ isStale }) => !isStale)
    const line = this.#waiting[index]
    if (line === undefined || index >= MOST_COMPARED) return
    for (const candidate of this.#candidates(line, ends, row)) {
      const isPlaced = candidate.by === 'prompt' || (candidate.by === 'place' && !line.isCertain)
      if (!isPlaced || candidate.text.trim() === '' || line.texts[0] === '') continue
      if (line.isCertain && !line.texts.some((text) => mayBeShownAs(squashed(text), squashed(candidate.text)))) continue
      if (line.isCertain && !this.known.isOne(candidate.prompt) && isEndOf(line, candidate.text)) {
        const { prompt, text } = candidate
        fallBackTo(line, isEndOf(line, prompt + text) ? prompt + text : text)
        continue
      }
      this.#drop(index)
      this.#accept({ ...candidate, text: trimmed(candidate.text) }, row, line.isCertain ? [DOUBTS.differs] : [])
      return
    }
  }

  #candidates(line: EnteredLine, ends: readonly LineEnd[], row: number): Candidate[] {
    const [known, right, effort, below] = [this.known, this.#right, this.#effort, this.#accepted.below]
    const all = [...candidates(this.#screen, line, { ends, row, known, right, effort, below })]
    return all.filter((candidate) => !isPrintedBack(line.keying, candidate, this.#outputs))
  }

  #ends(row: number): readonly LineEnd[] {
    const ends = lineEnds(this.#screen, row)
    this.#effort.spend(ends.length, this.#screen.size.columns)
    return ends
  }

  #accept(candidate: Candidate, row: number, doubts: readonly string[]): void {
    const line = this.#waiting.shift()
    if (line === undefined) return
    const { prompt } = candidate
    const isPart = this.#list.last !== undefined && (this.#marks.isOpen || this.#accepted.goesOn(candidate))
    this.#accepted.accept(row, isPart ? undefined : prompt)
    this.known.learn(prompt)
    release(line)
    const isTyped = line.texts.includes(candidate.text)
    if (isTyped || !isMasked(candidate.text)) this.#unechoed.shown(line, candidate.text)
    if (isPart) return this.#list.extend(candidate.text, doubts)
    if (candidate.text === '') return
    if (!isTyped && isMasked(candidate.text)) return this.#list.hidden(line, line.seqs)
    const text = isTyped ? candidate.text : recalledFrom(this.#list, candidate, this.#effort)
    const why = prompt.trim() === '' ? [...doubts, DOUBTS.noPrompt] : doubts
    const { elapsed, seq } = line
    this.#marks.entered(this.#list.command({ source: 'seen', line: text, elapsed, seq, doubts: why }))
  }

  /** Those before a line that was seen were read before it, and never shown. */
  #drop(count: number): void {
    for (const line of this.#waiting.splice(0, count)) this.#notSeen(line)
  }

  #notSeen(line: EnteredLine): void {
    release(line)
    const { elapsed, seq, fallback } = line
    if (fallback !== undefined) {
      this.#unechoed.shown(line, fallback)
      const doubts = [...line.doubts, DOUBTS.differs, DOUBTS.noPrompt]
      this.#list.command({ source: 'seen', line: trimmed(fallback), elapsed, seq, doubts })
    } else if (line.texts[0] !== '') this.#list.hidden(line, line.seqs)
  }
}

function release({ anchors }: EnteredLine): void {
  for (const { mark } of anchors) mark?.dispose()
}
