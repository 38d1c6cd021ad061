/** Whether there is still somebody at the other end: a session that is silent and one that is out of reach look the same. */
import { setTimeout as sleep } from 'node:timers/promises'
import { isFault } from '../protocol/fault.ts'
import type { ReadRecord } from '../protocol/read-record.ts'
import type { SessionId } from '../protocol/session-id.ts'
import type { RecordsRequest, SessionLibrary } from '../protocol/session-library.ts'

/** So long a session may be silent before somebody asks whether it can be reached. */
const SILENCE_MS = 5000
/** Between two attempts; and so long an answer is waited for. */
const PAUSE_MS = 2000
const ANSWER_MS = 5000

/** What may be over a moment later: a network, a restart. Everything else is an answer. */
const OUT_OF_REACH: ReadonlySet<string> = new Set([
  'KAE_READING_CUT',
  'KAE_READING_UNREACHABLE',
  'KAE_KUBE_CONNECTION_LOST',
  'KAE_KUBE_UNREACHABLE',
  'KAE_KUBE_TIMEOUT',
])

const isOutOfReach = (error: unknown): boolean => isFault(error) && OUT_OF_REACH.has(error.code)

export class Contact {
  readonly #library: SessionLibrary
  readonly #id: SessionId
  readonly #changed: () => void
  #heardAt = performance.now()
  #lostAt: number | undefined

  /** @param changed it was lost, or is there again */
  constructor(library: SessionLibrary, id: SessionId, changed: () => void) {
    this.#library = library
    this.#id = id
    this.#changed = changed
  }

  /** In ms of the monotonic clock; undefined: there is contact, as far as anybody knows. */
  get lostSince(): number | undefined {
    return this.#lostAt
  }

  /** A session's records, and once they have begun to come, after whatever interrupts them. */
  async *records(request: RecordsRequest & { readonly signal: AbortSignal }): AsyncGenerator<ReadRecord> {
    const { signal } = request
    const onContact = (there: boolean): void => (there ? this.#heard() : this.#lost())
    for (let fromSeq = request.fromSeq ?? 0; !signal.aborted; await pause(PAUSE_MS, signal)) {
      try {
        for await (const record of this.#library.records(this.#id, { ...request, fromSeq, onContact })) {
          fromSeq = record.seq + 1
          this.#heard()
          yield record
        }
        return
      } catch (error) {
        if (fromSeq === 0 || !isOutOfReach(error)) throw error
        this.#lost()
      }
    }
  }

  /** Asks where nothing was heard for a while, until the session is over. */
  async keepAsking(signal: AbortSignal, isOver: () => boolean): Promise<void> {
    for (; !signal.aborted && !isOver(); await pause(this.#lostAt === undefined ? SILENCE_MS : PAUSE_MS, signal)) {
      if (performance.now() - this.#heardAt < SILENCE_MS) continue
      if (await this.#isThere(signal)) this.#heard()
      else this.#lost()
    }
  }

  async #isThere(signal: AbortSignal): Promise<boolean> {
    const over = new AbortController()
    const answered = this.#library.get(this.#id).then(
      () => true,
      // Whoever refuses is there.
      (error: unknown) => !isOutOfReach(error),
    )
    const silent = pause(ANSWER_MS, AbortSignal.any([signal, over.signal])).then(() => signal.aborted)
    const isThere = await Promise.race([answered, silent])
    over.abort()
    return isThere
  }

  #heard(): void {
    this.#heardAt = performance.now()
    if (this.#lostAt === undefined) return
    this.#lostAt = undefined
    this.#changed()
  }

  #lost(): void {
    if (this.#lostAt !== undefined) return
    this.#lostAt = this.#heardAt
    this.#changed()
  }
}

/** Shorter where the signal says so. */
const pause = (ms: number, signal: AbortSignal): Promise<void> =>
  sleep(ms, undefined, { signal, ref: false }).catch(() => {})
