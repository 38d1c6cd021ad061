import type { SessionId } from '../../../src/protocol/session-id.ts'
import type { SessionLibrary, SessionPage, SessionQuery } from '../../../src/protocol/session-library.ts'
import type { SessionObject } from '../../../src/protocol/session-object.ts'
import { type Asking, parseAsking } from './asking.ts'
import { openPlace, type Place, sealPlace } from './continue-token.ts'
import { matcherOf, queryOf } from './narrowing.ts'
import { type Question, type Reading, readerOf, sendJson } from './question.ts'
import { listIn, negotiateShape, objectIn } from './representation.ts'
import type { Matcher } from './selectors.ts'
import type { Scope } from './visibility.ts'
import { echoIsUnknown } from './withholding.ts'

/** A list is cut after so many sessions were looked at: a page may then hold fewer than asked for, or none. */
const MOST_LOOKED_AT = 10_000

/** `GET …/sessions` */
export async function listSessions(reading: Reading, question: Question, asking: Asking): Promise<void> {
  const { reader, request, response, parameters } = question
  const shape = negotiateShape(request.headers.accept, parameters.get('includeObject'))
  // Whoever learns which sessions contain a text learns something of what they recorded.
  const content = asking.query.command !== undefined
  const scope = await reading.visibility.scope(reader, question.namespace, content)
  const echoed = content && !(await reading.visibility.allSecrets(reader, question.namespace))
  const identity = [reader.username, reader.uid, question.namespace, scope, echoed, filtersOf(parameters)]
  const note = (hits: readonly SessionId[]) =>
    reading.journal.record({ ...readerOf(question), type: 'search', search: { sessions: asking.query }, hits })
  const place = asking.continue === undefined ? undefined : openPlace(asking.continue, identity, reading.key)
  const collecting = { asking, scope, question, place, echoed }
  const found = await collect(await reading.library(), collecting).catch(async (error: unknown) => {
    if (content) await note([])
    throw error
  })
  if (content) await note(found.items.map(({ metadata }) => metadata.name))
  const { resourceVersion, next } = found.place
  const more = next === '' ? {} : { continue: sealPlace(found.place, identity, reading.key) }
  for (const warning of found.warnings) response.appendHeader('warning', `299 - ${quotedString(warning)}`)
  sendJson(response, 200, listIn(shape, { ...found, metadata: { resourceVersion, ...more } }, Date.now()))
}

/** `GET …/sessions/{id}` */
export async function getSession(reading: Reading, question: Question): Promise<void> {
  const { reader, namespace = '', id = '', request, response, parameters } = question
  parseAsking(parameters, namespace)
  const shape = negotiateShape(request.headers.accept, parameters.get('includeObject'))
  const session = await reading.visibility.find(reader, { namespace, id })
  sendJson(response, 200, objectIn(shape, session, { now: Date.now() }))
}

interface Collecting {
  readonly asking: Asking
  readonly scope: Scope
  readonly question: Question
  readonly place: Place | undefined
  /** Without sessions of which nothing tells what was echoed. */
  readonly echoed: boolean
}

interface Collected {
  readonly items: readonly SessionObject[]
  /** `next` is empty on the last page. */
  readonly place: Place
  readonly warnings: readonly string[]
}

async function collect(library: SessionLibrary, collecting: Collecting): Promise<Collected> {
  const { asking, question, scope, place, echoed } = collecting
  const narrowed = queryOf(asking, question, scope)
  const query = narrowed && echoed ? { ...narrowed, echoed } : narrowed
  const isSeen = matcherOf(asking, question, scope)
  const matches: Matcher = (session) => isSeen(session) && !(echoed && echoIsUnknown(session))
  const items: SessionObject[] = []
  const warnings = new Set<string>()
  let [next, resourceVersion] = [place?.next ?? '', place?.resourceVersion ?? '']
  let looked = 0
  do {
    const page: SessionPage = await library.list(query ?? NOTHING, {
      limit: query === undefined ? 1 : asking.limit - items.length,
      ...(next === '' ? {} : { continue: next }),
    })
    resourceVersion ||= page.resourceVersion
    for (const warning of page.warnings) warnings.add(warning)
    if (query !== undefined) items.push(...page.items.filter(matches))
    looked += Math.max(1, page.items.length)
    next = query === undefined ? '' : (page.continue ?? '')
  } while (next !== '' && items.length < asking.limit && looked < MOST_LOOKED_AT)
  return { items, place: { next, resourceVersion }, warnings: [...warnings] }
}

/** Asked where nothing can match: for the resource version alone. */
const NOTHING: SessionQuery = {}

/** What a list's pages have in common. */
const filtersOf = (parameters: URLSearchParams): ReadonlyArray<readonly [string, string]> =>
  [...parameters].filter(([name]) => !['limit', 'continue', 'pretty', 'timeout', 'includeObject'].includes(name)).sort()

/** RFC 7234, section 5.5, as ASCII. */
const quotedString = (text: string): string => `"${text.replace(/[^ -~]/g, '?').replace(/["\\]/g, '\\$&')}"`
