import { fault } from '../faults.ts'

/**
 * Pages without a session, one after the other, that are believed. The server looks at ten thousand sessions for each page
 * (server-min/api/reading/list.ts), so an honest one may have many that hold nothing for this reader.
 */
const MOST_EMPTY_PAGES = 1000

/** Ends the wait for a server that always has one more page, with nothing on it. */
export class EmptyPages {
  #since = 0

  /** @throws Fault KAE_READING_ANSWER_INVALID */
  take({ items }: { readonly items: readonly unknown[] }): void {
    this.#since = items.length === 0 ? this.#since + 1 : 0
    if (this.#since <= MOST_EMPTY_PAGES) return
    throw fault('KAE_READING_ANSWER_INVALID', { detail: `${this.#since} pages of sessions without one` })
  }
}
