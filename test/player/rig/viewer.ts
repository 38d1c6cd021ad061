/** The player on a pseudo-terminal, and what a person sees there. */
import { setTimeout as sleep } from 'node:timers/promises'
import { openScreen, type Screen } from '../../../src/recording/screen.ts'
import { TerminalRun } from '../../e2e/rig/terminal.ts'

export interface ViewerOptions {
  readonly env: NodeJS.ProcessEnv
  readonly columns: number
  readonly rows: number
}

export class Viewer implements AsyncDisposable {
  readonly run: TerminalRun
  readonly #size: { readonly columns: number; readonly rows: number }

  constructor(argv: readonly string[], { env, columns, rows }: ViewerOptions) {
    this.run = new TerminalRun(argv, { env, columns, rows })
    this.#size = { columns, rows }
  }

  type(keys: string): void {
    this.run.type(keys)
  }

  /** What the terminal shows now. */
  async screen(): Promise<Screen> {
    const screen = await openScreen(this.#size)
    screen.write(Buffer.from(this.run.shown))
    return screen
  }

  async lines(): Promise<string[]> {
    return (await this.screen()).lines()
  }

  /** The last row that has something. */
  async status(): Promise<string> {
    return (await this.lines()).findLast((line) => line !== '') ?? ''
  }

  /** Waits until the lines are so, and gives them. */
  async until(what: string, isSo: (lines: readonly string[]) => boolean, seconds = 15): Promise<string[]> {
    const end = performance.now() + seconds * 1000
    for (;;) {
      const lines = await this.lines()
      if (isSo(lines)) return lines
      if (performance.now() > end) throw new Error(`not seen: ${what}; seen:\n${lines.join('\n')}`)
      await sleep(25)
    }
  }

  untilText(text: string): Promise<string[]> {
    return this.until(text, (lines) => lines.some((line) => line.includes(text)))
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.run[Symbol.asyncDispose]()
  }
}
