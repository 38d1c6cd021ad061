import { GROUP_VERSION } from '../../../src/protocol/api.ts'
import { isFault } from '../../../src/protocol/fault.ts'
import type { SessionChange } from '../../../src/protocol/session-library.ts'
import type { SessionObject } from '../../../src/protocol/session-object.ts'
import { fault } from '../faults.ts'
import { statusOfFault } from '../status.ts'
import type { Asking } from './asking.ts'
import { whileAllowed } from './asking-again.ts'
import { matcherOf, queryOf } from './narrowing.ts'
import { Outlet } from './outlet.ts'
import type { Question, Reading } from './question.ts'
import { negotiateShape, objectIn, type Shape } from './representation.ts'
import { changes, fieldMatcher, type Matcher } from './selectors.ts'
import type { Scope } from './visibility.ts'

/** As the API server's own watches: half an hour to an hour, so that not all come back at once. */
const LEAST_MS = 30 * 60_000
const BOOKMARK_MS = 30_000

type EventType = 'ADDED' | 'MODIFIED' | 'DELETED'

/** `GET …/sessions?watch=true`: one JSON event a line, until the reader leaves or the time is over. */
export async function watchSessions(reading: Reading, question: Question, asking: Asking): Promise<void> {
  if (asking.query.command !== undefined) throw fault('KAE_READ_QUERY_INVALID', { detail: 'command cannot be watched' })
  const { reader, request, response, parameters } = question
  const shape = negotiateShape(request.headers.accept, parameters.get('includeObject'))
  const scope = await reading.visibility.scope(reader, question.namespace, false)
  using _place = reading.readers.enter(reader.username)
  const outlet = new Outlet(response, reading.limits)
  // Their own sessions nobody takes from them.
  const isAllowed = async () =>
    scope === 'own' || (await reading.visibility.scope(reader, question.namespace, false)) === 'all'
  const revoked = whileAllowed(reading, question, isAllowed)
  const lifetime = AbortSignal.timeout(lifetimeOf(asking))
  const signal = AbortSignal.any([outlet.gone, reading.stopping, lifetime, revoked])
  const selected = new Selected(stableMatcher(asking, question, scope), movingMatcher(asking))
  const events = new Events(outlet, shape)
  outlet.start('application/json')
  const bookmarks = asking.bookmarks ? setInterval(() => events.bookmark(), BOOKMARK_MS) : undefined
  try {
    const query = queryOf(stable(asking), question, scope)
    const from =
      asking.resourceVersion === undefined || asking.resourceVersion === '0'
        ? {}
        : { resourceVersion: asking.resourceVersion }
    const library = await reading.library()
    for await (const change of library.watch(query ?? {}, { ...from, signal })) {
      const type = query === undefined ? undefined : selected.judge(change)
      if (type !== undefined) await events.send(type, change.object)
    }
  } catch (error) {
    if (!signal.aborted) await events.fail(error, reading.report)
  } finally {
    clearInterval(bookmarks)
  }
  if (revoked.aborted) await events.fail(revoked.reason, reading.report)
  await outlet.end()
}

const lifetimeOf = ({ timeoutSeconds }: Asking): number =>
  timeoutSeconds === undefined
    ? Math.round(LEAST_MS * (1 + Math.random()))
    : Math.min(timeoutSeconds * 1000, 2 * LEAST_MS)

/** What of a request can never come to be otherwise for one session. */
function stable({ query, ...asking }: Asking): Asking {
  const { phase: _phase, exitCode: _exitCode, ...rest } = query
  return { ...asking, query: rest, fields: asking.fields.filter((term) => !changes([term])) }
}

const stableMatcher = (asking: Asking, question: Question, scope: Scope): Matcher =>
  matcherOf(stable(asking), question, scope)

/** The rest; undefined where there is none. */
function movingMatcher({ query: { phase, exitCode }, fields }: Asking): Matcher | undefined {
  const moving = fields.filter((term) => changes([term]))
  if (phase === undefined && exitCode === undefined && moving.length === 0) return undefined
  const byFields = fieldMatcher(moving)
  return (session) => {
    const { status } = session
    const byCode = exitCode === 'nonzero' ? (status.exitCode ?? 0) !== 0 : status.exitCode === exitCode
    return (phase === undefined || status.phase === phase) && (exitCode === undefined || byCode) && byFields(session)
  }
}

/** Which changes a reader is told of. One that leaves the selection is `DELETED` there (Kubernetes API concepts, watch). */
class Selected {
  readonly #stable: Matcher
  readonly #moving: Matcher | undefined
  /** Whether a live session was selected last. What has ended changes no more. */
  readonly #live = new Map<string, boolean>()

  constructor(stably: Matcher, moving: Matcher | undefined) {
    this.#stable = stably
    this.#moving = moving
  }

  judge({ type, object }: SessionChange): EventType | undefined {
    // Before all else: what a reader may not see leaves no selection of theirs either.
    if (!this.#stable(object)) return undefined
    if (this.#moving === undefined) return type
    const { name } = object.metadata
    const matches = this.#moving(object)
    // What is not known was in the list from which this watch goes on, unless it is new.
    const before = this.#live.get(name) ?? type === 'MODIFIED'
    if (object.status.phase === 'Live') this.#live.set(name, matches)
    else this.#live.delete(name)
    if (matches) return before ? 'MODIFIED' : 'ADDED'
    return before ? 'DELETED' : undefined
  }
}

class Events {
  readonly #outlet: Outlet
  readonly #shape: Shape
  #headings = true
  #version = ''

  constructor(outlet: Outlet, shape: Shape) {
    this.#outlet = outlet
    this.#shape = shape
  }

  async send(type: EventType, session: SessionObject): Promise<void> {
    this.#version = session.metadata.resourceVersion ?? this.#version
    const object = objectIn(this.#shape, session, { now: Date.now(), headings: this.#headings })
    this.#headings = false
    await this.#line(type, object)
  }

  bookmark(): void {
    if (this.#version === '') return
    const metadata = { resourceVersion: this.#version }
    void this.#line('BOOKMARK', { kind: 'Session', apiVersion: GROUP_VERSION, metadata })
  }

  /** The answer has begun: what fails now is an event. */
  async fail(error: unknown, report: (error: unknown) => void): Promise<void> {
    if (!isFault(error)) report(error)
    const known = isFault(error) ? error : fault('KAE_READ_UNAVAILABLE')
    await this.#line('ERROR', statusOfFault(known))
  }

  #line(type: string, object: object): Promise<void> {
    return this.#outlet.push(`${JSON.stringify({ type, object })}\n`)
  }
}
