/** What a person writes for a session: its id, a beginning of it, or `latest`, and perhaps a moment in it. */
import { isFault } from '../protocol/fault.ts'
import { parseSessionId, type SessionId } from '../protocol/session-id.ts'
import type { PageRequest, SessionLibrary, SessionPage, SessionQuery } from '../protocol/session-library.ts'
import type { SessionObject } from '../protocol/session-object.ts'
import { escapeText } from '../recording/escape.ts'
import type { LibraryChoice } from './choose-library.ts'
import { EmptyPages } from './cluster/empty-pages.ts'
import { fault } from './faults.ts'
import { parseReference } from './moment.ts'

export interface ResolvedSession {
  readonly id: SessionId
  readonly session: SessionObject
  /** µs since the session was opened, where a moment was named. */
  readonly at?: number
}

/** @throws Fault KAE_SESSION_ID_INVALID, KAE_SESSION_ID_AMBIGUOUS, KAE_SESSION_NOT_FOUND, KAE_MOMENT_INVALID */
export async function resolveSession(text: string, chosen: LibraryChoice): Promise<ResolvedSession> {
  const reference = parseReference(text)
  if (reference === undefined) throw fault('KAE_MOMENT_INVALID', { detail: escapeText(text) })
  const session = await sessionNamed(reference.name, chosen)
  const id = session.metadata.name
  return reference.at === undefined ? { id, session } : { id, session, at: reference.at }
}

/** What `-o name` prints, here and in kubectl. */
const OBJECT_PREFIX = /^sessions?(\.kube-audit-exec\.io)?\//

async function sessionNamed(name: string, { library, namespace }: LibraryChoice): Promise<SessionObject> {
  const id = parseSessionId(name.replace(OBJECT_PREFIX, ''))
  if (id !== undefined) return library.get(id)
  const query = namespace === undefined ? {} : { namespace }
  if (name === 'latest') return latest(library, query)
  if (!/^[0-9a-f-]{4,35}$/.test(name)) throw fault('KAE_SESSION_ID_INVALID', { detail: escapeText(name) })
  return withPrefix(name, library, query)
}

async function latest(library: SessionLibrary, query: SessionQuery): Promise<SessionObject> {
  for await (const newest of sessionsOf(library, query, { limit: 1 })) return newest
  throw fault('KAE_SESSION_NOT_FOUND', { detail: `there is none in ${placeWords(library, query)}` })
}

const DAY_MICROS = 86_400e6
const ID_TIME_DIGITS = 12

/**
 * An id begins with the millisecond at which its session was asked for, by the clock of the user's machine: sessions whose
 * ids begin alike started about then.
 */
function startedAbout(prefix: string): Pick<SessionQuery, 'since' | 'until'> {
  const digits = prefix.replaceAll('-', '').slice(0, ID_TIME_DIGITS)
  const [first, last] = ['0', 'f'].map((fill) => Number.parseInt(digits.padEnd(ID_TIME_DIGITS, fill), 16) * 1000)
  return { since: possibleTime((first ?? 0) - DAY_MICROS), until: possibleTime((last ?? 0) + DAY_MICROS) }
}

/** Twelve hexadecimal digits reach further than a number of microseconds does. */
const possibleTime = (micros: number): number => Math.min(Math.max(0, micros), Number.MAX_SAFE_INTEGER)

/** So many of the newest are looked at where no session of that time begins so: a clock may have been wrong. */
const MOST_LOOKED_AT = 10_000

async function withPrefix(prefix: string, library: SessionLibrary, query: SessionQuery): Promise<SessionObject> {
  const about = sessionsOf(library, { ...query, ...startedAbout(prefix) })
  const found = (await only(prefix, about)) ?? (await only(prefix, sessionsOf(library, query)))
  const anywhere = found ?? (query.namespace === undefined ? undefined : await foundAnywhere(prefix, library))
  if (anywhere !== undefined) return anywhere
  throw fault('KAE_SESSION_NOT_FOUND', { detail: `${prefix}…; looked in ${placeWords(library, query)}` })
}

/** A list of all namespaces gave the id, perhaps; whoever may not look into all is told of the one that was looked into. */
async function foundAnywhere(prefix: string, library: SessionLibrary): Promise<SessionObject | undefined> {
  try {
    return await only(prefix, sessionsOf(library, startedAbout(prefix)))
  } catch (error) {
    if (isFault(error) && error.code === 'KAE_READING_FORBIDDEN') return undefined
    throw error
  }
}

const placeWords = ({ place }: SessionLibrary, { namespace }: SessionQuery): string =>
  namespace === undefined ? place : `namespace ${escapeText(namespace)} (${place})`

async function only(prefix: string, sessions: AsyncIterable<SessionObject>): Promise<SessionObject | undefined> {
  const found: SessionObject[] = []
  let looked = 0
  for await (const session of sessions) {
    if (session.metadata.name.startsWith(prefix)) found.push(session)
    if (found.length > 1) throw fault('KAE_SESSION_ID_AMBIGUOUS', { detail: ambiguity(prefix, found) })
    looked += 1
    if (looked === MOST_LOOKED_AT) break
  }
  return found[0]
}

const ambiguity = (prefix: string, found: readonly SessionObject[]): string =>
  `${prefix}… may be ${found.map(({ metadata }) => metadata.name).join(' or ')}`

const PAGE: PageRequest = { limit: 500 }

/** All that meet the query, page by page. */
export async function* sessionsOf(
  library: SessionLibrary,
  query: SessionQuery,
  first: PageRequest = PAGE,
): AsyncGenerator<SessionObject> {
  const empty = new EmptyPages()
  for (let page: PageRequest | undefined = first; page !== undefined; ) {
    const found: SessionPage = await library.list(query, page)
    empty.take(found)
    yield* found.items
    page = found.continue === undefined ? undefined : { ...first, continue: found.continue }
  }
}
