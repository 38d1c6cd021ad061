import type { CommandList, Place } from './command-list.ts'
import { DOUBTS } from './doubts.ts'
import { type Key, KeyReader } from './keys.ts'
import { LineEditor } from './line-editor.ts'
import { prefixOf } from './multiplexer.ts'
import { PasswordQuestions } from './password-questions.ts'
import { startsPager, takesScreen } from './program-names.ts'
import { programOf } from './shell-words.ts'
import { ViKeys } from './vi-keys.ts'

/** To its `q`, which ends it. */
const PAGER_KEYS = /^[ jkdufbgGnN0-9<>]{0,64}q(?=.{2})(?!uit\b)/

/** The command list of a session on a terminal whose output was not recorded: what the keys give. */
export class TypedSession {
  readonly #list: CommandList
  readonly #keys = new KeyReader()
  readonly #vi = new ViKeys()
  readonly #editor = new LineEditor()
  #seqs: number[] = []
  readonly #questions = new PasswordQuestions()
  #isWithheld = false
  #hadProgram = false
  /** The key before a terminal multiplexer's own commands, once one was started. */
  #prefix: string | undefined
  #isPrefixed = false
  /** The line before has started a program that is left by a `q`. */
  #hasPager = false

  constructor(list: CommandList) {
    this.#list = list
  }

  input(bytes: Uint8Array, place: Place): void {
    this.#isWithheld = false
    if (this.#seqs.at(-1) !== place.seq) this.#seqs.push(place.seq)
    for (const key of this.#vi.translate(this.#keys.push(bytes, this.#vi.isOn))) {
      const rest = this.#withoutCommand(key)
      if (rest === undefined) continue
      if (rest.type === 'enter' && !this.#editor.isPasting) this.#enter(place)
      else {
        if (rest.type === 'key' && rest.name === 'C-c') this.#questions.interrupted()
        this.#editor.take(rest)
      }
    }
  }

  inputWithheld(place: Place): void {
    if (!this.#isWithheld) this.#list.hidden(place, [])
    this.#isWithheld = true
    this.#questions.interrupted()
    this.#clear()
  }

  #enter(place: Place): void {
    const { text, doubts } = this.#editor
    const line = this.#withoutPagerKeys(text.trimEnd())
    this.#vi.entered(line)
    if (this.#questions.entered(line)) this.#list.hidden(place, this.#seqs)
    else if (line !== '' || doubts.length > 0) {
      const why = this.#hadProgram ? [...doubts, DOUBTS.program] : doubts
      this.#list.command({ ...place, source: 'typed', line, doubts: why })
      const program = programOf(line.slice(0, 1_000))
      this.#hadProgram ||= takesScreen(program)
      this.#prefix = prefixOf(program) ?? this.#prefix
      if (startsPager(line)) this.#hasPager = true
    }
    this.#clear()
    this.#seqs.push(place.seq)
  }

  /** Keys of a pager need no Enter, so they stand before the line that came next; what it was asked to search for is another. */
  #withoutPagerKeys(line: string): string {
    if (!this.#hasPager) return line
    const isSearch = /^[ a-zA-Z0-9<>]?[/?]/.test(line)
    this.#hasPager = isSearch
    return isSearch ? line : line.replace(PAGER_KEYS, '')
  }

  /** What is left of a key behind that of a terminal multiplexer: its command is one character, and no part of a line. */
  #withoutCommand(key: Key): Key | undefined {
    if (key.type === 'report') return key
    const isPrefix = key.type === 'key' && key.name === this.#prefix
    if (!this.#isPrefixed) {
      this.#isPrefixed = isPrefix
      return isPrefix ? undefined : key
    }
    this.#isPrefixed = false
    if (isPrefix) return key
    const rest = key.type === 'text' ? [...key.text].slice(1).join('') : ''
    return rest === '' ? undefined : { type: 'text', text: rest }
  }

  #clear(): void {
    this.#editor.clear()
    this.#seqs = []
  }
}
