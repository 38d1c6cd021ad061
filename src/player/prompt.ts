import type { Key } from './keys.ts'

export type Answer = { readonly type: 'given'; readonly text: string } | { readonly type: 'given-up' }

const LONGEST = 200

/** A line that is typed into the player. */
export class Prompt {
  readonly what: 'time' | 'search'
  #text = ''

  constructor(what: 'time' | 'search') {
    this.what = what
  }

  get words(): string {
    return `${this.what === 'search' ? '/' : 'go to: '}${this.#text}`
  }

  /** Undefined: there is more to come. */
  type(key: Key): Answer | undefined {
    if (key.type === 'text') {
      this.#text = (this.#text + key.text).slice(0, LONGEST)
      return undefined
    }
    switch (key.name) {
      case 'enter':
        return { type: 'given', text: this.#text }
      case 'escape':
      case 'ctrl-c':
        return { type: 'given-up' }
      case 'backspace':
        if (this.#text === '') return { type: 'given-up' }
        this.#text = [...this.#text].slice(0, -1).join('')
        return undefined
      case 'ctrl-u':
        this.#text = ''
        return undefined
      default:
        return undefined
    }
  }
}
