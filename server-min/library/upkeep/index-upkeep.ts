import { type DerivedCommands, deriveCommands } from '../../../src/recording/commands/derive.ts'
import { FolderChanges } from '../../log/folder-changes.ts'
import { type LogPosition, oneRoom } from '../../log/log-tail.ts'
import { Changes } from '../changes.ts'
import { memoryWarning, openDatabase, removeDatabase, troubleOf } from '../store/database.ts'
import type { SessionRow } from '../store/session-row.ts'
import { type AppliedChange, Store } from '../store/store.ts'
import { catchUp } from './catch-up.ts'
import { type DerivationParts, type Derive, derivePending, keepAsked, recordsForCommands } from './derivation.ts'
import { Derivations } from './derivations.ts'
import { logBytes } from './log-bytes.ts'
import { isDoneWithin } from './patience.ts'

export interface Progress {
  /** Bytes of the logs that were read, of how many; then command lists. */
  readonly step: 'reading' | 'deriving'
  readonly done: number
  readonly total: number
}

export interface IndexOptions {
  /** Undefined: in memory alone. */
  readonly file: string | undefined
  /** All log folders, at each time of asking: new ones come, others go. */
  readonly folders: () => Promise<readonly string[]>
  /** How long a question waits for the index to be made; then it is answered from what there is, with a warning. */
  readonly patienceMs?: number
  readonly onProgress?: (progress: Progress) => void
  /** How command lists are made. */
  readonly derive?: Derive
}

/** Changes of busy logs are taken together. */
const TOGETHER_MS = 40

/** The index and all that keeps it as the logs are. */
export class Index {
  readonly changes = new Changes(Date.now())
  readonly #options: IndexOptions
  readonly #closing = new AbortController()
  readonly #derivations = new Derivations()
  readonly #onChanges = (changes: readonly AppliedChange[]): void => this.changes.add(changes)
  #store: Store
  #warning: string | undefined
  #running: Promise<void> | undefined
  #next: Promise<void> | undefined
  #deriving: Promise<void> | undefined
  #read = { done: 0, total: 0 }
  #keepers = 0
  readonly #seen = new Map<string, LogPosition>()
  readonly #room = oneRoom()
  #isLate = false

  private constructor(options: IndexOptions, store: Store) {
    this.#options = options
    this.#store = store
  }

  static async open(options: IndexOptions): Promise<Index> {
    const { database, warning } = await openDatabase(options.file)
    const index = new Index(options, new Store(database))
    index.#warning = warning
    return index
  }

