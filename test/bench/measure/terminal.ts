/** A program on a pseudo-terminal, and how long it takes to answer. */
import { type IPty, spawn } from '@lydell/node-pty'
import type { Contestant, Exec } from '../contestants.ts'

const LIMIT_MS = 30_000

export class TimedTerminal {
  readonly #pty: IPty
  readonly #ended = Promise.withResolvers<void>()
  readonly #spawnedAt = performance.now()
  #shown = ''
  #over = false
  #look: () => void = () => {}

  constructor(contestant: Contestant, exec: Exec) {
    const [file = '', ...args] = contestant.argv({ flags: ['-i', '-t'], ...exec })
    this.#pty = spawn(file, args, { cols: 120, rows: 40, env: contestant.env as Record<string, string> })
    this.#pty.onData((text) => {
      this.#shown += text
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

  /** Milliseconds from the start of the program until `what` is shown; it is forgotten then, with all before it. */
  async shows(what: RegExp): Promise<number> {
    await this.#until(() => what.test(this.#shown), what)
    const took = performance.now() - this.#spawnedAt
    this.#shown = ''
    return took
  }

  /** Milliseconds from pressing a key until anything comes back. */
  async key(letter: string): Promise<number> {
    this.#shown = ''
    const at = performance.now()
    this.#pty.write(letter)
    await this.#until(() => this.#shown.length > 0, letter)
    return performance.now() - at
  }

  type(text: string): void {
    this.#pty.write(text)
  }

  /** Waits for its end; what does not end is killed. */
  async end(): Promise<void> {
    const timer = setTimeout(() => this.#pty.kill('SIGKILL'), 5_000)
    await this.#ended.promise
    clearTimeout(timer)
  }

  async kill(): Promise<void> {
    if (!this.#over) this.#pty.kill('SIGTERM')
    await this.end()
  }

  #until(holds: () => boolean, what: unknown): Promise<void> {
    if (holds()) return Promise.resolve()
    return new Promise((resolve, reject) => {
      const fail = (why: string) => reject(new Error(`${why} without ${what}; shown: ${JSON.stringify(this.#shown)}`))
      const timer = setTimeout(() => fail(`${LIMIT_MS / 1000} s`), LIMIT_MS)
      this.#look = () => {
        if (!holds() && !this.#over) return
        clearTimeout(timer)
        this.#look = () => {}
        if (holds()) resolve()
        else fail('it ended')
      }
    })
  }
}
