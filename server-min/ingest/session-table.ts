import type { SessionId } from '../../src/protocol/session-id.ts'
import type { Session } from './session.ts'

type Place = { readonly username: string; readonly namespace: string; readonly pod: string }

/** The sessions in memory: by id, and by who is where, since admission asks that for every exec of the cluster. */
export class SessionTable {
  readonly #byId = new Map<SessionId, Session>()
  readonly #byUser = new Map<string, Set<Session>>()
  readonly #byPlace = new Map<string, Set<Session>>()

  get size(): number {
    return this.#byId.size
  }

  get(id: SessionId): Session | undefined {
    return this.#byId.get(id)
  }

  values(): IterableIterator<Session> {
    return this.#byId.values()
  }

  countOf(username: string): number {
    return this.#byUser.get(username)?.size ?? 0
  }

  /** One user's sessions in one pod. */
  at(place: Place): Iterable<Session> {
    return this.#byPlace.get(keyOf(place)) ?? []
  }

  add(session: Session): void {
    this.delete(session.id)
    this.#byId.set(session.id, session)
    addTo(this.#byUser, session.opening.user.username, session)
    addTo(this.#byPlace, keyOf(placeOf(session)), session)
  }

  delete(id: SessionId): void {
    const session = this.#byId.get(id)
    if (session === undefined) return
    this.#byId.delete(id)
    deleteFrom(this.#byUser, session.opening.user.username, session)
    deleteFrom(this.#byPlace, keyOf(placeOf(session)), session)
  }
}

const placeOf = ({ opening: { user, target } }: Session): Place => ({
  username: user.username,
  namespace: target.namespace,
  pod: target.pod,
})

/** As JSON: a name may hold whatever would separate the parts. */
const keyOf = ({ username, namespace, pod }: Place): string => JSON.stringify([username, namespace, pod])

function addTo(index: Map<string, Set<Session>>, key: string, session: Session): void {
  const set = index.get(key)
  if (set === undefined) index.set(key, new Set([session]))
  else set.add(session)
}

function deleteFrom(index: Map<string, Set<Session>>, key: string, session: Session): void {
  const set = index.get(key)
  set?.delete(session)
  if (set?.size === 0) index.delete(key)
}
