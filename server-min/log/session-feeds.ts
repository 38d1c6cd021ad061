import type { SessionRecord } from '../../src/protocol/record.ts'
import type { SessionId } from '../../src/protocol/session-id.ts'
import type { FollowOptions } from './append-log.ts'
import type { EncodedBatch } from './batch.ts'
import { entryFrameBytes, FRAME_HEAD_BYTES } from './frame.ts'
import type { LiveSessions, StagedAppend } from './live-sessions.ts'
import type { LogFolder } from './scan-folder.ts'
import { SessionFeed } from './session-feed.ts'
import type { BatchSpan } from './session-places.ts'

export interface DurableBatch {
  readonly span: BatchSpan
  readonly batch: EncodedBatch
  /** What is in it, in its order. */
  readonly appends: readonly StagedAppend[]
}

/** All feeds of a log. While nobody follows, a commit pays one comparison. */
export class SessionFeeds {
  readonly #log: LogFolder
  readonly #sessions: LiveSessions
  readonly #feeds = new Map<SessionId, SessionFeed>()
  #closed: { readonly error: Error | undefined } | undefined

  constructor(log: LogFolder, sessions: LiveSessions) {
    this.#log = log
    this.#sessions = sessions
  }

  async *follow(session: SessionId, { fromSeq = 0, signal }: FollowOptions): AsyncGenerator<SessionRecord> {
    const feed = this.#feedOf(session)
    feed.followers += 1
    try {
      yield* feed.follow(fromSeq, signal)
    } finally {
      feed.followers -= 1
      if (feed.followers === 0) this.#feeds.delete(session)
    }
  }

  publish({ span, batch, appends }: DurableBatch): void {
    if (this.#feeds.size === 0) return
    const woken = new Set<SessionFeed>()
    let at = 0
    for (const { session, drafts } of appends) {
      const feed = this.#feeds.get(session)
      if (feed !== undefined) woken.add(feed)
      for (const { payload } of drafts) {
        const end = at + entryFrameBytes(payload)
        const position = { segment: span.segment, point: span.start }
        feed?.push(batch.bytes.subarray(at + FRAME_HEAD_BYTES, end), position)
        at = end
      }
    }
    for (const feed of woken) feed.wake()
  }

  close(error?: Error): void {
    this.#closed ??= { error }
    for (const feed of this.#feeds.values()) feed.close(this.#closed.error)
  }

  #feedOf(session: SessionId): SessionFeed {
    const known = this.#feeds.get(session)
    if (known !== undefined) return known
    const feed = new SessionFeed({
      log: this.#log,
      session,
      place: () => this.#sessions.place(session),
      lastSeq: () => this.#sessions.head(session)?.seq,
    })
    if (this.#closed !== undefined) feed.close(this.#closed.error)
    this.#feeds.set(session, feed)
    return feed
  }
}
