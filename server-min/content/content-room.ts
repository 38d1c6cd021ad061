/** The thread that reads and encodes recordings, so that no reader takes time from the one that records. */
import type { SessionId } from '../../src/protocol/session-id.ts'
import { folderFault } from '../log/faults.ts'
import { isBefore, type LogEnd, type LogPosition, LogTail } from '../log/log-tail.ts'
import { nodeStorage } from '../log/node-storage.ts'
import { recordsOf } from '../log/reader.ts'
import { corruption } from '../log/recover.ts'
import { type Handful, portionsOf } from './portions.ts'
import type { ContentRequest, Portion, Stretch } from './request.ts'

/** What the owner asks for: it knows what is durable, which the files alone do not tell. */
export interface PlacedRequest {
  readonly request: ContentRequest
  readonly stretch?: Stretch
  readonly from: LogPosition
  /** Of the session's last durable record. */
  readonly end: LogEnd
}

/** A log's folder, read up to where its owner says that all is durable. */
export class ContentRoom {
  readonly #folder: string
  readonly #followed = new Map<SessionId, Followed>()

  constructor(folder: string) {
    this.#folder = folder
  }

  async *open({ request, stretch, from, end }: PlacedRequest, signal: AbortSignal): AsyncGenerator<Portion> {
    const session = request.session.metadata.name
    const followed = request.follow ? this.#follow(session) : undefined
    try {
      const handfuls = this.#handfuls({ session, from, end }, followed, signal)
      for await (const portion of portionsOf(handfuls, request, stretch)) {
        if (signal.aborted) return
        yield portion
      }
    } catch (error) {
      throw folderFault(error, this.#folder)
    } finally {
      if (followed !== undefined) this.#leave(session, followed)
    }
  }

  /** More of a session is durable. */
  grow(session: SessionId, end: LogEnd): void {
    this.#followed.get(session)?.grow(end)
  }

  async *#handfuls(
    { session, from, end: known }: { session: SessionId; from: LogPosition; end: LogEnd },
    followed: Followed | undefined,
    signal: AbortSignal,
  ): AsyncGenerator<Handful> {
    await using tail = new LogTail({ storage: nodeStorage, folder: this.#folder }, { position: from })
    let end = known
    for (;;) {
      let located = await tail.next(end)
      for (; located !== undefined; located = await tail.next(end)) {
        if (signal.aborted) return
        yield { records: recordsOf(located.batches, session), ...(tail.position && { next: tail.position }) }
      }
      throwOnShort(tail.position, end)
      if (followed === undefined) return
      const grown = await followed.beyond(end, signal)
      if (grown === undefined) return
      end = grown
    }
  }

  #follow(session: SessionId): Followed {
    const followed = this.#followed.get(session) ?? new Followed()
    this.#followed.set(session, followed)
    followed.followers += 1
    return followed
  }

  #leave(session: SessionId, followed: Followed): void {
    followed.followers -= 1
    if (followed.followers === 0) this.#followed.delete(session)
  }
}

class Followed {
  followers = 0
  #end: LogEnd | undefined
  #grown = Promise.withResolvers<void>()

  grow(end: LogEnd): void {
    this.#end = end
    this.#grown.resolve()
    this.#grown = Promise.withResolvers<void>()
  }

  /** The end when it is behind this one; undefined when the signal is aborted. */
  async beyond(end: LogEnd, signal: AbortSignal): Promise<LogEnd | undefined> {
    const left = Promise.withResolvers<void>()
    const leave = (): void => left.resolve()
    signal.addEventListener('abort', leave)
    try {
      while (!signal.aborted && (this.#end === undefined || !isBefore(end, this.#end)))
        await Promise.race([this.#grown.promise, left.promise])
      return signal.aborted ? undefined : this.#end
    } finally {
      signal.removeEventListener('abort', leave)
    }
  }
}

/** What was durable is not whole any more, so waiting would not bring it. */
function throwOnShort(position: LogPosition | undefined, { segment, end }: LogEnd): void {
  const reached = position && { segment: position.segment, end: position.point.offset }
  if (reached !== undefined && !isBefore(reached, { segment, end })) return
  throw corruption({ file: reached?.segment ?? segment, offset: reached?.end ?? 0, reason: 'it changed on the disk' })
}