  /** The command list of a session, as the log has it now: the one that is under way, where one is. */
  derivedOf(row: SessionRow): Promise<DerivedCommands> {
    const parts = this.#derivationParts()
    return this.#derivations.ask(row, async () => {
      const commands = await parts.derive(recordsForCommands(row, parts.signal))
      // Another index has other keys.
      if (parts.store === this.#store) keepAsked(parts, row, commands)
      return commands
    })
  }

  get store(): Store {
    return this.#store
  }

  /** Resolves when all that stood in the logs at the call is in the index, or when the patience is over. */
  async fresh(): Promise<void> {
    this.#isLate = !(await isDoneWithin(this.#catchUpFromNow(), this.#options.patienceMs))
  }

  /** Resolves when the command lists of all ended sessions are derived, or when the patience is over. */
  async derived(): Promise<void> {
    await isDoneWithin(this.#derive(), this.#options.patienceMs)
  }

  /** Whether logs are just being read whose end the last question did not wait for. */
  get isBehind(): boolean {
    return this.#isLate && this.#running !== undefined
  }

  /** In words: what could not be read, what is not there yet. */
  warnings(aboutCommands: boolean): string[] {
    const found = this.#store.logs().flatMap(({ problem }) => (problem === undefined ? [] : [problem]))
    if (this.#warning !== undefined) found.push(this.#warning)
    const { done, total } = this.#read
    if (this.isBehind && total > 0)
      found.push(
        `the index is being made: ${Math.floor((Math.min(done, total) / total) * 100)} % of the logs are in it`,
      )
    if (!aboutCommands) return found
    if (this.#store.pending(1).length > 0) found.push('the command lists of some sessions are not derived yet')
    const lost = this.#store.underivable()
    if (lost > 0) found.push(`the command lists of ${lost} sessions could not be derived`)
    return found
  }

  /** Keeps the index up with the logs, and so `changes` going, until it is disposed. */
  keepUp(): Disposable {
    this.#keepers += 1
    if (this.#keepers === 1) void this.#keepGoing()
    return {
      [Symbol.dispose]: () => {
        this.#keepers -= 1
      },
    }
  }

  /** Forgets what came from a log that says otherwise, and reads it anew. */
  async distrust(folder: string): Promise<void> {
    this.#store.drop(this.#store.log(folder))
    await this.fresh()
  }

  /** Runs a question; where the index itself turns out unusable, once more on one that was made anew. */
  async ask<T>(question: () => Promise<T>): Promise<T> {
    try {
      return await question()
    } catch (error) {
      if (!(await this.#repair(error))) throw error
      return question()
    }
  }

  async reindex(onProgress: (progress: Progress) => void = () => undefined): Promise<void> {
    await this.#running
    await this.#replace('anew')
    await this.#catchUp(onProgress)
    await this.#derive(onProgress)
  }

  async close(): Promise<void> {
    this.#closing.abort()
    this.changes.wake()
    await Promise.allSettled([this.#running, this.#next, this.#deriving])
    this.#store.close()
  }

  /** A run that is under way may have passed what the caller has in mind: it waits for the one after it. */
  #catchUpFromNow(): Promise<void> {
    if (this.#running === undefined) return this.#start()
    this.#next ??= this.#running
      .catch(() => undefined)
      .then(() => {
        this.#next = undefined
        return this.#start()
      })
    return this.#next
  }

  #start(): Promise<void> {
    const run = this.ask(() => this.#catchUp(this.#options.onProgress)).finally(() => {
      this.#running = undefined
      if (!this.#closing.signal.aborted) void this.#derive().catch(() => undefined)
    })
    this.#running = run
    return run
  }

  async #catchUp(onProgress: IndexOptions['onProgress']): Promise<void> {
    const folders = await this.#options.folders()
    const store = this.#store
    const wanted = new Set(folders)
    for (const log of store.logs()) if (!wanted.has(log.folder)) store.drop(log)
    this.#read = {
      done: 0,
      total: onProgress === undefined && this.#options.patienceMs === undefined ? 0 : await logBytes(store, folders),
    }
    const onBytes = (bytes: number): void => {
      this.#read.done += bytes
      onProgress?.({ step: 'reading', ...this.#read })
    }
    const { signal } = this.#closing
    const parts = { store, seen: this.#seen, room: this.#room, signal, onBytes, onChanges: this.#onChanges }
    for (const folder of folders) {
      if (signal.aborted) return
      await catchUp(parts, folder)
    }
  }

  #derive(onProgress?: IndexOptions['onProgress']): Promise<void> {
    this.#deriving ??= this.ask(() =>
      derivePending({
        ...this.#derivationParts(),
        ...(onProgress && { onProgress: (done, total) => onProgress({ step: 'deriving', done, total }) }),
      }),
    ).finally(() => {
      this.#deriving = undefined
    })
    return this.#deriving
  }

  #derivationParts(): DerivationParts {
    return {
      store: this.#store,
      derive: this.#options.derive ?? deriveCommands,
      derivations: this.#derivations,
      signal: this.#closing.signal,
      onChanges: this.#onChanges,
    }
  }

  async #keepGoing(): Promise<void> {
    using changed = new FolderChanges(await this.#options.folders())
    const { signal } = this.#closing
    while (this.#keepers > 0 && !signal.aborted) {
      await changed.next(signal)
      await this.fresh().catch(() => undefined)
      await new Promise((resolve) => setTimeout(resolve, TOGETHER_MS))
    }
  }

  async #repair(error: unknown): Promise<boolean> {
    const trouble = troubleOf(error)
    if (trouble === undefined || this.#options.file === undefined || this.#warning !== undefined) return false
    if (trouble === 'unwritable')
      this.#warning = memoryWarning(this.#options.file, error instanceof Error ? error.message : '')
    await this.#replace(trouble === 'damaged' ? 'anew' : 'in-memory')
    return true
  }

  async #replace(how: 'anew' | 'in-memory'): Promise<void> {
    const { file } = this.#options
    const before = this.#store
    if (how === 'anew' && file !== undefined && this.#warning === undefined) await removeDatabase(file)
    const { database, warning } = await openDatabase(how === 'anew' && this.#warning === undefined ? file : undefined)
    this.#store = new Store(database)
    this.#warning ??= warning
    before.close()
    this.changes.forget()
  }
}
