import type { ReadRecord } from '../../src/protocol/read-record.ts'
import type { RecordedCommand } from '../../src/protocol/recorded-command.ts'
import type { SessionId } from '../../src/protocol/session-id.ts'
import type {
  PageRequest,
  RecordsRequest,
  SearchHit,
  SessionChange,
  SessionLibrary,
  SessionPage,
  WatchRequest,
  Waypoint,
} from '../../src/protocol/session-library.ts'
import type { SessionObject, SessionPhase } from '../../src/protocol/session-object.ts'
import type { DerivedCommands } from '../../src/recording/commands/derive.ts'
import { followSessionOf, readSessionOf } from '../log/follow-folder.ts'
import { type LogPosition, oneRoom } from '../log/log-tail.ts'
import { Writers } from './alive.ts'
import { fault, notFound } from './faults.ts'
import { FewAtOnce } from './few-at-once.ts'
import { decodeToken, encodeToken } from './page-token.ts'
import { commandListOf, findRow, foldersWithUnended, type Walk, walk } from './search/candidates.ts'
import { type LibrarySearch, searchLines } from './search/search.ts'
import type { SessionSelection } from './selection.ts'
import { type SessionRow, sessionObject } from './store/session-row.ts'
import { waypointBefore, waypointsOf } from './store/waypoints.ts'
import type { Index, Progress } from './upkeep/index-upkeep.ts'
import { isTrue, recordsAt } from './upkeep/truth.ts'
import { changeFor } from './watching.ts'

/** For readers that keep no record: each is valid only until the next one is asked for, and takes no memory of its own. */
export interface PassingRequest extends RecordsRequest {
  readonly passing?: boolean
}

/** What a library over log folders gives beside the door that all libraries have. */
export interface LogLibrary extends SessionLibrary {
  list(query: SessionSelection, page: PageRequest): Promise<SessionPage>
  search(search: LibrarySearch, signal?: AbortSignal): AsyncIterable<SearchHit>
  records(id: SessionId, request?: PassingRequest): AsyncIterable<ReadRecord>
  watch(query: SessionSelection, request: WatchRequest): AsyncIterable<SessionChange>
  /** What a search cannot find, in words: logs that cannot be read, command lists that are not derived. */
  warnings(): Promise<readonly string[]>
  /** Seqs of the input records that hold what was typed without echo, as far as is known: of a live session up to now. */
  hiddenSeqs(id: SessionId): Promise<readonly number[]>
  /** Where the log can be read from so that this record is among what comes; undefined: from the session's start. */
  startOf(id: SessionId, seq: number): Promise<LogPosition | undefined>
  /** Makes the index anew from the logs, command lists too. */
  reindex(onProgress?: (progress: Progress) => void): Promise<ReindexResult>
}

export interface ReindexResult {
  readonly logs: number
  readonly sessions: number
  readonly warnings: readonly string[]
}

/** Each reads the logs of all its sessions: more at once would take the thread from whoever asks for a list. */
const OUTPUT_SEARCHES = 2
const NO_PLACE: Disposable = { [Symbol.dispose]: () => undefined }

/** The library in this thread. What it says of one session it reads from the session's log, or compares with it. */
export class FolderLibrary implements LogLibrary {
  readonly place: string
  readonly #index: Index
  readonly #writers: Writers
  readonly #outputSearches = new FewAtOnce(OUTPUT_SEARCHES)

  /** @param own of its folders, those that this very process writes: their sessions without an end are live */
  constructor(index: Index, { place, own = [] }: { readonly place: string; readonly own?: readonly string[] }) {
    this.place = place
    this.#index = index
    this.#writers = new Writers(own)
  }

