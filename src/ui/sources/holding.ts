import { fault } from '../../kube/faults.ts'
import type { Row } from '../state/list.ts'

/** Characters of all rows: those of 150,000 pods, as many as Kubernetes is made for, are a third of it. */
const MOST_HELD = 64 * 1024 * 1024
/** Of a row without a word. */
const ROW = 100

/** How much a list holds, by a server that may always have one more. */
export class Holding {
  readonly #sizes = new Map<string, number>()
  #held = 0

  /** @throws Fault where it is more than a screen can be made of */
  put({ key, words }: Row): void {
    this.drop(key)
    const size = ROW + words.length
    this.#sizes.set(key, size)
    this.#held += size
    if (this.#held > MOST_HELD)
      throw fault('KAE_KUBE_NOT_AN_API_SERVER', { detail: `expected a list, received ${this.#sizes.size} rows of one` })
  }

  drop(key: string): void {
    this.#held -= this.#sizes.get(key) ?? 0
    this.#sizes.delete(key)
  }
}
