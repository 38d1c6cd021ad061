import type { SessionRecord } from '../protocol/record.ts'
import type { SessionEnd, SessionOpening } from '../protocol/session.ts'
import type { SessionId } from '../protocol/session-id.ts'
import { parseEnd, parseOpening } from '../recording/payload.ts'

export interface SessionSummary {
  readonly id: SessionId
  /** µs since the Unix epoch. */
  readonly started: number
  readonly opening: SessionOpening | undefined
  /** Undefined: the session runs, or its recorder was cut off. */
  readonly end: SessionEnd | undefined
  readonly ended: boolean
}

/** Takes records one by one and knows the sessions among them. */
export class Summaries {
  readonly #sessions = new Map<SessionId, SessionSummary>()

  take(record: SessionRecord): void {
    if (record.kind === 'open') {
      const opening = parseOpening(record.payload)
      this.#sessions.set(record.session, {
        id: record.session,
        started: record.time,
        opening,
        end: undefined,
        ended: false,
      })
    } else if (record.kind === 'end') {
      const session = this.#sessions.get(record.session)
      if (session !== undefined)
        this.#sessions.set(session.id, { ...session, end: parseEnd(record.payload), ended: true })
    }
  }

  /** Newest first. */
  list(): SessionSummary[] {
    return [...this.#sessions.values()].sort((a, b) => b.started - a.started)
  }
}
