import { MOST_PROMPTS } from './limits.ts'

/**
 * What programs write when a command goes on in the next line: sh and bash (`> `), zsh (what is open, `> `), Python and node,
 * psql (with a star inside of a transaction), MySQL, SQLite, IPython, and fish, which only indents.
 */
const CONTINUATION =
  /^(> |((cmd)?(and|or|subst)|(err)?pipe|heredocd?|[bd]?quote|if|elif|then|else|for|while|until|repeat|select|case|do|function|subsh|cursh|math(subst)?|array|braceparam|brace|cond|always| )+> |(\.){3} |\w+[-('"*$!]\*?[>#] |\| | +['"`*/-]> | +\.{3}[>:] )/

const LONGEST_CONTINUATION = 200

export const isContinuationPrompt = (prompt: string): boolean =>
  /^\s+$/.test(prompt) ? prompt.length < LONGEST_CONTINUATION : continuationBefore(prompt) === prompt

/** The prompt to go on that a text begins with. An indent is none: it may as well be what was printed. */
export const continuationBefore = (text: string): string | undefined =>
  CONTINUATION.exec(text.slice(0, LONGEST_CONTINUATION))?.[0]

/** Prompts that stood before lines of this session. The newest are kept. */
export class KnownPrompts {
  #prompts: string[] = []

  learn(prompt: string): void {
    if (prompt.trim() === '' || this.#prompts[0] === prompt) return
    this.#prompts = [prompt, ...this.#prompts.filter((each) => each !== prompt)].slice(0, MOST_PROMPTS)
  }

  /** Whether it is one of them; something that ended without a line feed may stand before it. */
  isOne(prompt: string): boolean {
    return this.#prompts.some((each) => prompt.endsWith(each))
  }

  /** The longest of them that `text` begins with. */
  before(text: string): string | undefined {
    let found: string | undefined
    for (const prompt of this.#prompts) {
      const isPrefix = beginsWith(text, prompt)
      if (isPrefix && prompt.length > (found?.length ?? 0)) found = prompt
    }
    return found
  }
}

/** Rows of a screen lose the blanks at their end, and prompts mostly end with one. */
export const beginsWith = (row: string, prompt: string): boolean => row.padEnd(prompt.length).startsWith(prompt)
