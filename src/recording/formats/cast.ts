import type { TerminalSize } from '../../protocol/channel.ts'
import type { ReadRecord } from '../../protocol/read-record.ts'
import type { SessionObject } from '../../protocol/session-object.ts'
import { asciiJson, escapeText } from '../escape.ts'
import { commandLine } from '../wording.ts'
import { type CastEvent, CastEvents, type CastOptions } from './cast-events.ts'
import type { Encoder, Loss } from './format.ts'

/** What the two versions of asciicast write differently. Everything is ASCII: JSON escapes the rest. */
export interface CastDialect {
  header(facts: CastFacts): object
  /** One line without its end; undefined where the version has no such event. */
  event(event: CastEvent): string | undefined
  /** Lines at the end. */
  closing(losses: ReadonlySet<Loss>): readonly string[]
}

export interface CastFacts {
  readonly size: TerminalSize
  readonly idleLimit: number | undefined
  readonly title: string
  readonly command: string
  /** Seconds since the Unix epoch. */
  readonly timestamp: number
  /** What our own readers may want to know; others pass it over. */
  readonly origin: object
}

/** Of a session without a terminal. */
const DEFAULT_SIZE: TerminalSize = { columns: 80, rows: 24 }

export class CastEncoder implements Encoder {
  readonly #dialect: CastDialect
  readonly #options: CastOptions
  #session: SessionObject | undefined
  #events: CastEvents | undefined
  /** Events that came before the header: its size is not known at once. */
  #early: CastEvent[] | undefined = []

  constructor(dialect: CastDialect, options: CastOptions) {
    this.#dialect = dialect
    this.#options = options
  }

  get losses(): ReadonlySet<Loss> {
    return this.#events?.losses ?? new Set()
  }

  start(session: SessionObject): string {
    this.#session = session
    this.#events = new CastEvents(session, this.#options)
    return ''
  }

  record(record: ReadRecord): string {
    const events = this.#started().take(record)
    if (this.#early === undefined) return this.#lines(events)
    this.#early.push(...events)
    const known = this.#started().size !== undefined || events.some(({ code }) => code !== 'm')
    return known ? this.#begin() : ''
  }

  finish(): string {
    const rest = this.#started().finish()
    const lines = this.#early === undefined ? '' : this.#begin()
    return lines + this.#lines(rest) + this.#dialect.closing(this.losses).map(ended).join('')
  }

  #begin(): string {
    const early = this.#early ?? []
    this.#early = undefined
    return ended(asciiJson(this.#dialect.header(this.#facts()))) + this.#lines(early)
  }

  #lines(events: readonly CastEvent[]): string {
    return events.map((event) => ended(this.#dialect.event(event))).join('')
  }

  #started(): CastEvents {
    if (this.#events === undefined) throw new Error('an encoder was not started')
    return this.#events
  }

  #facts(): CastFacts {
    if (this.#session === undefined) throw new Error('an encoder was not started')
    const size = this.#started().size ?? DEFAULT_SIZE
    return { size, idleLimit: this.#options.idleLimit, ...factsOf(this.#session) }
  }
}

const ended = (line: string | undefined): string => (line === undefined ? '' : `${line}\n`)

function factsOf({
  metadata,
  spec,
  status,
}: SessionObject): Pick<CastFacts, 'title' | 'command' | 'timestamp' | 'origin'> {
  const { user, authentication, target, policy } = spec
  return {
    title: escapeText(`${user.username} in ${metadata.namespace}/${target.pod}/${target.container}`),
    command: commandLine(target.command),
    timestamp: Math.floor(Date.parse(status.startTime) / 1000),
    origin: {
      session: metadata.name,
      startTime: status.startTime,
      user: escapeText(user.username),
      authentication,
      capture: policy.capture,
      record: policy.record,
    },
  }
}

/** Seconds with all six digits: a floating point number would lose some. */
export const seconds = (micros: number): string =>
  `${Math.floor(micros / 1e6)}.${String(micros % 1e6).padStart(6, '0')}`
