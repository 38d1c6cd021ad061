/** The viewer's terminal while a recording plays: a screen of our own, left clean on every way out. */
import { write, writeSync } from 'node:fs'
import { ReadStream, WriteStream } from 'node:tty'
import type { TerminalSize } from '../protocol/channel.ts'
import type { Frame } from './frame.ts'
import { HeldBack } from './held-back.ts'
import { type Key, KeyParser } from './keys.ts'
import { paint } from './paint.ts'

const CSI = '\x1b['
/** Alternate screen with a saved cursor (1049), no wrapping at the edge (7), pasted text in brackets (2004). */
const ENTER = `${CSI}?1049h${CSI}?7l${CSI}?2004h${CSI}?25l${CSI}2J`
/** Erased as well: a terminal without another screen, such as Linux' console, would keep the picture. */
const LEAVE = `${CSI}?2026l${CSI}0m${CSI}1;1H${CSI}2J${CSI}?2004l${CSI}?7h${CSI}?25h${CSI}?1049l`
/** After Escape the rest of a sequence comes at once, or a little later through a network. */
const ESCAPE_MS = 60
const RETRY_MS = 5
const ENDING = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

export type EndingSignal = (typeof ENDING)[number]

export interface ScreenListener {
  key(key: Key): void
  /** The size changed, or the screen is to be painted anew. */
  changed(): void
  /** A frame has arrived, and the next one may be shown. */
  ready(): void
  signal(name: EndingSignal): void
  /** Nobody reads or types any more. */
  gone(): void
}

/** One that can be painted on: `dumb` ones (Emacs' shell) print lines, and everything else as well. */
export const hasTerminal = (): boolean =>
  process.stdin instanceof ReadStream && process.stdout instanceof WriteStream && process.env.TERM !== 'dumb'

export class OwnScreen implements Disposable {
  readonly #listener: ScreenListener
  readonly #parser = new KeyParser()
  #escape: NodeJS.Timeout | undefined
  #shown: Frame | undefined
  #isWriting = false
  #isEntered = false
  #isDisposed = false
  readonly #stderr = new HeldBack(process.stderr)
  readonly #handlers: readonly (readonly [NodeJS.Signals | 'exit', () => void])[]

  constructor(listener: ScreenListener) {
    this.#listener = listener
    this.#handlers = [
      ...ENDING.map((name) => [name, () => listener.signal(name)] as const),
      ['SIGTSTP', () => this.suspend()],
      ['SIGCONT', () => this.#resume()],
      ['SIGWINCH', () => this.#listener.changed()],
      ['exit', () => this.#leave()],
    ]
    for (const [name, handler] of this.#handlers) process.on(name as 'exit', handler)
    process.stdin.on('data', this.#onData).on('end', this.#onGone).on('error', this.#onGone)
    this.#enter()
    process.stdin.resume()
  }

  get size(): TerminalSize {
    const [columns, rows] = process.stdout instanceof WriteStream ? process.stdout.getWindowSize() : [80, 24]
    // A terminal without a size (0 × 0) is one of 80 × 24, as for other programs.
    return { columns: columns || 80, rows: rows || 24 }
  }

  /** Whether a frame would be shown now: while the terminal still takes one, the next is skipped. */
  get isReady(): boolean {
    return !this.#isWriting && this.#isEntered
  }

  show(frame: Frame): void {
    if (!this.isReady) return
    const bytes = paint(this.#shown, frame)
    this.#shown = frame
    if (bytes !== '') this.#write(Buffer.from(bytes))
  }

  /** The next frame is painted as a whole. */
  forget(): void {
    this.#shown = undefined
  }

  /** As Ctrl-Z does it elsewhere: the terminal is the shell's again until it continues us. */
  suspend(): void {
    this.#leave()
    const own = this.#handlers.find(([name]) => name === 'SIGTSTP')?.[1]
    if (own !== undefined) process.off('SIGTSTP', own)
    // All of the job, as the terminal itself would do it: the shell looks at its first process.
    process.kill(0, 'SIGTSTP')
    // Stopped here. Without a shell that can continue it (an orphaned group) a program is not stopped at all.
    setTimeout(() => {
      if (own !== undefined && !this.#isDisposed && !process.listeners('SIGTSTP').includes(own))
        process.on('SIGTSTP', own)
      if (!this.#isEntered) this.#resume()
    }, 100)
  }

  [Symbol.dispose](): void {
    this.#isDisposed = true
    this.#leave()
    for (const [name, handler] of this.#handlers) process.off(name as 'exit', handler)
    process.stdin.off('data', this.#onData).off('end', this.#onGone).off('error', this.#onGone).pause()
    clearTimeout(this.#escape)
  }

  #resume(): void {
    if (this.#isDisposed) return
    // Whoever had the terminal meanwhile may have changed its mode behind libuv, which does nothing for a mode that it has.
    rawMode(false)
    this.#enter()
    this.#listener.changed()
  }

  #enter(): void {
    rawMode(true)
    this.#stderr.hold()
    this.#isEntered = true
    this.#shown = undefined
    quietly(() => writeSync(1, ENTER))
  }

  #leave(): void {
    if (!this.#isEntered) return
    this.#isEntered = false
    quietly(() => writeSync(1, LEAVE))
    rawMode(false)
    this.#stderr.release()
  }

  /** Off the event loop: after Ctrl-S a terminal takes nothing, and keys are to work all the same. */
  #write(bytes: Buffer): void {
    this.#isWriting = true
    write(1, bytes, (error, written) => {
      if (error?.code === 'EAGAIN') {
        setTimeout(() => this.#write(bytes), RETRY_MS)
        return
      }
      if (error === null && written < bytes.length && this.#isEntered) {
        this.#write(bytes.subarray(written))
        return
      }
      this.#isWriting = false
      if (error === null) this.#listener.ready()
      else this.#listener.gone()
    })
  }

  readonly #onData = (data: Buffer | string): void => {
    clearTimeout(this.#escape)
    this.#keys(this.#parser.push(data.toString()))
    if (this.#parser.isWaiting) this.#escape = setTimeout(() => this.#keys(this.#parser.flush()), ESCAPE_MS)
  }

  readonly #onGone = (): void => this.#listener.gone()

  #keys(keys: readonly Key[]): void {
    for (const key of keys) this.#listener.key(key)
  }
}

function rawMode(on: boolean): void {
  const { stdin } = process
  if (stdin instanceof ReadStream) quietly(() => stdin.setRawMode(on))
}

/** Of a terminal that is gone nothing is left to restore. */
function quietly(work: () => void): void {
  try {
    work()
  } catch {}
}