  list(query: SessionSelection, { limit, continue: token }: PageRequest): Promise<SessionPage> {
    return this.#index.ask(async () => {
      await this.#fresh(query.command !== undefined)
      const { version } = this.#index.changes
      const { store } = this.#index
      const below = token === undefined ? {} : { below: decodeToken(store, token) }
      const rows: SessionRow[] = []
      for await (const row of walk({ ...this.#walk(query), ...below })) if (rows.push(row) > limit) break
      const last = rows.length > limit ? rows[limit - 1] : undefined
      return {
        items: rows.slice(0, limit).map((row) => this.#object(row, version)),
        ...(last === undefined ? {} : { continue: encodeToken(last) }),
        resourceVersion: String(version),
        warnings: this.#index.warnings(query.command !== undefined),
      }
    })
  }

  get(id: SessionId): Promise<SessionObject> {
    return this.#index.ask(async () => this.#object(await this.#checked(id), this.#index.changes.version))
  }

  async commands(id: SessionId): Promise<readonly RecordedCommand[]> {
    return (await this.#derived(id)).commands
  }

  async hiddenSeqs(id: SessionId): Promise<readonly number[]> {
    return (await this.#derived(id)).hiddenSeqs
  }

  async warnings(): Promise<readonly string[]> {
    await this.#fresh(true)
    return this.#index.warnings(true)
  }

  async *search(search: LibrarySearch, signal?: AbortSignal): AsyncGenerator<SearchHit> {
    using place = search.output ? await this.#outputSearches.enter(signal) : NO_PLACE
    if (place === undefined) return
    await this.#fresh(true)
    const { version } = this.#index.changes
    for await (const { row, ...hit } of searchLines(this.#walk(search.sessions), search, signal))
      yield { session: this.#object(row, version), ...hit }
  }

  async *records(id: SessionId, request: PassingRequest = {}): AsyncGenerator<ReadRecord> {
    const { follow = false, fromSeq = 0, passing = false, signal } = request
    const row = await this.#index.ask(() => this.#checked(id))
    const { folder, first, last, until } = row.place
    const from = (await this.#startOf(row, fromSeq)) ?? first
    const range = { folder, session: id, from, ...(passing && { room: oneRoom() }) }
    const records =
      follow && row.ended === undefined
        ? followSessionOf(range, signal)
        : readSessionOf({ ...range, until: { segment: last.segment, end: until } })
    for await (const record of records) {
      if (signal?.aborted) return
      if (record.seq >= fromSeq) yield record
    }
  }

  async waypoints(id: SessionId): Promise<readonly Waypoint[]> {
    const row = await this.#index.ask(() => this.#checked(id))
    return waypointsOf(this.#index.store, row).map(({ seq, elapsed }) => ({ seq, elapsed }))
  }

  async startOf(id: SessionId, seq: number): Promise<LogPosition | undefined> {
    return this.#startOf(await this.#index.ask(() => this.#checked(id)), seq)
  }

  async *watch(query: SessionSelection, { resourceVersion, signal }: WatchRequest): AsyncGenerator<SessionChange> {
    await this.#fresh(query.command !== undefined)
    const { changes } = this.#index
    const seen = new Set<number>()
    let version = resourceVersion === undefined ? changes.version : Number(resourceVersion)
    using _ = this.#index.keepUp()
    for await (const row of resourceVersion === undefined ? walk(this.#walk(query)) : []) {
      if (signal.aborted) return
      seen.add(row.key)
      yield { type: 'ADDED', object: this.#object(row, version) }
    }
    while (!signal.aborted) {
      const news = changes.since(version)
      if (news === undefined)
        throw fault('KAE_WATCH_EXPIRED', { detail: `resource version ${resourceVersion ?? version}` })
      for (const change of news) {
        version = change.version
        await this.#writers.look(foldersWithUnended(this.#index.store))
        const told = changeFor(this.#walk(query), change, seen)
        if (signal.aborted) return
        if (told !== undefined) yield { type: told.type, object: this.#object(told.row, version) }
      }
      if (news.length === 0) await changes.next(signal)
    }
  }

  async reindex(onProgress?: (progress: Progress) => void): Promise<ReindexResult> {
    await this.#index.reindex(onProgress)
    const { store } = this.#index
    return { ...store.counts(), warnings: this.#index.warnings(true) }
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#index.close()
  }

  async #fresh(commands: boolean): Promise<void> {
    await this.#index.fresh()
    if (commands) await this.#index.derived()
    await this.#writers.look(foldersWithUnended(this.#index.store))
  }

  /** Where the log says otherwise, the index of that log is made anew, and believed only if that helped. */
  async #checked(id: SessionId): Promise<SessionRow> {
    await this.#fresh(false)
    const row = findRow(this.#index.store, id)
    if (row !== undefined && (await isTrue(row))) return row
    if (row !== undefined) await this.#index.distrust(row.folder)
    const again = row && findRow(this.#index.store, id)
    if (again !== undefined && (await isTrue(again))) return again
    if (this.#index.isBehind) throw fault('KAE_INDEX_BEHIND', { detail: id })
    throw notFound([`${id}; looked in ${this.place}`, ...this.#index.warnings(false)].join('; '))
  }

  async #derived(id: SessionId): Promise<DerivedCommands> {
    const row = await this.#index.ask(() => this.#checked(id))
    return row.commands === undefined ? this.#index.derivedOf(row) : commandListOf(this.#index.store, row.key)
  }

  /** A place of which the log does not say the same is none. */
  async #startOf(row: SessionRow, seq: number): Promise<LogPosition | undefined> {
    const waypoint = waypointBefore(this.#index.store, row, seq)
    if (waypoint === undefined) return undefined
    const [found] = await recordsAt(row, waypoint.position)
    return found?.seq === waypoint.seq && found.elapsed === waypoint.elapsed ? waypoint.position : undefined
  }

  #walk(selection: SessionSelection): Walk {
    return { store: this.#index.store, selection, phaseOf: (row) => this.#phaseOf(row) }
  }

  #phaseOf({ ended, folder }: Pick<SessionRow, 'ended'> & { readonly folder: string }): SessionPhase {
    if (ended !== undefined) return 'Ended'
    return this.#writers.isWritten(folder) ? 'Live' : 'Lost'
  }

  #object(row: SessionRow, version: number): SessionObject {
    return sessionObject(row, this.#phaseOf(row), String(version))
  }
}
