import { fault } from '../../kube/faults.ts'

/** The largest clusters have 150,000 pods: 300 pages. */
const MOST_PAGES = 2000

/** Where a list goes on, by a server that may never come to its end. */
export class Pages {
  #asked: string | undefined
  #count = 0

  /** Asks for the page that `next` found; nothing for the first one. */
  get query(): { readonly continue?: string } {
    return this.#asked === undefined ? {} : { continue: this.#asked }
  }

  /** Whether there is a page after this one. @throws Fault where the server would have us ask for ever */
  next(metadata: unknown): boolean {
    const { continue: token } = (metadata ?? {}) as { readonly continue?: unknown }
    const next = token === '' || token === null ? undefined : token
    this.#count += 1
    const isNew = next === undefined || (typeof next === 'string' && next !== this.#asked && this.#count < MOST_PAGES)
    // Who believed it would ask for ever.
    if (!isNew)
      throw fault('KAE_KUBE_NOT_AN_API_SERVER', { detail: 'expected the next page of a list, received no such thing' })
    this.#asked = next
    return next !== undefined
  }
}
