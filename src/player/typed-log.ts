/** What was typed and when, for a line beside the picture. What must not be seen is not in it. */
import type { ReadRecord } from '../protocol/read-record.ts'

interface Typed {
  readonly elapsed: number
  readonly seq: number
  readonly text: string
}

/** Of one record: a paste is not read in a line. */
const LONGEST = 200
const MOST = 100_000
const SHOWN = 200

const ESCAPE = '\x1b'

const NAMES: Readonly<Record<string, string>> = {
  '\r': '⏎',
  '\t': '⇥',
  '\x7f': '⌫',
  '\x1b[A': '↑',
  '\x1b[B': '↓',
  '\x1b[C': '→',
  '\x1b[D': '←',
  '\x1bOA': '↑',
  '\x1bOB': '↓',
  '\x1bOC': '→',
  '\x1bOD': '←',
}

const ARROW_OR_ONE = new RegExp(`${ESCAPE}[[O][A-D]|.`, 'gsu')

/** `ls -l⏎`, `^C`: what cannot be printed as it stands in manuals. */
export function typedText(bytes: Uint8Array): string {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.length, LONGEST)).toString()
  const shown = text.replace(ARROW_OR_ONE, (key) => {
    const code = key.codePointAt(0) ?? 0
    return NAMES[key] ?? (code < 32 ? `^${String.fromCharCode(code + 64)}` : key)
  })
  return bytes.length > LONGEST ? `${shown}…` : shown
}

export class TypedLog {
  readonly #typed: Typed[] = []
  /** Undefined: which input was hidden is not known yet, so all of it is. */
  #hidden: ReadonlySet<number> | undefined
  #last = -1

  take(record: ReadRecord): void {
    const { elapsed, seq } = record
    const text = textOf(record)
    if (text !== undefined && this.#typed.length < MOST) this.#typed.push({ elapsed, seq, text })
  }

  /** @param last the last record that was looked at for that: what came later stays hidden */
  hide(seqs: readonly number[], last: number): void {
    this.#hidden = new Set(seqs)
    this.#last = last
  }

  /** The last of what was typed until then. */
  until(elapsed: number): string {
    const parts: string[] = []
    let length = 0
    for (let index = this.#countUntil(elapsed) - 1; index >= 0 && length < SHOWN; index -= 1) {
      const { seq, text } = this.#typed[index] ?? { seq: 0, text: '' }
      const isKnown = seq <= this.#last && this.#hidden?.has(seq) === false
      const part = text === WITHHELD || isKnown ? text : '•'.repeat([...text].length)
      parts.push(part)
      length += part.length
    }
    return parts.reverse().join('')
  }

  #countUntil(elapsed: number): number {
    let [low, high] = [0, this.#typed.length]
    while (low < high) {
      const middle = (low + high) >> 1
      if ((this.#typed[middle]?.elapsed ?? 0) <= elapsed) low = middle + 1
      else high = middle
    }
    return low
  }
}

const WITHHELD = '[withheld]'

function textOf(record: ReadRecord): string | undefined {
  if (record.kind === 'withheld') return record.of === 'input' ? WITHHELD : undefined
  if (record.kind === 'inputEnd') return '[end of input]'
  return record.kind === 'input' ? typedText(record.payload) : undefined
}
