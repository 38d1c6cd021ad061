/** Recorded sessions of a cluster, read with nothing but the user's kubeconfig. */
import { setTimeout as sleep } from 'node:timers/promises'
import type { KubeConnection } from '../../kube/connection.ts'
import { API_GROUP, API_VERSION, sessionsPath } from '../../protocol/api.ts'
import { isFault } from '../../protocol/fault.ts'
import type { ReadRecord } from '../../protocol/read-record.ts'
import type { RecordedCommand } from '../../protocol/recorded-command.ts'
import type { SessionId } from '../../protocol/session-id.ts'
import type {
  CommandSearch,
  PageRequest,
  RecordsRequest,
  SearchHit,
  SessionChange,
  SessionLibrary,
  SessionPage,
  SessionQuery,
  WatchRequest,
  Waypoint,
} from '../../protocol/session-library.ts'
import type { SessionObject } from '../../protocol/session-object.ts'
import { encodeQuery } from '../../protocol/session-query.ts'
import { fault } from '../faults.ts'
import { isWaypoint } from '../verify/session-shape.ts'
import { explained, isNotFound, readingFault } from './cluster-faults.ts'
import { clusterRecords } from './cluster-records.ts'
import { watchOnce } from './cluster-watch.ts'
import { isServedCommand, isServedHit, isServedSession } from './served.ts'

export interface ClusterOptions {
  /** For people. */
  readonly place: string
  /** Where an id is looked for first. */
  readonly namespace: string
  /** Hears what a search had to leave out. */
  readonly say: (line: string) => void
}

export interface ClusterLibrary extends SessionLibrary {
  /** Ends a live session. Rejects with a Fault where the server does not. */
  terminate(id: SessionId, reason: string): Promise<void>
}

/** @param connection closed together with the library */
export const openClusterLibrary = (connection: KubeConnection, options: ClusterOptions): ClusterLibrary =>
  new OverApi(connection, options)

export const isClusterLibrary = (library: SessionLibrary): library is ClusterLibrary => library instanceof OverApi

const ROOT = `/apis/${API_GROUP}/${API_VERSION}`

const pathOf = (plural: 'sessions' | 'commands', namespace: string | undefined): string =>
  namespace === undefined ? `${ROOT}/${plural}` : `${ROOT}/namespaces/${encodeURIComponent(namespace)}/${plural}`

const WATCH_PAUSE_MS = 1000

class OverApi implements ClusterLibrary {
  readonly place: string
  readonly #connection: KubeConnection
  readonly #namespace: string
  readonly #say: (line: string) => void
  /** Where each session that was seen is, since its id alone does not say so. */
  readonly #namespaces = new Map<SessionId, string>()

  constructor(connection: KubeConnection, { place, namespace, say }: ClusterOptions) {
    this.#say = say
    this.place = place
    this.#connection = connection
    this.#namespace = namespace
  }

  async list(query: SessionQuery, page: PageRequest): Promise<SessionPage> {
    const asked = {
      ...queryOf(query),
      limit: page.limit,
      ...(page.continue === undefined ? {} : { continue: page.continue }),
    }
    const answer = await explained(
      'list',
      this.#connection.getJson<unknown>(pathOf('sessions', query.namespace), { query: asked }),
    )
    const { items, metadata, warnings } = answer as {
      items?: unknown
      metadata?: Record<string, unknown>
      warnings?: unknown
    }
    if (!Array.isArray(items) || !items.every(isServedSession)) throw invalid('a list of sessions')
    for (const session of items) this.#remember(session)
    const next = metadata?.continue
    // Who believed it would ask for ever.
    if (next === page.continue && typeof next === 'string') throw invalid('the next page, not this one again')
    return {
      items,
      resourceVersion: typeof metadata?.resourceVersion === 'string' ? metadata.resourceVersion : '',
      warnings: wordsIn(warnings),
      ...(typeof next === 'string' && next !== '' ? { continue: next } : {}),
    }
  }

  async get(id: SessionId): Promise<SessionObject> {
    try {
      return await this.#getIn(this.#namespaces.get(id) ?? this.#namespace, id)
    } catch (error) {
      const elsewhere = isNotFound(error) || isForbidden(error) ? await this.#findAnywhere(id) : undefined
      if (elsewhere !== undefined) return elsewhere
      // The server's own sentence says the same, and its advice is for kubectl.
      throw isNotFound(error) ? fault('KAE_SESSION_NOT_FOUND', { detail: `${id}; looked in ${this.place}` }) : error
    }
  }

  async commands(id: SessionId): Promise<readonly RecordedCommand[]> {
    return this.#listOf(id, 'commands', isServedCommand)
  }

  async waypoints(id: SessionId): Promise<readonly Waypoint[]> {
    return this.#listOf(id, 'waypoints', isWaypoint)
  }

