/** The screen from the first frame on, until Ink has it: the terminal is taken, and given back whatever happens. */
import type { ReadStream, WriteStream } from 'node:tty'
import { openKeyboard } from './keyboard-terminal.ts'

/** xterm's alternate screen, which keeps what was there before (1049), without a cursor (25). */
const TAKEN = '\x1b[?1049h\x1b[?25l'
/** Ink begins where the cursor is. */
const FIRST_CELL = '\x1b[H'
const GIVEN_BACK = '\x1b[?1049l\x1b[?25h'
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

export class Opening {
  /** In raw mode already: a key that is pressed before Ink reads it is not echoed, and not lost. */
  readonly keyboard: ReadStream
  readonly #stdout: WriteStream
  #pending = true

  /** @throws Fault KAE_UI_NO_TERMINAL */
  constructor(stdout: WriteStream, frame: string) {
    this.#stdout = stdout
    this.keyboard = openKeyboard()
    for (const signal of SIGNALS) process.on(signal, this.#end)
    this.keyboard.setRawMode(true)
    stdout.write(TAKEN + FIRST_CELL + frame + FIRST_CELL)
  }

  /** Ink gives the terminal back from now on. */
  handOver(): void {
    this.#pending = false
    for (const signal of SIGNALS) process.off(signal, this.#end)
  }

  /** Does nothing once it was handed over. */
  close(): void {
    if (!this.#pending) return
    this.handOver()
    this.#stdout.write(GIVEN_BACK)
    this.keyboard.setRawMode(false)
    this.keyboard.destroy()
  }

  readonly #end = (signal: NodeJS.Signals): void => {
    this.close()
    process.kill(process.pid, signal)
  }
}
