import type * as Headless from '@xterm/headless'
import type { TerminalSize } from '../../protocol/channel.ts'
import { limitCounts } from '../screen-limits.ts'

/** As in screen.ts: a recorded size is hostile as well. */
const MOST_COLUMNS = 512
const MOST_ROWS = 256
/** Rows that scroll off between two looks at them; a look follows every `PIECE` characters. */
const SCROLLBACK = 4096
const PIECE = 1024

/** What gives a program the whole screen, and takes it back. */
const ALTERNATE_MODES = [47, 1047, 1049]

type Parameters = (number | number[])[]

/** Asked at the moment when something on the screen is about to be lost. */
export interface ErasureListener {
  /** Whether so many cells may be worked on now: a few bytes can ask for it again and again. What may not be is passed over. */
  afford(cells: number): boolean
  erasing(): void
  leavingAlternate(): void
  /** Every row that there was is gone, scrolled off or not. */
  wasReset(): void
}

interface CircularList {
  onTrim(listener: (count: number) => void): unknown
}

/** An emulator that says what it is about to lose, which `Screen` has no door for. Nothing it is asked is answered. */
export class TranscriptTerminal {
  readonly #terminal: Headless.Terminal
  /** Rows that are no more in the scrollback. */
  trimmed = 0

  constructor(terminal: Headless.Terminal, listener: ErasureListener) {
    this.#terminal = terminal
    limitCounts(terminal)
    this.#listenTo(terminal.parser, listener)
    this.#countTrimmed()
  }

  get isAlternate(): boolean {
    return this.#terminal.buffer.active.type === 'alternate'
  }

  get rows(): number {
    return this.#terminal.rows
  }

  get columns(): number {
    return this.#terminal.cols
  }

  /** The number of the top visible row of the normal screen, counted from the first row that ever was. */
  get top(): number {
    return this.trimmed + this.#terminal.buffer.normal.baseY
  }

  /** The number of the cursor's row on the normal screen. */
  get cursorRow(): number {
    return this.top + this.#terminal.buffer.normal.cursorY
  }

  /** Writes in pieces, so that no row is trimmed before `settle` has seen it. It gets the length of the piece. */
  write(text: string, settle: (length: number) => void): void {
    for (let start = 0; start < text.length; start += PIECE) {
      // The emulator parses at once what follows the user's input, and later whatever does not.
      this.#terminal.input('', true)
      const piece = text.slice(start, start + PIECE)
      this.#terminal.write(piece)
      settle(piece.length)
    }
  }

  resize(size: TerminalSize): void {
    const { columns, rows } = withinLimits(size)
    if (columns !== this.columns || rows !== this.rows) this.#terminal.resize(columns, rows)
  }

  /** A row of the normal screen, or of the alternate one by its place there. */
  line(number: number, screen: 'normal' | 'alternate' = 'normal'): Headless.IBufferLine | undefined {
    const { normal, alternate } = this.#terminal.buffer
    return screen === 'normal' ? normal.getLine(number - this.trimmed) : alternate.getLine(number)
  }

  #listenTo(parser: Headless.IParser, listener: ErasureListener): void {
    const cells = (): number => this.rows * this.columns
    parser.registerOscHandler(8, () => true)
    parser.registerCsiHandler({ final: 'J' }, (params) => {
      if (this.#erasesAll(Number(params[0] ?? 0))) listener.erasing()
      return false
    })
    parser.registerCsiHandler({ final: 'b' }, ([count]) => !listener.afford(Math.min(Number(count ?? 1), cells())))
    parser.registerCsiHandler(
      { prefix: '?', final: 'h' },
      (params) => isAlternating(params) && !listener.afford(cells()),
    )
    parser.registerCsiHandler({ prefix: '?', final: 'l' }, (params) => {
      if (this.isAlternate && isAlternating(params)) listener.leavingAlternate()
      return false
    })
    parser.registerEscHandler({ final: 'c' }, () => {
      if (!listener.afford(cells())) return true
      listener.erasing()
      this.#terminal.reset()
      this.#countTrimmed()
      listener.wasReset()
      return true
    })
  }

  dispose(): void {
    this.#terminal.dispose()
  }

  /** Of "erase in display": from the cursor on, which is all where it stands at home; all; what scrolled off. */
  #erasesAll(mode: number): boolean {
    const { cursorX, cursorY } = this.#terminal.buffer.active
    return mode === 2 || mode === 3 || (mode === 0 && cursorX === 0 && cursorY === 0)
  }

  /** The public door does not say how many rows were trimmed. */
  #countTrimmed(): void {
    const { _core: core } = this.#terminal as unknown as {
      readonly _core: { readonly buffers: { readonly normal: { readonly lines: CircularList } } }
    }
    this.trimmed = 0
    core.buffers.normal.lines.onTrim((count) => {
      this.trimmed += count
    })
  }
}

export async function openTranscriptTerminal(
  listener: ErasureListener,
  size: TerminalSize,
): Promise<TranscriptTerminal> {
  const [{ default: headless }, { default: unicode }] = await Promise.all([
    import('@xterm/headless'),
    import('@xterm/addon-unicode11'),
  ])
  const { columns: cols, rows } = withinLimits(size)
  const options = { allowProposedApi: true, logLevel: 'off', cols, rows, scrollback: SCROLLBACK } as const
  const terminal = new headless.Terminal(options)
  terminal.loadAddon(new unicode.Unicode11Addon())
  terminal.unicode.activeVersion = '11'
  return new TranscriptTerminal(terminal, listener)
}

const isAlternating = (params: Parameters): boolean => params.some((mode) => ALTERNATE_MODES.includes(Number(mode)))

const withinLimits = ({ columns, rows }: TerminalSize): TerminalSize => ({
  columns: Math.min(Math.max(columns, 2), MOST_COLUMNS),
  rows: Math.min(Math.max(rows, 1), MOST_ROWS),
})
