/** The state of the screen, and who wants to know when it changes. */
import type { Event } from './state/event.ts'
import type { State } from './state/model.ts'
import { reduce } from './state/reduce.ts'

export class Store {
  #state: State
  readonly #listeners = new Set<() => void>()

  constructor(state: State) {
    this.#state = state
  }

  // Both are handed to React, which calls them without `this`.
  readonly get = (): State => this.#state

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener)
    return () => void this.#listeners.delete(listener)
  }

  readonly dispatch = (event: Event): void => {
    const before = this.#state
    this.#state = reduce(before, event)
    if (this.#state !== before) for (const listener of [...this.#listeners]) listener()
  }
}
