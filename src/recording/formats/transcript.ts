/**
 * What stood on the screen, as lines of plain text: they are taken when they scroll off, when they are about to be erased,
 * and at the end. Of a program that had the whole screen, its last screen is taken. Linear in the bytes.
 */
import type { TerminalSize } from '../../protocol/channel.ts'
import { openScreen, type Screen } from '../screen.ts'
import { plainText } from './plain.ts'

/** Characters that combine pile up in one cell without end. */
const MOST_UNITS_IN_CELL = 32
/** A look at the whole screen costs by its cells, and a recording may ask for one with every fourth byte. */
const CELLS_PER_CHARACTER = 64
const FIRST_CREDIT = 4096
/** How programs give the whole screen back. */
const LEAVES = ['\x1b[?1049l', '\x1b[?1047l', '\x1b[?47l']
/** Rows that scroll off between two looks at them; a look follows every `PIECE` characters. */
const SCROLLBACK = 4096
const PIECE = 1024
/** Of rows that are alike, so many are shown. */
const MOST_ALIKE = 3

export class Transcript {
  #opened: Screen | undefined
  /** The number of the first row that was not taken yet. */
  #next = 0
  #text = ''
  /** Whether the last row that was taken goes on in the next one. */
  #isOpen = false
  #credit = FIRST_CREDIT
  /** The alternate screen before the output that left it, which often clears or scrolls it first. */
  #alternate: readonly string[] | undefined

  static async open(size: TerminalSize): Promise<Transcript> {
    const transcript = new Transcript()
    const losses = {
      erasing: () => transcript.#erasing(),
      leavingAlternate: () => transcript.#takeAlternate(),
      wasReset: () => {
        transcript.#next = 0
      },
    }
    transcript.#opened = await openScreen(size, { scrollback: SCROLLBACK, losses })
    return transcript
  }

  /** What the text brought to an end. */
  write(text: string): string {
    if (this.#screen.isAlternate && LEAVES.some((leave) => text.includes(leave)))
      this.#alternate = this.#alternateRows()
    // In pieces, so that no row is lost before it was seen.
    for (let start = 0; start < text.length; start += PIECE) {
      const piece = text.slice(start, start + PIECE)
      this.#screen.write(piece)
      this.#credit = Math.min(this.#credit + piece.length, 2 * FIRST_CREDIT)
      this.#takeTo(this.#screen.history.top)
    }
    this.#alternate = undefined
    return this.#taken()
  }

  /** Rows wrap anew, so those above the cursor's line are taken before, with their lines as they are. */
  resize(size: TerminalSize): string {
    if (!this.#screen.isAlternate) this.#takeTo(this.#lineStart())
    this.#screen.resize(size)
    this.#next = Math.max(this.#lineStart(), this.#screen.history.lost)
    return this.#taken()
  }

  finish(): string {
    if (this.#screen.isAlternate) this.#takeAlternate()
    this.#takeScreen()
    this.#screen.dispose()
    return this.#taken()
  }

  get #screen(): Screen {
    if (this.#opened === undefined) throw new Error('a transcript was not opened')
    return this.#opened
  }

  #afford(cells: number): boolean {
    const cost = cells / CELLS_PER_CHARACTER
    if (this.#credit < cost) return false
    this.#credit -= cost
    return true
  }

  #taken(): string {
    const text = this.#text
    this.#text = ''
    return text
  }

  #erasing(): void {
    if (this.#screen.isAlternate) return
    this.#takeTo(this.#screen.history.top)
    if (this.#afford(this.#cells)) this.#takeScreen()
    this.#close()
    this.#next = this.#screen.history.top
  }

  /** The rows below this number that were not taken yet. */
  #takeTo(end: number): void {
    const { lost } = this.#screen.history
    if (this.#next < lost) {
      this.#close()
      this.#text += `[${lost - this.#next} lines went by too fast]\n`
      this.#next = lost
    }
    for (; this.#next < end; this.#next += 1) this.#takeRow(this.#next)
  }

  #takeRow(number: number): void {
    const { history, size } = this.#screen
    this.#isOpen = history.isWrapped(number + 1)
    const text = history.row(number, this.#isOpen ? 'kept' : 'cut').slice(0, size.columns * MOST_UNITS_IN_CELL)
    this.#text += `${plainText(text)}${this.#isOpen ? '' : '\n'}`
  }

  /** All of the normal screen but the blank rows at its end. */
  #takeScreen(): void {
    const { history, size } = this.#screen
    let end = history.top + size.rows
    while (end > this.#next && history.row(end - 1) === '') end -= 1
    this.#takeTo(end)
    this.#close()
  }

  #close(): void {
    if (this.#isOpen) this.#text += '\n'
    this.#isOpen = false
  }

  #lineStart(): number {
    const { history } = this.#screen
    let number = history.cursorRow
    while (number > history.lost && history.isWrapped(number)) number -= 1
    return number
  }

  #takeAlternate(): void {
    const rows = this.#alternate ?? this.#alternateRows()
    // What stood above it on the normal screen comes first.
    this.#takeTo(Math.max(this.#next, this.#lineStart()))
    this.#close()
    this.#text += ['a program had the whole screen; last it showed:', ...withoutRepeats(rows)]
      .map((line) => `${`| ${line}`.trimEnd()}\n`)
      .join('')
  }

  #alternateRows(): readonly string[] {
    const { rows: length, columns } = this.#screen.size
    if (!this.#afford(this.#cells)) return ['(not taken: too many screens in too little output)']
    return Array.from({ length }, (_, row) => plainText(this.#screen.row(row).slice(0, columns * MOST_UNITS_IN_CELL)))
  }

  get #cells(): number {
    const { rows, columns } = this.#screen.size
    return rows * columns
  }
}

/** An editor fills what is empty with marks. */
function withoutRepeats(rows: readonly string[]): string[] {
  const kept: string[] = []
  let alike = 0
  const tell = (): void => {
    if (alike > MOST_ALIKE && kept.at(-1) !== '') kept.push(`(${alike - MOST_ALIKE} more rows like this)`)
  }
  rows.forEach((row, index) => {
    if (index > 0 && row !== rows[index - 1]) {
      tell()
      alike = 0
    }
    alike += 1
    if (alike <= MOST_ALIKE) kept.push(row)
  })
  tell()
  while (kept.at(-1) === '') kept.pop()
  return kept
}
