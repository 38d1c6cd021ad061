import type { SessionObject } from '../../protocol/session-object.ts'

interface Change {
  readonly upserts: readonly SessionObject[]
  readonly removed: readonly string[]
}

/** While sessions come the oldest go: neither weeks before one screen nor a server that tells of ever more fill the memory. */
export class Newest {
  readonly #most: number
  /** Ids, which sort by their time. */
  #ids: readonly string[] = []

  constructor(most: number) {
    this.#most = most
  }

  /** Those of them that are among the newest, and which are not any more. */
  take(sessions: readonly SessionObject[]): Change {
    const before = this.#ids
    const ids = [...new Set([...before, ...sessions.map(({ metadata }) => metadata.name)])].sort()
    this.#ids = ids.slice(-this.#most)
    const kept = new Set(this.#ids)
    return {
      upserts: sessions.filter(({ metadata }) => kept.has(metadata.name)),
      removed: before.filter((id) => !kept.has(id)),
    }
  }

  drop({ metadata }: SessionObject): void {
    this.#ids = this.#ids.filter((id) => id !== metadata.name)
  }
}