  async *search({ pattern, output, sessions, limit }: CommandSearch, signal?: AbortSignal): AsyncGenerator<SearchHit> {
    const what = pattern.type === 'text' ? { text: pattern.text } : { regex: pattern.source }
    const query = { ...queryOf(sessions), ...what, limit, ...(output ? { output } : {}) }
    const asked = { query, ...(signal === undefined ? {} : { signal }) }
    const answer = await explained(
      'search',
      this.#connection.getJson<unknown>(pathOf('commands', sessions.namespace), asked),
    )
    const { items, warnings } = answer as { items?: unknown; warnings?: unknown }
    if (!Array.isArray(items) || !items.every(isServedHit)) throw invalid('a list of hits')
    for (const warning of wordsIn(warnings)) this.#say(`warning: ${warning}`)
    for (const hit of items) this.#remember(hit.session)
    yield* items
  }

  async *records(id: SessionId, request: RecordsRequest = {}): AsyncGenerator<ReadRecord> {
    const namespace = await this.#namespaceOf(id)
    yield* clusterRecords({ connection: this.#connection, namespace, id }, request)
  }

  /** The API server ends every watch after a while: it goes on from the last version that was told. */
  async *watch(query: SessionQuery, { resourceVersion, signal }: WatchRequest): AsyncGenerator<SessionChange> {
    let version = resourceVersion
    const path = pathOf('sessions', query.namespace)
    while (!signal.aborted) {
      const asked = {
        ...queryOf(query),
        ...(version === undefined || version === '' ? {} : { resourceVersion: version }),
      }
      try {
        for await (const change of watchOnce({ connection: this.#connection, path, query: asked, signal })) {
          version = 'bookmark' in change ? change.bookmark : (change.object.metadata.resourceVersion ?? version)
          if ('bookmark' in change) continue
          this.#remember(change.object)
          yield change
        }
      } catch (error) {
        if (signal.aborted) return
        if (!isFault(error) || error.code !== 'KAE_KUBE_CONNECTION_LOST') throw readingFault(error, 'list')
      }
      await sleep(WATCH_PAUSE_MS, undefined, { signal }).catch(() => undefined)
    }
  }

  async terminate(id: SessionId, reason: string): Promise<void> {
    const path = sessionsPath(await this.#namespaceOf(id), id, 'terminate')
    const headers = { 'Content-Type': 'application/json' }
    const asked = { method: 'POST', body: JSON.stringify({ reason }), headers }
    await explained('terminate', this.#connection.getJson<unknown>(path, asked))
  }

  [Symbol.asyncDispose](): Promise<void> {
    this.#connection.close()
    return Promise.resolve()
  }

  async #listOf<Item>(
    id: SessionId,
    format: 'commands' | 'waypoints',
    isItem: (value: unknown) => value is Item,
  ): Promise<readonly Item[]> {
    const path = sessionsPath(await this.#namespaceOf(id), id, 'log')
    const answer = await explained('content', this.#connection.getJson<unknown>(path, { query: { format } }))
    const { items } = answer as { items?: unknown }
    if (Array.isArray(items) && items.every(isItem)) return items
    throw invalid(`a list of ${format}`)
  }

  async #getIn(namespace: string, id: SessionId): Promise<SessionObject> {
    const session = await explained('session', this.#connection.getJson<unknown>(sessionsPath(namespace, id)))
    if (!isServedSession(session) || !isAt(session, namespace, id)) throw invalid(`session ${id}`)
    this.#remember(session)
    return session
  }

  /** Undefined also where this reader may not look into all namespaces: the first answer stands. */
  async #findAnywhere(id: SessionId): Promise<SessionObject | undefined> {
    const query = { fieldSelector: `metadata.name=${id}`, limit: 1 }
    const answer = await this.#connection
      .getJson<unknown>(pathOf('sessions', undefined), { query })
      .catch(() => undefined)
    const { items } = (answer ?? {}) as { items?: unknown }
    const found = Array.isArray(items)
      ? items.filter(isServedSession).find(({ metadata }) => metadata.name === id)
      : undefined
    if (found !== undefined) this.#remember(found)
    return found
  }

  async #namespaceOf(id: SessionId): Promise<string> {
    return this.#namespaces.get(id) ?? (await this.get(id)).metadata.namespace
  }

  #remember({ metadata }: SessionObject): void {
    this.#namespaces.set(metadata.name, metadata.namespace)
  }
}

const wordsIn = (warnings: unknown): string[] =>
  Array.isArray(warnings) ? warnings.filter((warning) => typeof warning === 'string') : []

const queryOf = (query: SessionQuery): Record<string, string> => Object.fromEntries(encodeQuery(query))

const isForbidden = (error: unknown): boolean => isFault(error) && error.code === 'KAE_READING_FORBIDDEN'

/** A server that answers with another session than was asked for must not be believed. */
const isAt = ({ metadata }: SessionObject, namespace: string, id: SessionId): boolean =>
  metadata.name === id && metadata.namespace === namespace

const invalid = (what: string) =>
  fault('KAE_READING_ANSWER_INVALID', { detail: `expected ${what}, received something else` })
