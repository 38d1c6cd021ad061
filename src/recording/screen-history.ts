import type * as Headless from '@xterm/headless'

interface CircularList {
  onTrim(listener: (count: number) => void): unknown
}

/** The rows of the normal screen by their number: 0 is the first that ever was, or the first since a reset. */
export class ScreenHistory {
  readonly #terminal: Headless.Terminal
  #lost = 0

  constructor(terminal: Headless.Terminal) {
    this.#terminal = terminal
    this.begin()
  }

  /** Rows that are kept no more: the first that can be read has this number. */
  get lost(): number {
    return this.#lost
  }

  /** The number of the top visible row. */
  get top(): number {
    return this.#lost + this.#terminal.buffer.normal.baseY
  }

  get cursorRow(): number {
    return this.top + this.#terminal.buffer.normal.cursorY
  }

  /** The text of a row; trailing blanks are cut off unless they are wanted. Empty where there is no such row. */
  row(number: number, blanks: 'cut' | 'kept' = 'cut'): string {
    return this.#line(number)?.translateToString(blanks === 'cut') ?? ''
  }

  /** Whether this row goes on with the line of the row before. */
  isWrapped(number: number): boolean {
    return this.#line(number)?.isWrapped ?? false
  }

  /** A reset puts a new list in the old one's place. The public door does not say how many rows were trimmed. */
  begin(): void {
    const { _core: core } = this.#terminal as unknown as {
      readonly _core: { readonly buffers: { readonly normal: { readonly lines: CircularList } } }
    }
    this.#lost = 0
    core.buffers.normal.lines.onTrim((count) => {
      this.#lost += count
    })
  }

  #line(number: number): Headless.IBufferLine | undefined {
    return number < this.#lost ? undefined : this.#terminal.buffer.normal.getLine(number - this.#lost)
  }
}
