import { Fault } from '../../src/protocol/fault.ts'
import type { ReadRecord } from '../../src/protocol/read-record.ts'
import type { RecordedCommand } from '../../src/protocol/recorded-command.ts'
import type { SessionId } from '../../src/protocol/session-id.ts'
import type {
  PageRequest,
  SearchHit,
  SessionChange,
  SessionLibrary,
  SessionPage,
  SessionQuery,
} from '../../src/protocol/session-library.ts'
import type { SessionObject } from '../../src/protocol/session-object.ts'
import { microsOf } from '../../src/reading/print/times.ts'

/** The given sessions behind the door, newest first, with what a test adds to them, and all that was asked of it. */
export class ListedLibrary implements SessionLibrary {
  readonly place = 'a shelf'
  readonly asked: { readonly query: SessionQuery; readonly page: PageRequest }[] = []
  readonly watched: (string | undefined)[] = []
  readonly searched: unknown[] = []
  readonly #sessions: readonly SessionObject[]
  warnings: readonly string[] = []
  changes: readonly SessionChange[] = []
  hits: readonly SearchHit[] = []
  recorded: readonly ReadRecord[] = []

  constructor(sessions: readonly SessionObject[]) {
    this.#sessions = sessions.toSorted((a, b) => microsOf(b.status.startTime) - microsOf(a.status.startTime))
  }

  async waypoints() {
    return []
  }

  async list(query: SessionQuery, page: PageRequest): Promise<SessionPage> {
    this.asked.push({ query, page })
    const from = Number(page.continue ?? 0)
    const { namespace, since = 0, until = Number.POSITIVE_INFINITY } = query
    const fitting = this.#sessions.filter(({ metadata, status }) => {
      const start = microsOf(status.startTime)
      return start >= since && start < until && (namespace === undefined || namespace === metadata.namespace)
    })
    const next = from + page.limit
    return {
      items: fitting.slice(from, next),
      resourceVersion: String(100 + this.asked.length),
      warnings: this.warnings,
      ...(next < fitting.length ? { continue: String(next) } : {}),
    }
  }

  async get(id: SessionId): Promise<SessionObject> {
    const found = this.#sessions.find(({ metadata }) => metadata.name === id)
    if (found !== undefined) return found
    throw new Fault('KAE_SESSION_NOT_FOUND', { exit: 1, http: 404, summary: 'no such session', next: '' })
  }

  async commands(): Promise<readonly RecordedCommand[]> {
    return []
  }

  async *search(search: unknown): AsyncGenerator<SearchHit> {
    this.searched.push(search)
    yield* this.hits
  }

  async *records(): AsyncGenerator<ReadRecord> {
    yield* this.recorded
  }

  async *watch(_query: SessionQuery, { resourceVersion }: { readonly resourceVersion?: string }) {
    this.watched.push(resourceVersion)
    yield* this.changes
  }

  async [Symbol.asyncDispose](): Promise<void> {}
}
