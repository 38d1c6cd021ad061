import type { CommandList, Place } from './command-list.ts'
import { DOUBTS } from './doubts.ts'
import { KeyReader } from './keys.ts'
import { LineEditor } from './line-editor.ts'
import { programOf } from './shell-words.ts'
import { ViKeys } from './vi-keys.ts'

/** They ask for a password next, and without output nobody can tell whether it was echoed: it is not shown. */
const ASKS_PASSWORD =
  /(^|[|;&]\s*)(sudo|su|doas|passwd|ssh|scp|sftp|kinit|cryptsetup|(docker|podman|helm|npm|oc|vault|az) login)\b|\bread\b.*\s-\w*s|\bstty\s+-echo|getpass\(|\b(mysql|mariadb)\b.*\s-p(\s|$)|\bpsql\b.*\s-W/

/** They take the whole screen, and nobody sees here when they give it back. */
const FULL_SCREEN = new Set(
  'vi vim nvim view nano emacs less more man top htop btop tmux screen mc k9s watch journalctl'.split(' '),
)

/** The command list of a session on a terminal whose output was not recorded: what the keys give. */
export class TypedSession {
  readonly #list: CommandList
  readonly #keys = new KeyReader()
  readonly #vi = new ViKeys()
  readonly #editor = new LineEditor()
  #seqs: number[] = []
  #isPassword = false
  #isWithheld = false
  #hadProgram = false

  constructor(list: CommandList) {
    this.#list = list
  }

  input(bytes: Uint8Array, place: Place): void {
    this.#isWithheld = false
    if (this.#seqs.at(-1) !== place.seq) this.#seqs.push(place.seq)
    for (const key of this.#vi.translate(this.#keys.push(bytes, this.#vi.isOn))) {
      if (key.type === 'enter' && !this.#editor.isPasting) this.#enter(place)
      else {
        if (key.type === 'key' && key.name === 'C-c') this.#isPassword = false
        this.#editor.take(key)
      }
    }
  }

  inputWithheld(place: Place): void {
    if (!this.#isWithheld) this.#list.hidden(place, [])
    this.#isWithheld = true
    this.#isPassword = false
    this.#clear()
  }

  #enter(place: Place): void {
    const { text, doubts } = this.#editor
    const line = text.trimEnd()
    this.#vi.entered(line)
    if (this.#isPassword && line !== '') this.#list.hidden(place, this.#seqs)
    else if (line !== '' || doubts.length > 0) {
      const why = this.#hadProgram ? [...doubts, DOUBTS.program] : doubts
      this.#list.command({ ...place, source: 'typed', line, doubts: why })
      this.#hadProgram ||= FULL_SCREEN.has(programOf(line.slice(0, 1_000)))
    }
    this.#isPassword = !this.#isPassword && ASKS_PASSWORD.test(line.slice(0, 1_000))
    this.#clear()
    this.#seqs.push(place.seq)
  }

  #clear(): void {
    this.#editor.clear()
    this.#seqs = []
  }
}
