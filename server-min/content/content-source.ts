/** Recordings as ready bytes, from a thread of their own: this one passes them on. */
import type { SessionId } from '../../src/protocol/session-id.ts'
import { notFound } from '../library/faults.ts'
import { streamFromWorker } from '../library/worker/worker-asking.ts'
import { type LinkOptions, WorkerLink } from '../library/worker/worker-link.ts'
import type { AppendLog, LogPlaces } from '../log/append-log.ts'
import { isBefore, type LogEnd, type LogPosition } from '../log/log-tail.ts'
import type { SessionPlace } from '../log/session-places.ts'
import type { PlacedRequest } from './content-room.ts'
import { Fans } from './fans.ts'
import type { ContentRequest, GiveContent, Portion, Stretch } from './request.ts'

/** What grew is said so much later: what is typed meanwhile goes together, and never beside the acks that it waits for. */
const GROWN_MS = 15

export interface ContentSourceOptions extends LinkOptions {
  /** This process writes it, into this folder. */
  readonly log: Pick<AppendLog, 'head'> & LogPlaces
  readonly folder: string
  /** The worker ended by an error, or hung; the next reader starts another. */
  readonly onTrouble: (error: unknown) => void
}

export class ContentSource implements AsyncDisposable {
  readonly #options: ContentSourceOptions
  readonly #fans = new Fans(this)
  readonly #telling = new Map<SessionId, { followers: number; readonly stop: () => void }>()
  #link: WorkerLink | undefined
  #closed = false

  constructor(options: ContentSourceOptions) {
    this.#options = options
  }

  readonly give: GiveContent = (request, signal) => {
    const follow = request.follow && this.isLive(request.session.metadata.name)
    // A cast depends on all that came before it, so each reader has an encoder of their own.
    if (follow && !request.format.startsWith('asciicast')) return this.#fans.follow(request, signal)
    return this.#bytes({ ...request, follow }, signal)
  }

  /** It may have ended since it was looked up. */
  isLive(id: SessionId): boolean {
    return this.#options.log.head(id) !== undefined
  }

  async *portions(request: ContentRequest, signal: AbortSignal, stretch?: Stretch): AsyncGenerator<Portion> {
    const id = request.session.metadata.name
    const place = this.#options.log.place(id)
    if (place === undefined) throw notFound(id)
    const end = endOf(place)
    const from = stretch?.from ?? durableStart(request.from, end) ?? { segment: place.firstSegment, point: place.start }
    const placed: PlacedRequest = { request, from, end, ...(stretch && { stretch }) }
    const link = this.#worker()
    const stopTelling = request.follow ? this.#tellGrowth(id) : undefined
    try {
      const asked = { name: 'content', args: [placed], isPrompt: !request.follow } as const
      yield* streamFromWorker<Portion>(link, asked, signal)
    } finally {
      stopTelling?.()
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closed = true
    for (const { stop } of this.#telling.values()) stop()
    await this.#link?.close()
  }

  async *#bytes(request: ContentRequest, signal: AbortSignal): AsyncGenerator<Uint8Array> {
    for await (const { bytes } of this.portions(request, signal)) yield bytes
  }

  #worker(): WorkerLink {
    if (this.#link !== undefined) return this.#link
    const link = new WorkerLink({ room: 'content', folder: this.#options.folder }, this.#options)
    this.#link = link
    void link.ended.then((cause) => {
      if (this.#link === link) this.#link = undefined
      if (!this.#closed) this.#options.onTrouble(cause)
    })
    return link
  }

  #tellGrowth(id: SessionId): () => void {
    const telling = this.#telling.get(id) ?? { followers: 0, stop: this.#startTelling(id) }
    telling.followers += 1
    this.#telling.set(id, telling)
    return () => {
      telling.followers -= 1
      if (telling.followers > 0) return
      telling.stop()
      this.#telling.delete(id)
    }
  }

  #startTelling(id: SessionId): () => void {
    const { log } = this.#options
    let timer: NodeJS.Timeout | undefined
    const tell = (): void => {
      timer = undefined
      const place = log.place(id)
      if (place !== undefined) this.#link?.say({ type: 'grown', session: id, end: endOf(place) })
    }
    const stop = log.onGrowth(id, () => {
      timer ??= setTimeout(tell, GROWN_MS)
    })
    return () => {
      stop()
      clearTimeout(timer)
    }
  }
}

/** The index may know of what is written and not durable yet: a reader does not begin there. */
const durableStart = (from: LogPosition | undefined, end: LogEnd): LogPosition | undefined =>
  from !== undefined && isBefore({ segment: from.segment, end: from.point.offset }, end) ? from : undefined

const endOf = ({ lastSegment, end }: SessionPlace): LogEnd => ({ segment: lastSegment, end })
