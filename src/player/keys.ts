/**
 * Keys from what a terminal sends. Its answers to questions, mouse reports and pasted text come the same way: none of them
 * is a key, and all are dropped.
 */
export type NamedKey =
  | 'left'
  | 'right'
  | 'up'
  | 'down'
  | 'shift-left'
  | 'shift-right'
  | 'home'
  | 'end'
  | 'enter'
  | 'escape'
  | 'backspace'
  | 'ctrl-c'
  | 'ctrl-l'
  | 'ctrl-u'
  | 'ctrl-z'

export type Key = { readonly type: 'named'; readonly name: NamedKey } | { readonly type: 'text'; readonly text: string }

const CONTROLS: Readonly<Record<string, NamedKey>> = {
  '\x03': 'ctrl-c',
  '\x04': 'ctrl-c',
  '\x08': 'backspace',
  '\x7f': 'backspace',
  '\n': 'enter',
  '\r': 'enter',
  '\x0c': 'ctrl-l',
  '\x15': 'ctrl-u',
  '\x1a': 'ctrl-z',
}

const SEQUENCES: Readonly<Record<string, NamedKey>> = {
  '[A': 'up',
  OA: 'up',
  '[B': 'down',
  OB: 'down',
  '[C': 'right',
  OC: 'right',
  '[D': 'left',
  OD: 'left',
  '[1;2C': 'shift-right',
  '[1;2D': 'shift-left',
  '[H': 'home',
  OH: 'home',
  '[1~': 'home',
  '[F': 'end',
  OF: 'end',
  '[4~': 'end',
}

const ESCAPE = '\x1b'
const PASTE_START = '[200~'
const PASTE_END = '\x1b[201~'

// ECMA-48 5.4: CSI, parameters, intermediates, final. An X10 mouse report has three more characters after its M.
const CSI = /^\[(?:M.{3}|(?!M)[0-?]*[ -/]*[@-~])/su
const SS3 = /^O./su
const BEGUN = /^(?:$|\[[0-?]*[ -/]*$|\[M.{0,2}$|O$)/su
/** OSC, DCS, APC, PM and SOS: strings until ST or BEL. */
const STRING_STARTS = ']P_^X'
const STRING_END = new RegExp(`\u0007|${ESCAPE}\\\\`, 'u')

export class KeyParser {
  #pending = ''
  #within: 'keys' | 'paste' | 'string' = 'keys'

  /** Whether something is begun that a lone Escape key looks like as well. */
  get isWaiting(): boolean {
    return this.#pending !== '' || this.#within === 'string'
  }

  push(text: string): Key[] {
    let rest = this.#pending + text
    this.#pending = ''
    const keys: Key[] = []
    while (rest !== '') {
      const taken = this.#take(rest, keys)
      if (taken === 0) {
        this.#pending = rest
        break
      }
      rest = rest.slice(taken)
    }
    return keys
  }

  /** Nothing followed for a while: what is begun was the Escape key, or nothing. A paste may pause. */
  flush(): Key[] {
    if (this.#within === 'paste') return []
    const wasEscape = this.#pending === ESCAPE && this.#within === 'keys'
    this.#pending = ''
    this.#within = 'keys'
    return wasEscape ? [{ type: 'named', name: 'escape' }] : []
  }

  /** How many characters were taken; 0: more must come first. */
  #take(text: string, keys: Key[]): number {
    switch (this.#within) {
      case 'paste':
        return this.#skip(text, text.indexOf(PASTE_END), PASTE_END.length)
      case 'string': {
        const end = STRING_END.exec(text)
        return this.#skip(text, end?.index ?? -1, end?.[0].length ?? 2)
      }
      case 'keys':
        return text.startsWith(ESCAPE) ? this.#takeSequence(text.slice(1), keys) : takeOne(text, keys)
    }
  }

  #takeSequence(sequence: string, keys: Key[]): number {
    if (sequence.startsWith(PASTE_START)) {
      this.#within = 'paste'
      return 1 + PASTE_START.length
    }
    const [first = ''] = sequence
    if (first !== '' && STRING_STARTS.includes(first)) {
      this.#within = 'string'
      return 2
    }
    const found = CSI.exec(sequence) ?? SS3.exec(sequence)
    if (found !== null) {
      const name = SEQUENCES[found[0]]
      if (name !== undefined) keys.push({ type: 'named', name })
      return 1 + found[0].length
    }
    // Escape and a character is Alt with it: no key of ours, and not that character either.
    return BEGUN.test(sequence) ? 0 : 1 + first.length
  }

  /** What ends may have begun at the end of the text: that much is kept. */
  #skip(text: string, end: number, endLength: number): number {
    if (end < 0) return Math.max(0, text.length - endLength + 1)
    this.#within = 'keys'
    return end + endLength
  }
}

function takeOne(text: string, keys: Key[]): number {
  const first = String.fromCodePoint(text.codePointAt(0) ?? 0)
  const name = CONTROLS[first]
  if (name !== undefined) keys.push({ type: 'named', name })
  else if (!/\p{C}/u.test(first)) keys.push({ type: 'text', text: first })
  return first.length
}
