/** The one door to recorded sessions: behind it is a cluster's collector, the logs of this machine, or a copy of a log. */
import type { ReadRecord } from './read-record.ts'
import type { RecordedCommand } from './recorded-command.ts'
import type { SessionId } from './session-id.ts'
import type { SessionObject, SessionPhase } from './session-object.ts'

/** Which sessions: those that meet everything that is given. Times are µs since the Unix epoch, of the start. */
export interface SessionQuery {
  readonly namespace?: string
  readonly user?: string
  readonly pod?: string
  readonly container?: string
  readonly since?: number
  readonly until?: number
  readonly phase?: SessionPhase
  /** With a terminal. */
  readonly interactive?: boolean
  readonly exitCode?: number | 'nonzero'
  /** An entry of its command list contains this text, letters of either case. */
  readonly command?: string
}

export interface PageRequest {
  /** At most so many. */
  readonly limit: number
  /** From the page before; opaque. */
  readonly continue?: string
}

export interface SessionPage {
  /** Newest first. */
  readonly items: readonly SessionObject[]
  /** Asks for the next page; absent on the last. */
  readonly continue?: string
  /** Where a watch goes on. */
  readonly resourceVersion: string
  /** What could not be read, in words: never left out in silence. */
  readonly warnings: readonly string[]
}

export interface CommandSearch {
  /** A text that command lines contain (letters of either case), or a JavaScript regular expression. */
  readonly pattern:
    | { readonly type: 'text'; readonly text: string }
    | { readonly type: 'regex'; readonly source: string }
  /** What the container wrote as well. */
  readonly output: boolean
  readonly sessions: SessionQuery
  readonly limit: number
}

export interface SearchHit {
  readonly session: SessionObject
  readonly where: 'command' | 'output'
  /** As text; whoever shows it escapes it. */
  readonly line: string
  /** µs since the session was opened: a place to replay from. */
  readonly elapsed: number
}

export interface RecordsRequest {
  /** Waits for more until the session ends. */
  readonly follow?: boolean
  /** From this record on; 0 by default. */
  readonly fromSeq?: number
  readonly signal?: AbortSignal
  /** Hears that records stopped coming and are asked for again, and when they come once more: of a library elsewhere. */
  readonly onContact?: (there: boolean) => void
}

/** A place inside a recording, at which reading can begin as cheaply as at its start. */
export interface Waypoint {
  /** Of the record that stands there. */
  readonly seq: number
  /** µs since the session was opened. */
  readonly elapsed: number
}

export interface SessionChange {
  readonly type: 'ADDED' | 'MODIFIED'
  readonly object: SessionObject
}

export interface WatchRequest {
  /** Changes after this one. Without it every session that there is comes first, as `ADDED`. */
  readonly resourceVersion?: string
  readonly signal: AbortSignal
}

/** Unknown ids reject with Fault KAE_SESSION_NOT_FOUND; what the reader may not do with KAE_READING_FORBIDDEN. */
export interface SessionLibrary extends AsyncDisposable {
  /** Where it reads, for people: `cluster prod`, `this machine`, a folder. */
  readonly place: string
  list(query: SessionQuery, page: PageRequest): Promise<SessionPage>
  get(id: SessionId): Promise<SessionObject>
  /** Derived on the spot for sessions that run. */
  commands(id: SessionId): Promise<readonly RecordedCommand[]>
  /** Newest sessions first. */
  search(search: CommandSearch, signal?: AbortSignal): AsyncIterable<SearchHit>
  /** In their order, as durable. A slow reader never slows the session. */
  records(id: SessionId, request?: RecordsRequest): AsyncIterable<ReadRecord>
  /** In their order, about a megabyte of content apart; a small session has none. */
  waypoints(id: SessionId): Promise<readonly Waypoint[]>
  watch(query: SessionQuery, request: WatchRequest): AsyncIterable<SessionChange>
}
