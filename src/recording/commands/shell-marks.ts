import type { Screen } from '../screen.ts'
import type { SetResult } from './command-list.ts'

/**
 * What a shell says of itself by OSC 133 (semantic prompts): `A` a prompt begins, `B` it ends and the command begins, `C` the
 * command runs, `D;STATUS` it has ended.
 */
export class ShellMarks {
  #setResult: SetResult | undefined
  #prompt: string | undefined
  #started: number | undefined
  /** The shell marks where a command begins to run, so it has not begun before. */
  #marksStart = false
  #isOpen = false

  /** `now`: µs since the session was opened. `learn` hears every prompt. */
  listen(screen: Screen, { now, learn }: { now: () => number; learn: (prompt: string) => void }): void {
    screen.onOsc(133, (data) => {
      const [letter = '', status] = data.slice(0, 64).split(';')
      if (letter === 'B') {
        const { row, column } = screen.cursor
        this.#prompt = screen.cells(row, 0, column)
        this.#isOpen = false
        learn(this.#prompt)
      } else if (letter === 'C') {
        this.#started = now()
        this.#marksStart = true
        this.#isOpen = false
      } else if (letter === 'D') this.#end(status, now())
    })
  }

  /**
   * A line was entered: the next one is part of the same command until the shell says that it runs. While it runs, what is entered
   * is for it to read, and how it ends is not told of that.
   */
  entered(setResult: SetResult): void {
    if (this.#started !== undefined && this.#setResult !== undefined) return
    this.#setResult = setResult
    this.#isOpen = this.#prompt !== undefined && this.#marksStart && this.#started === undefined
  }

  /** Whether the shell reads on, as it said itself. */
  get isOpen(): boolean {
    return this.#isOpen
  }

  #end(status: string | undefined, at: number): void {
    if (this.#started === undefined) return
    const isNumber = status !== undefined && /^\d{1,3}$/.test(status)
    this.#setResult?.({
      exitCode: isNumber ? Number(status) : undefined,
      durationMs: Math.round((at - this.#started) / 1000),
    })
    this.#setResult = undefined
    this.#started = undefined
  }
}
