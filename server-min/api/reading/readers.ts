import { fault } from '../faults.ts'

export interface ReadLimits {
  /** Most streams and searches at a time. */
  readonly inAll: number
  readonly perUser: number
}

/** How many read at the same time. */
export class Readers {
  readonly #limits: ReadLimits
  readonly #perUser = new Map<string, number>()
  #inAll = 0

  constructor(limits: ReadLimits) {
    this.#limits = limits
  }

  /** Takes a place, and gives it back when it is disposed. @throws Fault KAE_READ_BUSY */
  enter(username: string): Disposable {
    const own = this.#perUser.get(username) ?? 0
    if (own >= this.#limits.perUser) throw fault('KAE_READ_BUSY', { detail: `${own} of this user` })
    if (this.#inAll >= this.#limits.inAll) throw fault('KAE_READ_BUSY', { detail: `${this.#inAll} in all` })
    this.#perUser.set(username, own + 1)
    this.#inAll += 1
    return { [Symbol.dispose]: () => this.#leave(username) }
  }

  #leave(username: string): void {
    this.#inAll -= 1
    const left = (this.#perUser.get(username) ?? 1) - 1
    if (left > 0) this.#perUser.set(username, left)
    else this.#perUser.delete(username)
  }
}
