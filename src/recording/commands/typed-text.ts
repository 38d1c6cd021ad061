import { LONGEST_LINE } from './limits.ts'

/** The characters of a line as they were typed, and in which records. */
export interface TypedText {
  readonly text: string
  /** In their order; each holds the characters up to `end` that the one before does not. */
  readonly runs: readonly { readonly seq: number; readonly end: number }[]
}

/** Gathers a `TypedText`. What is longer than any command is left off, and so never counts as seen. */
export class TypedGatherer {
  #text = ''
  #runs: { seq: number; end: number }[] = []

  add(text: string): void {
    if (this.#text.length + text.length <= LONGEST_LINE) this.#text += text
  }

  heldBy(seq: number): void {
    const last = this.#runs.at(-1)
    if (last?.seq === seq) last.end = this.#text.length
    else if (this.#text.length > (last?.end ?? 0)) this.#runs.push({ seq, end: this.#text.length })
  }

  get typed(): TypedText {
    return { text: this.#text, runs: this.#runs }
  }

  clear(): void {
    this.#text = ''
    this.#runs = []
  }
}
