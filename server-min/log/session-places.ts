import type { SessionId } from '../../src/protocol/session-id.ts'
import type { ScanPoint } from './scanner.ts'

/** Where in the log a session's records stand: from the batch of its first to the end of the batch of its last. */
export interface SessionPlace {
  readonly firstSegment: string
  readonly start: ScanPoint
  readonly lastSegment: string
  readonly end: number
}

export interface BatchSpan {
  readonly segment: string
  readonly start: ScanPoint
  readonly end: ScanPoint
}

/** Knows the place of every session of the log, ended ones too, so that reading one does not read all. */
export class SessionPlaces {
  readonly #places = new Map<SessionId, SessionPlace>()

  get(session: SessionId): SessionPlace | undefined {
    return this.#places.get(session)
  }

  has(session: SessionId): boolean {
    return this.#places.has(session)
  }

  note(session: SessionId, { segment, start, end }: BatchSpan): void {
    const known = this.#places.get(session)
    const first = known ?? { firstSegment: segment, start }
    this.#places.set(session, {
      firstSegment: first.firstSegment,
      start: first.start,
      lastSegment: segment,
      end: end.offset,
    })
  }
}
