/**
 * Whether a thread lives: it is asked now and then, and each word of it is an answer. What counts is how many questions went
 * without one, not how late it is: a process that was stopped for an hour finds the answers when it goes on.
 */
const QUESTIONS = 4

export interface PulseOptions {
  /** So long a thread may say nothing before it is taken for dead. */
  readonly silenceMs: number
  readonly ask: () => void
  /** Called once. */
  readonly onSilence: () => void
}

export class Pulse implements Disposable {
  readonly #timer: NodeJS.Timeout
  #unanswered = 0

  constructor({ silenceMs, ask, onSilence }: PulseOptions) {
    this.#timer = setInterval(() => {
      if (this.#unanswered === QUESTIONS) {
        this[Symbol.dispose]()
        return onSilence()
      }
      this.#unanswered += 1
      ask()
    }, silenceMs / QUESTIONS).unref()
  }

  /** The thread said something. */
  beat(): void {
    this.#unanswered = 0
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer)
  }
}
