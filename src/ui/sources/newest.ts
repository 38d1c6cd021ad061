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

  /** Those that a list has not any more. @param isWhole there is nothing behind it */
  missing(sessions: readonly SessionObject[], isWhole: boolean): readonly string[] {
    const listed = new Set<string>(sessions.map(({ metadata }) => metadata.name))
    const [oldest = ''] = [...listed].sort()
    const gone = this.#ids.filter((id) => !listed.has(id) && (isWhole || id > oldest))
    this.drop(gone)
    return gone
  }

  drop(ids: readonly string[]): void {
    this.#ids = this.#ids.filter((id) => !ids.includes(id))
  }
}
