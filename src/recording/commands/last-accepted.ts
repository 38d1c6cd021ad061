import type { Screen, ScreenMark } from '../screen.ts'
import type { Candidate } from './candidates.ts'
import { isContinuationPrompt } from './prompts.ts'

/** Where on the screen the line stands that was found last. */
export class LastAccepted {
  readonly #screen: Screen
  /** Its last row, until a new line begins there. */
  #spent: ScreenMark | undefined
  #spentText = ''
  /** The row under it, and the prompt of the command that it is part of. */
  #below: ScreenMark | undefined
  #firstPrompt = ''

  constructor(screen: Screen) {
    this.#screen = screen
  }

  get row(): number | undefined {
    return this.#spent?.row
  }

  get below(): number | undefined {
    return this.#below?.row
  }

  /** Editors go over the rows of what was accepted again and again; only where these are gone, a line may stand that high. */
  isSpent(row: number): boolean {
    const spent = this.row
    return spent !== undefined && row <= spent && this.#screen.row(spent) === this.#spentText
  }

  /** Whether what stands there goes on with the command of the line that was accepted last. */
  goesOn({ prompt, firstRow }: Candidate): boolean {
    if (this.below !== firstRow || prompt === this.#firstPrompt) return false
    // Editors that only indent leave as much room as the prompt before takes.
    if (prompt.trim() === '' && (this.#firstPrompt.trim() === '' || prompt.length < this.#firstPrompt.length))
      return false
    return isContinuationPrompt(prompt)
  }

  /** A line that ends with this row; its prompt where it begins a command. */
  accept(row: number, firstPrompt: string | undefined): void {
    this.forget()
    const { cursor } = this.#screen
    this.#spent = this.#screen.mark(row - cursor.row)
    this.#spentText = this.#screen.row(row)
    this.#below?.dispose()
    this.#below = this.#screen.mark(row + 1 - cursor.row)
    if (firstPrompt !== undefined) this.#firstPrompt = firstPrompt
  }

  /** A new line begins in its row. */
  forget(): void {
    this.#spent?.dispose()
    this.#spent = undefined
  }
}
