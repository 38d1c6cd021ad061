/** A model of a shell's line editor with the keys that readline, zsh, fish and busybox share. Fed with keys alone. */
import { DOUBTS } from './doubts.ts'
import { ACTIONS, COMPLETION, HARMLESS, HISTORY, SEARCH } from './editing-keys.ts'
import type { Key } from './keys.ts'
import { CREDIT_OF_KEY, FIRST_CREDIT, LONGEST_LINE } from './limits.ts'
import { type WordKind, wordEnd, wordStart } from './word-edges.ts'

export class LineEditor {
  #characters: string[] = []
  #cursor = 0
  #killed: readonly string[] = []
  /** A key in the middle of a long line moves all that follows: what was typed pays for what is moved. */
  #credit = FIRST_CREDIT
  #isPasting = false
  #isLiteral = false
  /** What is typed looks for a line of the history, and is not part of one. */
  #isSearching = false
  readonly #doubts = new Set<string>()

  get text(): string {
    return this.#characters.join('')
  }

  get doubts(): readonly string[] {
    return [...this.#doubts]
  }

  /** Whether the keys alone tell what the line is. */
  get isCertain(): boolean {
    return this.#doubts.size === 0
  }

  get isPasting(): boolean {
    return this.#isPasting
  }

  get length(): number {
    return this.#characters.length
  }

  /** A new line; what was killed may still be yanked. */
  clear(): void {
    this.#characters = []
    this.#cursor = 0
    this.#doubts.clear()
    this.#isLiteral = false
    this.#isSearching = false
  }

  doubt(why: string): void {
    this.#doubts.add(why)
  }

  /** Enter ends a line and is its caller's, but for one that is pasted. */
  take(key: Key): void {
    this.#credit += CREDIT_OF_KEY * (key.type === 'text' ? key.text.length : 1)
    switch (key.type) {
      case 'text':
        return this.#insert(key.text)
      case 'enter':
        return this.#insert('\n')
      case 'report':
        return
      case 'key':
        return this.#press(key.name)
    }
  }

  #insert(text: string): void {
    this.#isLiteral = false
    if (this.#isSearching) return
    if (text.includes('\ufffd')) this.doubt(DOUBTS.notUtf8)
    const room = LONGEST_LINE - this.length
    // Cut before it is taken apart: what does not fit must cost nothing.
    const fitting = [...text.slice(0, 2 * room)].slice(0, room)
    if (fitting.join('').length < text.length) this.doubt(DOUBTS.tooLong)
    if (this.#cursor === this.length) for (const character of fitting) this.#characters.push(character)
    else if (this.#pays(this.length)) this.#characters.splice(this.#cursor, 0, ...fitting)
    else return
    this.#cursor += fitting.length
  }

  #press(name: string): void {
    if (name === 'PasteStart' || name === 'PasteEnd') this.#isPasting = name === 'PasteStart'
    else if (this.#isPasting) this.#insert(name === 'C-i' ? '\t' : '')
    else if (this.#isLiteral) this.#takeLiterally(name)
    else if (SEARCH.has(name)) this.#search()
    else if (this.#isSearching && name === 'Backspace') return
    else if (this.#isSearching && name === 'C-g') this.#abandonSearch()
    else this.#command(name)
  }

  #command(name: string): void {
    this.#isSearching = false
    if (HISTORY.has(name)) this.doubt(DOUBTS.history)
    else if (COMPLETION.has(name)) this.doubt(DOUBTS.completion)
    else if (!HARMLESS.has(name)) this.#edit(name)
  }

  #search(): void {
    this.#isSearching = true
    this.doubt(DOUBTS.history)
  }

  /** The line is what it was. */
  #abandonSearch(): void {
    this.#isSearching = false
    this.#doubts.delete(DOUBTS.history)
  }

  #takeLiterally(name: string): void {
    this.#isLiteral = false
    if (name === 'C-i') this.#insert('\t')
    else this.doubt(DOUBTS.unknownKey)
  }

  #edit(name: string): void {
    const action = ACTIONS[name]
    if (action === undefined) this.doubt(DOUBTS.unknownKey)
    else this[action]()
  }

  left(): void {
    this.#cursor = Math.max(this.#cursor - 1, 0)
  }

  right(): void {
    // At the end it takes what fish proposes.
    if (this.#cursor === this.length) this.doubt(DOUBTS.ambiguousKey)
    this.#cursor = Math.min(this.#cursor + 1, this.length)
  }

  home(): void {
    this.#cursor = 0
  }

  end(): void {
    this.#cursor = this.length
  }

  wordLeft(): void {
    this.#cursor = this.#wordStart('readline')
  }

  wordRight(): void {
    this.#cursor = this.#wordEnd()
  }

  /** An accent goes with its letter. */
  backspace(): void {
    let from = this.#cursor - 1
    while (from > 0 && isMark(this.#characters[from])) from -= 1
    if (from >= 0) this.#remove(from, this.#cursor)
  }

  deleteForward(): void {
    let to = this.#cursor + 1
    while (to < this.length && isMark(this.#characters[to])) to += 1
    this.#remove(this.#cursor, to)
  }

  killToEnd(): void {
    this.#killed = this.#remove(this.#cursor, this.length)
  }

  killToStart(): void {
    // zsh kills the whole line.
    if (this.#cursor < this.length) this.doubt(DOUBTS.ambiguousKey)
    this.#killed = this.#remove(0, this.#cursor)
  }

  killWordLeft(): void {
    this.#killed = this.#remove(this.#wordStart('blank'), this.#cursor)
  }

  killWordLeftByLetters(): void {
    this.#killed = this.#remove(this.#wordStart('readline'), this.#cursor)
  }

  killWordRight(): void {
    this.#killed = this.#remove(this.#cursor, this.#wordEnd())
  }

  yank(): void {
    if (this.#pays(this.#killed.length)) this.#insert(this.#killed.join(''))
  }

  transpose(): void {
    if (this.#cursor < this.length) this.right()
    if (this.#cursor < 2) return
    const [first = '', last = ''] = this.#characters.slice(this.#cursor - 2, this.#cursor)
    this.#characters.splice(this.#cursor - 2, 2, last, first)
  }

  /** Ctrl-C: the line is gone. */
  interrupt(): void {
    this.clear()
  }

  literal(): void {
    this.#isLiteral = true
  }

  #pays(characters: number): boolean {
    if (characters > this.#credit) this.doubt(DOUBTS.tooLong)
    const canPay = characters <= this.#credit
    if (canPay) this.#credit -= characters
    return canPay
  }

  #remove(from: number, to: number): readonly string[] {
    if (to < this.length && !this.#pays(this.length)) return []
    this.#cursor = from
    return this.#characters.splice(from, to - from)
  }

  #wordStart(kind: WordKind): number {
    const here = wordStart(this.#characters, this.#cursor, kind)
    return this.#agreed(here, wordStart(this.#characters, this.#cursor, 'zsh'))
  }

  #wordEnd(): number {
    const here = wordEnd(this.#characters, this.#cursor, 'readline')
    return this.#agreed(here, wordEnd(this.#characters, this.#cursor, 'zsh'))
  }

  #agreed(here: number, elsewhere: number): number {
    if (here !== elsewhere) this.doubt(DOUBTS.ambiguousKey)
    return here
  }
}

const isMark = (character: string | undefined): boolean => character !== undefined && /^\p{M}/u.test(character)
