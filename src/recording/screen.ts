/**
 * A terminal's screen without a terminal: recorded output goes in, what a person would have seen comes out. It answers
 * nothing: what a recording asks of its terminal (cursor reports, device attributes, titles) is heard by nobody.
 *
 * Rows count from 0 at the top of what is visible; negative rows are those that scrolled off, -1 the last of them.
 */
import type * as Headless from '@xterm/headless'
import type { TerminalSize } from '../protocol/channel.ts'
import { ScreenHistory } from './screen-history.ts'
import { Budget, limitWork } from './screen-limits.ts'
import { type LossListener, tellLosses } from './screen-losses.ts'
import { isBetweenSequences, isCursorHidden, type Snapshot, setBack, snapshotOf } from './screen-snapshot.ts'
import { runsOf, type StyledRun } from './screen-style.ts'
import { loadTerminals } from './screen-terminal.ts'

export type { StyledRun } from './screen-style.ts'

export interface ScreenOptions {
  /** How many lines that scrolled off are kept; 0 by default. */
  readonly scrollback?: number
  /** Goes on from there, in the size that it had. */
  readonly from?: Snapshot
  readonly losses?: LossListener
}

/** Stays at its line while lines scroll and wrap anew. */
export interface ScreenMark {
  /** Undefined once its line is gone. */
  readonly row: number | undefined
  dispose(): void
}

/** A recorded size is hostile as well: cells cost memory, and clearing them time. */
const MOST_COLUMNS = 512
const MOST_ROWS = 256
const LONGEST_TITLE = 512

export type OpenScreen = (size: TerminalSize, options?: ScreenOptions) => Screen

export async function openScreen(size: TerminalSize, options: ScreenOptions = {}): Promise<Screen> {
  return (await loadScreens())(size, options)
}

/** For those who open many. */
export async function loadScreens(): Promise<OpenScreen> {
  const open = await loadTerminals()
  return (size, options = {}) => {
    const { scrollback = 0, from } = options
    return new Screen(open(from?.size ?? withinLimits(size), scrollback), options)
  }
}

export class Screen {
  readonly #terminal: Headless.Terminal
  readonly #budget = new Budget()
  /** The rows of the normal screen, also while a program has the alternate one. */
  readonly history: ScreenHistory
  #title = ''

