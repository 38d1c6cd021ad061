/** The screen on a pseudo-terminal: when it draws, and how many bytes it takes. */
import { type IPty, spawn } from '@lydell/node-pty'

/** What follows every frame (synchronized output). */
const END_OF_FRAME = '\x1b[?2026l'
/** Erase in display, and another alternate screen: a person sees it flicker. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const CLEARED = /\x1b\[[0-3]?J|\x1b\[\?1049h|\x1bc/g
const LIMIT_MS = 30_000

export interface ScreenSize {
  readonly columns: number
  readonly rows: number
}

export interface Frame {
  readonly ms: number
  readonly bytes: number
}

export class TimedScreen implements AsyncDisposable {
  readonly #pty: IPty
  readonly #ended = Promise.withResolvers<void>()
  readonly #began = performance.now()
  #shown = ''
  #bytes = 0
  #frames = 0
  #clears = 0
  #over = false
  #look: () => void = () => {}

  constructor(argv: readonly string[], env: NodeJS.ProcessEnv, { columns, rows }: ScreenSize) {
    const [file = '', ...args] = argv
    this.#pty = spawn(file, args, { cols: columns, rows, env: env as Record<string, string> })
    this.#pty.onData((text) => {
      this.#shown += text
      this.#bytes += Buffer.byteLength(text)
      this.#frames += text.split(END_OF_FRAME).length - 1
      this.#clears += text.match(CLEARED)?.length ?? 0
      this.#look()
    })
    this.#pty.onExit(() => {
      this.#over = true
      this.#ended.resolve()
      this.#look()
    })
  }

  get pid(): number {
    return this.#pty.pid
  }

  get frames(): number {
    return this.#frames
  }

  /** How often all of it was erased so far. */
  get clears(): number {
    return this.#clears
  }

  /** Milliseconds from the start of the program until it shows this; all of it is forgotten then. */
  async shows(what: RegExp): Promise<number> {
    await this.#until(() => what.test(this.#shown), `without ${what}`)
    this.#shown = ''
    return performance.now() - this.#began
  }

  /** From pressing a key until the frame is there that it makes. */
  async key(key: string): Promise<Frame> {
    const [at, bytes, frames] = [performance.now(), this.#bytes, this.#frames]
    this.#pty.write(key)
    await this.#until(() => this.#frames > frames, 'without a frame')
    return { ms: performance.now() - at, bytes: this.#bytes - bytes }
  }

  press(key: string): void {
    this.#pty.write(key)
  }

  /** Milliseconds from its start to its end. */
  async end(): Promise<number> {
    const timer = setTimeout(() => this.#pty.kill('SIGKILL'), LIMIT_MS)
    await this.#ended.promise
    clearTimeout(timer)
    return performance.now() - this.#began
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (!this.#over) this.#pty.kill('SIGTERM')
    await this.end()
  }

  #until(holds: () => boolean, why: string): Promise<void> {
    if (holds()) return Promise.resolve()
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    const fail = (): void =>
      reject(new Error(`${LIMIT_MS / 1000} s, or its end, ${why}: ${JSON.stringify(this.#shown)}`))
    const timer = setTimeout(fail, LIMIT_MS)
    this.#look = () => {
      if (holds()) resolve()
      else if (this.#over) fail()
    }
    return promise.finally(() => {
      clearTimeout(timer)
      this.#look = () => {}
    })
  }
}
