import {
  type AppendLog,
  type AppendOptions,
  type FollowOptions,
  type Head,
  JOURNAL_ID,
  type Receipt,
  type Space,
  type UnendedSession,
} from '../../server-min/log/append-log.ts'
import { NO_LINK, placeRecord } from '../../src/protocol/chain.ts'
import type { Draft, SessionRecord } from '../../src/protocol/record.ts'
import type { SessionId } from '../../src/protocol/session-id.ts'

interface Pending {
  readonly run: () => void
}

/**
 * An AppendLog that forgets everything with its process: for tests alone. A test can hold commits back, fill it, break it,
 * and open it again as after a restart.
 */
export class MemoryLog implements AppendLog {
  readonly unended: readonly UnendedSession[]
  readonly failed: Promise<Error>
  space: Space = 'ample'
  readonly records: SessionRecord[]
  readonly #heads = new Map<SessionId, Head>()
  readonly #ended = new Set<SessionId>()
  #fail: (error: Error) => void = () => undefined
  #failure: Error | undefined
  #held: Pending[] | undefined
  #refusal: ((drafts: readonly Draft[], options: AppendOptions) => Error | undefined) | undefined
  #time = 0
  #closed = false

  constructor(before: readonly SessionRecord[] = []) {
    this.records = [...before]
    for (const record of before) this.#index(record)
    this.failed = new Promise((resolve) => {
      this.#fail = resolve
    })
    this.unended = [...this.#heads].filter(([id]) => id !== JOURNAL_ID).map(([id, head]) => ({ id, head }))
  }

  /** The log as the next process finds it. */
  reopen(): MemoryLog {
    return new MemoryLog(this.records)
  }

  /** Holds all commits back until the returned function is called. */
  hold(): () => void {
    const held: Pending[] = []
    this.#held = held
    return () => {
      this.#held = undefined
      for (const { run } of held) run()
    }
  }

  refuse(refusal: ((drafts: readonly Draft[], options: AppendOptions) => Error | undefined) | undefined): void {
    this.#refusal = refusal
  }

  breakForGood(error: Error): void {
    this.#failure = error
    this.#fail(error)
  }

  append(session: SessionId, drafts: readonly Draft[], options: AppendOptions = {}): Promise<Receipt> {
    return new Promise((resolve, reject) => {
      const run = () => {
        const refused = this.#failure ?? this.#refusal?.(drafts, options) ?? this.#misuse(session, drafts)
        if (refused !== undefined) reject(refused)
        else resolve(this.#commit(session, drafts))
      }
      if (this.#held !== undefined) this.#held.push({ run })
      else setImmediate(run)
    })
  }

  head(session: SessionId): Head | undefined {
    return this.#heads.get(session)
  }

  async *read(session?: SessionId): AsyncIterable<SessionRecord> {
    for (const record of [...this.records]) if (session === undefined || record.session === session) yield record
  }

  async *follow(session: SessionId, { fromSeq = 0, signal }: FollowOptions = {}): AsyncIterable<SessionRecord> {
    for (let seq = fromSeq; signal?.aborted !== true; seq += 1) {
      while (this.of(session)[seq] === undefined && this.#heads.has(session) && !this.#closed && !signal?.aborted)
        await new Promise((resolve) => setImmediate(resolve))
      const record = this.of(session)[seq]
      if (record === undefined) return
      yield record
    }
  }

  /** The records of one session, for assertions. */
  of(session: SessionId): readonly SessionRecord[] {
    return this.records.filter((record) => record.session === session)
  }

  async close(): Promise<void> {
    this.#closed = true
    this.#failure ??= new Error('the log was closed')
  }

  #misuse(session: SessionId, drafts: readonly Draft[]): Error | undefined {
    if (this.#ended.has(session)) return new Error('the session has ended')
    const known = this.#heads.has(session)
    const opens = drafts[0]?.kind === 'open'
    if (known && opens) return new Error('the session is open already')
    return known || opens || session === JOURNAL_ID ? undefined : new Error('the session was never opened')
  }

  #commit(session: SessionId, drafts: readonly Draft[]): Receipt {
    this.#time = Math.max(this.#time + 1, Date.now() * 1000)
    const firstSeq = (this.#heads.get(session)?.seq ?? -1) + 1
    for (const draft of drafts) {
      const head = this.#heads.get(session)
      const placement = { session, seq: (head?.seq ?? -1) + 1, time: this.#time, link: head?.hash ?? NO_LINK }
      const copy = { ...draft, salt: Buffer.from(draft.salt), payload: Buffer.from(draft.payload) }
      const record = { ...copy, ...placement }
      this.records.push(record)
      this.#index(record)
    }
    const last = this.records.at(-1)!
    return { firstSeq, lastSeq: last.seq, time: this.#time, head: placeRecord(last, last).hash }
  }

  #index(record: SessionRecord): void {
    const { session, seq, time, kind } = record
    this.#time = Math.max(this.#time, time)
    if (kind === 'end') {
      this.#heads.delete(session)
      this.#ended.add(session)
    } else this.#heads.set(session, { seq, time, hash: placeRecord(record, record).hash })
  }
}