  /** Use `openScreen`. */
  constructor(terminal: Headless.Terminal, { from, losses }: ScreenOptions = {}) {
    this.#terminal = terminal
    this.history = new ScreenHistory(terminal)
    terminal.onTitleChange((title) => {
      this.#title = title.slice(0, LONGEST_TITLE)
    })
    tellLosses(terminal, this.history, losses)
    limitWork(terminal, this.#budget)
    // A hyperlink costs memory for as long as its line is there, and no reader of ours follows one.
    this.onOsc(8, () => {})
    if (from === undefined) return
    setBack(terminal, from)
    this.#budget.units = from.units
  }

  /**
   * Shows the bytes, or the text: when it returns, all of them count. Sequences and characters may be cut anywhere between two calls. It
   * takes about 50 ns a byte and lets nothing else run, so write megabytes in pieces, and let others run in between.
   */
  write(bytes: Uint8Array | string): void {
    // The emulator parses at once what follows the user's input, and later whatever does not.
    this.#terminal.input('', true)
    this.#budget.earn(bytes.length)
    this.#terminal.write(bytes)
  }

  resize(size: TerminalSize): void {
    const { columns, rows } = withinLimits(size)
    if (columns !== this.#terminal.cols || rows !== this.#terminal.rows) this.#terminal.resize(columns, rows)
  }

  /** What is shown: at most 512 columns and 256 rows. */
  get size(): TerminalSize {
    return { columns: this.#terminal.cols, rows: this.#terminal.rows }
  }

  /** Column 0 is the leftmost; a column equal to the width is a cursor that waits to wrap. */
  get cursor(): { readonly row: number; readonly column: number } {
    const { cursorX, cursorY } = this.#terminal.buffer.active
    return { row: cursorY, column: cursorX }
  }

  get isCursorVisible(): boolean {
    return !isCursorHidden(this.#terminal)
  }

  /** Whether a program has the alternate screen, as editors and pagers do. */
  get isAlternate(): boolean {
    return this.#terminal.buffer.active.type === 'alternate'
  }

  get isBracketedPaste(): boolean {
    return this.#terminal.modes.bracketedPasteMode
  }

  /** At most 512 characters of it, as the program set it: it may hold any character. */
  get title(): string {
    return this.#title
  }

  /** How many rows that scrolled off are kept now. */
  get scrolledOff(): number {
    return this.#terminal.buffer.active.baseY
  }

  /** The text of one row from a column on, and to another; trailing blanks are cut off. Empty where there is no such row. */
  row(row: number, from = 0, to?: number): string {
    return this.#line(row)?.translateToString(true, from, to) ?? ''
  }

  /** The same with all its blanks: exactly so many columns. */
  cells(row: number, from: number, to: number): string {
    return this.#line(row)?.translateToString(false, from, to) ?? ''
  }

  /** Whether something, were it a blank, was written into a row's last column. */
  isFull(row: number): boolean {
    const line = this.#line(row)
    const last = line?.getCell(this.#terminal.cols - 1)
    return last !== undefined && (last.getChars() !== '' || last.getWidth() === 0)
  }

  /** All visible rows. */
  lines(): string[] {
    return Array.from({ length: this.#terminal.rows }, (_, row) => this.row(row))
  }

  /** Whether this row goes on with the line of the row before. */
  isWrapped(row: number): boolean {
    return this.#line(row)?.isWrapped ?? false
  }

  /** A row's cells, neighbours of one style together; what is blank and without style at its end is left out. */
  runs(row: number): StyledRun[] {
    const line = this.#line(row)
    return line === undefined ? [] : runsOf(line, this.#terminal.buffer.active.getNullCell())
  }

  /** A row's cells for those who paint: each goes into a cell of `newCell`, which serves for all of them. */
  line(row: number): Headless.IBufferLine | undefined {
    return this.#line(row)
  }

  newCell(): Headless.IBufferCell {
    return this.#terminal.buffer.active.getNullCell()
  }

  /** Without what scrolled off. Undefined in the middle of a sequence or of a character: no copy holds half of one. */
  snapshot(): Snapshot | undefined {
    return isBetweenSequences(this.#terminal) ? snapshotOf(this.#terminal, this.#budget.units) : undefined
  }

  /** Marks the cursor's line, or one so many rows below it. Undefined in the alternate screen. */
  mark(below = 0): ScreenMark | undefined {
    const marker = this.#terminal.registerMarker(below)
    if (marker === undefined) return undefined
    const { normal } = this.#terminal.buffer
    return {
      get row() {
        return marker.isDisposed ? undefined : marker.line - normal.baseY
      },
      dispose: () => marker.dispose(),
    }
  }

  /** Hears operating system commands (`ESC ] code ; data`) at their place in the output; takes them from the emulator. */
  onOsc(code: number, hear: (data: string) => void): void {
    this.#terminal.parser.registerOscHandler(code, (data) => {
      hear(data)
      return true
    })
  }

  /** Hears every line feed, when the cursor has moved: the line that it left is the row above. */
  onLineFeed(hear: () => void): void {
    this.#terminal.onLineFeed(hear)
  }

  /** Hears when a line editor gives a line to be run: it turns bracketed paste off for the time. */
  onPasteOff(hear: () => void): void {
    this.#terminal.parser.registerCsiHandler({ prefix: '?', final: 'l' }, (params) => {
      if (params.includes(2004) && this.isBracketedPaste) hear()
      return false
    })
  }

  /** Hears when the cursor is about to go down so many rows without a line feed. */
  onCursorDown(hear: (count: number) => void): void {
    this.#terminal.parser.registerCsiHandler({ final: 'B' }, ([count]) => {
      hear(Math.max(Number(count ?? 1), 1))
      return false
    })
  }

  /** Hears when a program takes the alternate screen, and when it gives it back. */
  onAlternate(hear: (isAlternate: boolean) => void): void {
    this.#terminal.buffer.onBufferChange(({ type }) => hear(type === 'alternate'))
  }

  dispose(): void {
    this.#terminal.dispose()
  }

  #line(row: number): Headless.IBufferLine | undefined {
    const { active } = this.#terminal.buffer
    const index = active.baseY + row
    return index < 0 ? undefined : active.getLine(index)
  }
}

const withinLimits = ({ columns, rows }: TerminalSize): TerminalSize => ({
  columns: Math.min(Math.max(columns, 2), MOST_COLUMNS),
  rows: Math.min(Math.max(rows, 1), MOST_ROWS),
})
