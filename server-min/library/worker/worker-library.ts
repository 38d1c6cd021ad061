import type { ReadRecord } from '../../../src/protocol/read-record.ts'
import type { RecordedCommand } from '../../../src/protocol/recorded-command.ts'
import type { SessionId } from '../../../src/protocol/session-id.ts'
import type {
  PageRequest,
  RecordsRequest,
  SearchHit,
  SessionChange,
  SessionPage,
  WatchRequest,
  Waypoint,
} from '../../../src/protocol/session-library.ts'
import type { SessionObject } from '../../../src/protocol/session-object.ts'
import { type AppendLog, JOURNAL_ID } from '../../log/append-log.ts'
import type { LogPosition } from '../../log/log-tail.ts'
import { notFound } from '../faults.ts'
import type { LogLibrary, ReindexResult } from '../library.ts'
import type { LibrarySearch } from '../search/search.ts'
import type { SessionSelection } from '../selection.ts'
import type { Progress } from '../upkeep/index-upkeep.ts'
import { callWorker, streamFromWorker } from './worker-asking.ts'
import { type LinkOptions, WorkerLink } from './worker-link.ts'
import type { CallName, StreamName, WorkerSetup } from './worker-messages.ts'

export interface ServerLibraryOptions extends LinkOptions {
  readonly place: string
  /** This process writes it, into this folder. */
  readonly log: Pick<AppendLog, 'read' | 'follow'>
  readonly folder: string
  readonly indexFile?: string
  /** How long a question waits for an index that is just being made. Default 2 s. */
  readonly patienceMs?: number
  /** The worker ended by an error, or hung; it is started again. */
  readonly onTrouble?: (error: unknown) => void
}

const FIRST_PAUSE_MS = 250
const LONGEST_PAUSE_MS = 30_000
/** A worker that lived so long did not end by what ended the one before. */
const HEALTHY_MS = 60_000

/** A library beside the log that this process writes: lists and searches in a worker, records from the log itself. */
export function startLibrary(options: ServerLibraryOptions): LogLibrary {
  const { place, folder, indexFile, patienceMs = 2_000 } = options
  return new WorkerLibrary(options, { room: 'library', place, folder, indexFile, patienceMs })
}

class WorkerLibrary implements LogLibrary {
  readonly place: string
  readonly #options: ServerLibraryOptions
  readonly #setup: WorkerSetup
  #link: WorkerLink
  #closed = false
  #again: NodeJS.Timeout | undefined
  #pauseMs = FIRST_PAUSE_MS

  constructor(options: ServerLibraryOptions, setup: WorkerSetup) {
    this.place = options.place
    this.#options = options
    this.#setup = setup
    this.#link = this.#start()
  }

  list(query: SessionSelection, page: PageRequest): Promise<SessionPage> {
    return this.#call('list', [query, page])
  }

  get(id: SessionId): Promise<SessionObject> {
    return this.#call('get', [id])
  }

  commands(id: SessionId): Promise<readonly RecordedCommand[]> {
    return this.#call('commands', [id])
  }

  hiddenSeqs(id: SessionId): Promise<readonly number[]> {
    return this.#call('hiddenSeqs', [id])
  }

  waypoints(id: SessionId): Promise<readonly Waypoint[]> {
    return this.#call('waypoints', [id])
  }

  startOf(id: SessionId, seq: number): Promise<LogPosition | undefined> {
    return this.#call('startOf', [id, seq])
  }

  warnings(): Promise<readonly string[]> {
    return this.#call('warnings', [])
  }

  reindex(onProgress?: (progress: Progress) => void): Promise<ReindexResult> {
    return this.#call('reindex', [], onProgress)
  }

  search(search: LibrarySearch, signal?: AbortSignal): AsyncIterable<SearchHit> {
    return this.#stream('search', [search], signal)
  }

  watch(query: SessionSelection, { signal, ...request }: WatchRequest): AsyncIterable<SessionChange> {
    return this.#stream('watch', [query, request], signal)
  }

  async *records(id: SessionId, request: RecordsRequest = {}): AsyncGenerator<ReadRecord> {
    const { follow = false, fromSeq = 0, signal } = request
    const { log } = this.#options
    if (id === JOURNAL_ID || !(await isThere(log, id))) throw notFound(`${id}; looked in ${this.place}`)
    const records = follow ? log.follow(id, { fromSeq, ...(signal && { signal }) }) : log.read(id)
    for await (const record of records) {
      if (signal?.aborted) return
      if (record.seq >= fromSeq) yield record
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closed = true
    clearTimeout(this.#again)
    await this.#link.close()
  }

  #start(): WorkerLink {
    const began = performance.now()
    const link = new WorkerLink(this.#setup, this.#options)
    void link.ended.then((cause) => {
      if (this.#closed) return
      this.#options.onTrouble?.(cause)
      if (performance.now() - began > HEALTHY_MS) this.#pauseMs = FIRST_PAUSE_MS
      this.#again = setTimeout(() => {
        this.#link = this.#start()
      }, this.#pauseMs)
      this.#pauseMs = Math.min(this.#pauseMs * 2, LONGEST_PAUSE_MS)
    })
    return link
  }

  #call<T>(name: CallName, args: readonly unknown[], onProgress?: (progress: Progress) => void): Promise<T> {
    return callWorker(this.#link, { name, args }, onProgress)
  }

  #stream<T>(name: StreamName, args: readonly unknown[], signal?: AbortSignal): AsyncGenerator<T> {
    return streamFromWorker(this.#link, { name, args }, signal)
  }
}

async function isThere(log: Pick<AppendLog, 'read'>, id: SessionId): Promise<boolean> {
  for await (const _ of log.read(id)) return true
  return false
}
