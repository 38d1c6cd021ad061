import { NO_LINK, placeRecord } from '../../src/protocol/chain.ts'
import { type Draft, MAX_PAYLOAD_BYTES, type Placement, SALT_BYTES } from '../../src/protocol/record.ts'
import type { SessionId } from '../../src/protocol/session-id.ts'
import { type Head, JOURNAL_ID, type UnendedSession } from './append-log.ts'
import { framesBytes } from './frame.ts'
import type { BatchSpan, SessionPlace, SessionPlaces } from './session-places.ts'

/** More in one append would make one batch, and one wait for all others, too long. */
const MAX_APPEND_BYTES = 16 * 1024 * 1024

/** Why an append is a bug of its caller, as far as its drafts alone tell; undefined where it is none. */
export function misuseOf(session: SessionId, drafts: readonly Draft[]): string | undefined {
  if (drafts.length === 0) return 'an append without a record'
  if (framesBytes(drafts) > MAX_APPEND_BYTES) return `an append of ${framesBytes(drafts)} bytes`
  for (const [index, { kind, salt, payload, elapsed }] of drafts.entries()) {
    if ((session === JOURNAL_ID) !== (kind === 'journal')) return `a ${kind} record in session ${session}`
    if (kind === 'open' && index > 0) return 'an open record that is not the first'
    if (kind === 'end' && index < drafts.length - 1) return 'a record after the end'
    if (salt.length !== SALT_BYTES) return `a salt of ${salt.length} bytes`
    if (payload.length > MAX_PAYLOAD_BYTES) return `a payload of ${payload.length} bytes`
    if (!Number.isSafeInteger(elapsed) || elapsed < 0) return `an elapsed time of ${elapsed}`
  }
  return undefined
}

export interface StagedAppend {
  readonly session: SessionId
  readonly drafts: readonly Draft[]
}

export interface PlacedDraft {
  readonly draft: Draft
  readonly header: Buffer
}

/**
 * The heads of all sessions, twice: what is durable, and what the batch under way will make of it. `placeAppend` goes
 * ahead, `commit` follows when the batch is durable.
 */
export class LiveSessions {
  readonly #durable: Map<SessionId, Head>
  readonly #places: SessionPlaces
  readonly #ahead = new Map<SessionId, Head | 'ended'>()

  constructor(durable: Map<SessionId, Head>, places: SessionPlaces) {
    this.#durable = durable
    this.#places = places
  }

  head(session: SessionId): Head | undefined {
    return this.#durable.get(session)
  }

  place(session: SessionId): SessionPlace | undefined {
    return this.#places.get(session)
  }

  unended(): UnendedSession[] {
    const all = [...this.#durable].map(([id, head]) => ({ id, head }))
    return all.filter(({ id }) => id !== JOURNAL_ID)
  }

  /** Why the session's state forbids the append; undefined where nothing does. */
  refuse({ session, drafts }: StagedAppend): string | undefined {
    const head = this.#headAhead(session)
    const opens = drafts[0]?.kind === 'open'
    if (head === 'ended') return `session ${session} has ended`
    if (head !== undefined) return opens ? `session ${session} is open already` : undefined
    return opens || session === JOURNAL_ID ? undefined : `session ${session} was never opened`
  }

  /** Gives each draft its place behind the session's last one. */
  placeAppend({ session, drafts }: StagedAppend, time: number): { placed: PlacedDraft[]; head: Head } {
    const before = this.#headAhead(session)
    let head = before === 'ended' ? undefined : before
    const placed: PlacedDraft[] = []
    for (const draft of drafts) {
      const placement: Placement = { session, seq: (head?.seq ?? -1) + 1, time, link: head?.hash ?? NO_LINK }
      const { header, hash } = placeRecord(draft, placement)
      placed.push({ draft, header })
      head = { seq: placement.seq, time, hash }
    }
    if (head === undefined) throw new Error('an append without a record')
    this.#ahead.set(session, drafts.at(-1)?.kind === 'end' ? 'ended' : head)
    return { placed, head }
  }

  commit(span: BatchSpan): void {
    for (const [session, head] of this.#ahead) {
      this.#places.note(session, span)
      if (head === 'ended') this.#durable.delete(session)
      else this.#durable.set(session, head)
    }
    this.#ahead.clear()
  }

  #headAhead(session: SessionId): Head | 'ended' | undefined {
    const head = this.#ahead.get(session) ?? this.#durable.get(session)
    return head ?? (this.#places.has(session) ? 'ended' : undefined)
  }
}
