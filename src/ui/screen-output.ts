/** The terminal as Ink writes to it: a frame is one write, so that a multiplexer never shows half of one. */
import { Writable } from 'node:stream'
import type { WriteStream } from 'node:tty'

/** Ink says so before and after a frame (synchronized output, mode 2026). */
const BEGIN = '\x1b[?2026h'
const END = '\x1b[?2026l'
const ENTER = '\x1b[?1049h'
/** Erase in line, before its text: after a text as wide as the screen it would take the last character away. */
const ERASE_LINE = '\x1b[K'

export class ScreenOutput extends Writable {
  readonly isTTY = true
  readonly #stdout: WriteStream
  /** The alternate screen is there already: to enter it again would clear it on some terminals. */
  #entered: boolean
  /** Something stands there of which Ink does not know, where its first frame has nothing. */
  #covered: boolean
  #frame: string | undefined

  constructor(stdout: WriteStream, { entered }: { readonly entered: boolean }) {
    super({ decodeStrings: false })
    this.#stdout = stdout
    this.#entered = entered
    this.#covered = entered
    stdout.on('resize', this.#resized)
  }

  get columns(): number {
    return this.#stdout.columns
  }

  get rows(): number {
    return this.#stdout.rows
  }

  override _write(chunk: string | Buffer, _: BufferEncoding, done: (error?: Error | null) => void): void {
    this.#take(chunk.toString())
    done()
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    this.#stdout.off('resize', this.#resized)
    done(error)
  }

  #take(text: string): void {
    if (text === ENTER && this.#entered) this.#entered = false
    else if (text === BEGIN) this.#frame = text
    else if (this.#frame === undefined) this.#stdout.write(text)
    else if (text !== END) this.#frame += this.#uncovering(text)
    else {
      this.#stdout.write(this.#frame + text)
      this.#frame = undefined
    }
  }

  /** Once, for the first text of several lines: Ink hides the cursor by itself before. */
  #uncovering(frame: string): string {
    if (!this.#covered || !frame.includes('\n')) return frame
    this.#covered = false
    return ERASE_LINE + frame.replaceAll('\n', `\n${ERASE_LINE}`)
  }

  readonly #resized = (): void => void this.emit('resize')
}
