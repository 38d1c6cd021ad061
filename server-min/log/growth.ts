import type { SessionId } from '../../src/protocol/session-id.ts'
import type { DurableBatch } from './session-feeds.ts'

/** Who wants to know that more of a session is durable. While nobody does, a commit pays one comparison. */
export class Growth {
  readonly #watchers = new Map<SessionId, Set<() => void>>()

  watch(session: SessionId, grown: () => void): () => void {
    const watchers = this.#watchers.get(session) ?? new Set()
    this.#watchers.set(session, watchers.add(grown))
    return () => {
      watchers.delete(grown)
      if (watchers.size === 0 && this.#watchers.get(session) === watchers) this.#watchers.delete(session)
    }
  }

  tell({ appends }: DurableBatch): void {
    if (this.#watchers.size === 0) return
    for (const session of new Set(appends.map((append) => append.session)))
      for (const grown of this.#watchers.get(session) ?? []) grown()
  }
}
