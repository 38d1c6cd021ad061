import type { Draft, SessionRecord } from '../../src/protocol/record.ts'
import type { SessionId } from '../../src/protocol/session-id.ts'
import type { SessionPlace } from './session-places.ts'

/** What an append made durable. */
export interface Receipt {
  readonly firstSeq: number
  readonly lastSeq: number
  /** The one time of all its records, µs since the Unix epoch. Never earlier than that of any record before. */
  readonly time: number
  /** The head of the session's chain after its last record. */
  readonly head: Buffer
}

export interface Head {
  /** Of the last durable record. */
  readonly seq: number
  readonly time: number
  readonly hash: Buffer
}

/** A session that had no `end` record when the log was opened. */
export interface UnendedSession {
  readonly id: SessionId
  readonly head: Head
}

export type Space =
  /** There is room for new sessions. */
  | 'ample'
  /** Live sessions go on, new ones are to be refused. */
  | 'low'
  /** Only appends with `reserve` succeed: why sessions were closed. */
  | 'exhausted'

export interface AppendOptions {
  /** May use the last, reserved room: for `end` and `journal` records. */
  readonly reserve?: boolean
}

export interface FollowOptions {
  /** From this record on; 0 by default. */
  readonly fromSeq?: number
  /** Ends the iteration, also one that waits. */
  readonly signal?: AbortSignal
}

/**
 * The one durable, totally ordered log of all sessions' records.
 *
 * Contract, for every implementation (test/contracts/append-log.ts runs it):
 *
 * - An `append` resolves only when all its records are durable: they survive the loss of power at any instant after. Its
 *   records are adjacent in the total order, get one time, and are durable together or not at all.
 * - Appends of one session take effect in the order of their calls, and so do their promises resolve.
 * - `append` gives seq, time and link. The caller MUST NOT change a draft's bytes until it resolves.
 * - An append that rejects left nothing that will ever be read, except after a fatal failure: then nobody knows, every later
 *   append rejects with the same fault, `failed` resolves with it, and the process MUST exit and recover by opening anew.
 * - A session starts by an append whose first draft is `open` and ends by one whose last is `end`. Anything else — a second
 *   `open`, records of an unknown or ended session — is a bug of the caller and rejects. The journal (JOURNAL_ID) is never ended.
 * - Readers see durable records only.
 * - `follow` gives a session's records in order, each once, as soon as they are durable, and ends behind its `end`, at once
 *   where there is no such session, and at the log's `close`; after a fatal failure it rejects with it. A follower that takes
 *   its time makes no append wait and keeps no more than a fixed amount in memory. Whoever leaves while it waits MUST abort
 *   its signal.
 */
export interface AppendLog {
  append(session: SessionId, drafts: readonly Draft[], options?: AppendOptions): Promise<Receipt>
  /** The durable head of a session that has not ended. */
  head(session: SessionId): Head | undefined
  /** Sessions without an end, as they were found when the log was opened. */
  readonly unended: readonly UnendedSession[]
  readonly space: Space
  /** Resolves, once, when the log failed for good. Never rejects. */
  readonly failed: Promise<Error>
  /** All durable records at the time of the call, in total order; of one session where it is named. */
  read(session?: SessionId): AsyncIterable<SessionRecord>
  follow(session: SessionId, options?: FollowOptions): AsyncIterable<SessionRecord>
  /** Waits for the appends under way, then lets go of the folder. */
  close(): Promise<void>
}

/** Where a log's records stand, for readers in another thread: the files alone do not tell what is durable. */
export interface LogPlaces {
  /** Of a session's durable records, ended or not; undefined where it has none. */
  place(session: SessionId): SessionPlace | undefined
  /** Calls back when more of a session has become durable, until the returned function is called. */
  onGrowth(session: SessionId, grown: () => void): () => void
}

/** The session in which a collector records what it did itself. Its chain lasts as long as the log. */
export const JOURNAL_ID = '00000000-0000-7000-8000-000000000000' as SessionId
