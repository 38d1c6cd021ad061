import { setImmediate as nextTurn } from 'node:timers/promises'
import type { Draft } from '../../src/protocol/record.ts'
import type { SessionId } from '../../src/protocol/session-id.ts'
import type { Head, Receipt } from './append-log.ts'
import { BatchMemory, encodeBatch } from './batch.ts'
import { fault } from './faults.ts'
import { framesBytes, MARK_BYTES } from './frame.ts'
import type { LiveSessions, PlacedDraft } from './live-sessions.ts'
import type { SegmentWriter } from './segment-writer.ts'
import type { DurableBatch } from './session-feeds.ts'

/** A batch is closed at this size, so that the first in a long queue does not wait for the last. */
const BATCH_BYTES = 4 * 1024 * 1024

interface QueuedAppend {
  readonly session: SessionId
  readonly drafts: readonly Draft[]
  readonly reserve: boolean
  readonly bytes: number
  readonly resolve: (receipt: Receipt) => void
  readonly reject: (error: Error) => void
}

interface StagedReceipt {
  readonly append: QueuedAppend
  readonly head: Head
}

export interface CommitterParts {
  readonly writer: SegmentWriter
  readonly sessions: LiveSessions
  /** Milliseconds since the Unix epoch. */
  readonly now: () => number
  /** Called with each batch when it is durable, before its appends resolve. Its bytes are there during the call alone. */
  readonly onDurable: (durable: DurableBatch) => void
  /** Called once, with the fault that every append from now on rejects with. */
  readonly onFailure: (error: Error) => void
}

/**
 * Group commit without a timer: an idle disk is written at once; what is appended while a sync is in flight goes
 * together in the next batch.
 */
export class Committer {
  readonly #parts: CommitterParts
  /** One batch at a time is under way, and who is told of it takes copies. */
  readonly #memory = new BatchMemory(BATCH_BYTES + MARK_BYTES)
  #queue: QueuedAppend[] = []
  #running: Promise<void> | undefined
  #failure: Error | undefined

  constructor(parts: CommitterParts) {
    this.#parts = parts
  }

  get failed(): boolean {
    return this.#failure !== undefined
  }

  append(append: Pick<QueuedAppend, 'session' | 'drafts' | 'reserve'>): Promise<Receipt> {
    if (this.#failure !== undefined) return Promise.reject(this.#failure)
    return new Promise((resolve, reject) => {
      this.#queue.push({ ...append, bytes: framesBytes(append.drafts), resolve, reject })
      this.#running ??= this.#run()
    })
  }

  /** Resolves when nothing is queued or under way. */
  async idle(): Promise<void> {
    while (this.#running !== undefined) await this.#running
  }

  async #run(): Promise<void> {
    try {
      // The turn lets all appends of this turn of the event loop, and those that an ack brings about, join one batch.
      for (await nextTurn(); this.#queue.length > 0; await nextTurn()) {
        await this.#commitOne()
        await this.#parts.writer.workAhead()
      }
    } catch (error) {
      this.#fail(error)
    }
    this.#running = undefined
  }

  async #commitOne(): Promise<void> {
    const appends = await this.#takeFitting()
    const { writer, sessions, now, onDurable } = this.#parts
    const { name, header, point } = writer.segment
    const time = Math.max(Math.floor(now() * 1000), point.time)
    const placed: PlacedDraft[] = []
    const staged: StagedReceipt[] = []
    for (const append of appends) {
      const refusal = sessions.refuse(append)
      if (refusal !== undefined) append.reject(new Error(refusal))
      else staged.push({ append, head: placeInto(placed, sessions.placeAppend(append, time)) })
    }
    if (staged.length === 0) return
    const batch = encodeBatch(placed, { header, point, time }, this.#memory)
    try {
      await writer.write(batch)
    } catch (error) {
      this.#queue.unshift(...staged.map(({ append }) => append))
      throw error
    }
    const span = { segment: name, start: point, end: batch.end }
    sessions.commit(span)
    onDurable({ span, batch, appends: staged.map(({ append }) => append) })
    for (const { append, head } of staged) append.resolve(receiptOf(append, head))
  }

  /** The next appends that fit. Where the disk is full, all that may not use the reserve are refused. */
  async #takeFitting(): Promise<readonly QueuedAppend[]> {
    const appends = this.#take()
    if (await this.#room(appends, false)) return appends
    const waiting = [...appends, ...this.#queue]
    this.#queue = waiting.filter(({ reserve }) => reserve)
    for (const append of waiting) if (!append.reserve) append.reject(fault('KAE_LOG_DISK_FULL'))
    const reserved = this.#take()
    if (reserved.length === 0 || (await this.#room(reserved, true))) return reserved
    for (const append of reserved) append.reject(fault('KAE_LOG_DISK_FULL', { detail: 'the reserve is used up too' }))
    return []
  }

  #take(): QueuedAppend[] {
    let bytes = 0
    const over = this.#queue.findIndex((append, index) => {
      bytes += append.bytes
      return index > 0 && bytes > BATCH_BYTES
    })
    return this.#queue.splice(0, over === -1 ? this.#queue.length : over)
  }

  async #room(appends: readonly QueuedAppend[], reserve: boolean): Promise<boolean> {
    const bytes = appends.reduce((sum, append) => sum + append.bytes, MARK_BYTES)
    try {
      return await this.#parts.writer.makeRoom(bytes, reserve)
    } catch (error) {
      this.#queue.unshift(...appends)
      throw error
    }
  }

  #fail(cause: unknown): void {
    const detail = cause instanceof Error ? cause.message : String(cause)
    this.#failure = fault('KAE_LOG_FAILED', { detail, cause })
    for (const append of this.#queue.splice(0)) append.reject(this.#failure)
    this.#parts.onFailure(this.#failure)
  }
}

function placeInto(all: PlacedDraft[], { placed, head }: { placed: readonly PlacedDraft[]; head: Head }): Head {
  for (const record of placed) all.push(record)
  return head
}

const receiptOf = ({ drafts }: QueuedAppend, { seq, time, hash }: Head): Receipt => ({
  firstSeq: seq - drafts.length + 1,
  lastSeq: seq,
  time,
  head: hash,
})
