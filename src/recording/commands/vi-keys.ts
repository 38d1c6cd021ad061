/**
 * The vi mode of shells (`set -o vi`, `bindkey -v`, `fish_vi_key_bindings`): keys of its command mode, as those keys of the Emacs
 * mode that do the same. What has no counterpart becomes a key that nobody knows, and so a doubt.
 */
import type { Key } from './keys.ts'

const TURNS_ON = /^\s*(set\s+-o\s+vi(ins)?|bindkey\s+-v|fish_vi_key_bindings|bind\s+.*editing-mode\s+vi\b.*)\s*($|[;&])/
const TURNS_OFF =
  /^\s*(set\s+(-o\s+emacs|\+o\s+vi)|bindkey\s+-e|fish_default_key_bindings|bind\s+.*editing-mode\s+emacs\b.*)\s*($|[;&])/

type Keys = readonly string[]

const MOTIONS: Readonly<Record<string, Keys>> = {
  h: ['Left'],
  l: ['Right'],
  ' ': ['Right'],
  0: ['Home'],
  '^': ['Home'],
  $: ['End', 'Left'],
  b: ['M-b'],
  w: ['M-f', 'Right'],
  e: ['Right', 'M-f', 'Left'],
  k: ['Up'],
  '-': ['Up'],
  j: ['Down'],
  '+': ['Down'],
  G: ['M-<'],
  n: ['Up'],
  N: ['Down'],
}
const EDITS: Readonly<Record<string, Keys>> = {
  x: ['Delete'],
  X: ['Backspace'],
  D: ['C-k'],
  p: ['Right', 'C-y', 'Left'],
  P: ['C-y', 'Left'],
}
/** What is typed next is inserted. */
const INSERTS: Readonly<Record<string, Keys>> = {
  i: [],
  a: ['Right'],
  I: ['Home'],
  A: ['End'],
  s: ['Delete'],
  C: ['C-k'],
  S: ['Home', 'C-k'],
}
/** Behind `c` or `d`. */
const OPERANDS: Readonly<Record<string, Keys>> = {
  c: ['Home', 'C-k'],
  d: ['Home', 'C-k'],
  w: ['M-d'],
  e: ['M-d'],
  $: ['C-k'],
  0: ['C-u'],
  '^': ['C-u'],
  b: ['M-Backspace'],
  h: ['Backspace'],
  l: ['Delete'],
}
/** What they delete, the model of the line editor cannot put back. */
const LOST = 'xXs'
const SEARCHES = '/?'
const UNKNOWN: Keys = ['vi-?']

type Mode = 'insert' | 'command' | 'search'

export class ViKeys {
  #isOn = false
  #mode: Mode = 'insert'
  /** A command that waits for its next character. */
  #pending = ''
  #isLost = false

  /** This line was entered, and may have turned the mode on or off. */
  entered(line: string): void {
    const text = line.slice(0, 1_000)
    if (TURNS_ON.test(text)) this.#isOn = true
    else if (TURNS_OFF.test(text)) this.#isOn = false
  }

  get isOn(): boolean {
    return this.#isOn
  }

  /** What a line editor would have got in Emacs mode. */
  translate(keys: readonly Key[]): readonly Key[] {
    return this.#isOn ? keys.flatMap((key) => this.#translate(key)) : keys
  }

  #translate(key: Key): Key[] {
    if (key.type === 'text') return this.#text(key.text)
    if (key.type === 'report') return [key]
    if (key.type === 'enter') return this.#enter(key)
    const [, meta] = /^M-(.+)$/s.exec(key.name) ?? []
    if (meta !== undefined) return [...this.#escape(), ...this.#translate(keyAfterEscape(meta))]
    if (key.name === 'Escape') return this.#escape()
    if (key.name === 'C-c') this.#begin()
    return [key]
  }

  #begin(): void {
    this.#mode = 'insert'
    this.#pending = ''
  }

  /** While a line of the history is searched for, Enter takes it and does not run it. */
  #enter(key: Key): Key[] {
    const wasSearching = this.#mode === 'search'
    this.#begin()
    if (wasSearching) this.#mode = 'command'
    return wasSearching ? [named('Up')] : [key]
  }

  #escape(): Key[] {
    const keys = this.#mode === 'insert' ? [named('Left')] : []
    this.#mode = 'command'
    this.#pending = ''
    return keys
  }

  #text(text: string): Key[] {
    const keys: Key[] = []
    let at = 0
    for (const character of text) {
      if (this.#mode !== 'command') break
      keys.push(...this.#command(character))
      at += character.length
    }
    if (at < text.length) keys.push({ type: 'text', text: text.slice(at) })
    return keys
  }

  #command(character: string): Key[] {
    const pending = this.#pending
    this.#pending = ''
    if (pending === 'r') return [named('Delete'), { type: 'text', text: character }, named('Left')]
    if (pending !== '') return this.#operate(pending, character)
    if ('cdr'.includes(character)) {
      this.#pending = character
      return []
    }
    if (this.#isLost && 'pP'.includes(character)) return UNKNOWN.map(named)
    this.#isLost ||= LOST.includes(character)
    const inserted = INSERTS[character]
    if (inserted !== undefined) this.#mode = 'insert'
    else if (SEARCHES.includes(character)) return this.#search()
    return (inserted ?? MOTIONS[character] ?? EDITS[character] ?? UNKNOWN).map(named)
  }

  #operate(operator: string, operand: string): Key[] {
    this.#isLost = false
    if (operator === 'c') this.#mode = 'insert'
    const keys = OPERANDS[operand] ?? UNKNOWN
    // To delete a word takes the blank behind it as well; to change it does not.
    return (operator === 'd' && operand === 'w' ? [...keys, 'Delete'] : keys).map(named)
  }

  #search(): Key[] {
    this.#mode = 'search'
    return [named('C-r')]
  }
}

const named = (name: string): Key => ({ type: 'key', name })

const keyAfterEscape = (name: string): Key => {
  if (name === 'Enter') return { type: 'enter' }
  return name.length === 1 ? { type: 'text', text: name } : named(name)
}
