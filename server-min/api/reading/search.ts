import { GROUP_VERSION } from '../../../src/protocol/api.ts'
import { isFault } from '../../../src/protocol/fault.ts'
import type { SessionId } from '../../../src/protocol/session-id.ts'
import type { CommandSearch, SearchHit } from '../../../src/protocol/session-library.ts'
import type { SessionObject } from '../../../src/protocol/session-object.ts'
import { fault } from '../faults.ts'
import { isTrue, sessionQuery, wholeNumber } from './asking.ts'
import { inScope } from './narrowing.ts'
import { type Question, type Reading, readerOf, sendJson } from './question.ts'
import { isOwn, type Scope } from './visibility.ts'
import { echoIsUnknown } from './withholding.ts'

const MOST_HITS = 1000
const USUAL_HITS = 100
const MOST_PATTERN = 1024
const MOST_MS = 20_000

const OWN = ['text', 'regex', 'output'] as const
const invalid = (detail: string) => fault('KAE_READ_QUERY_INVALID', { detail })

/** `GET …/commands`: a search over command lines, and over output where it is asked for. */
export async function searchCommands(reading: Reading, question: Question): Promise<void> {
  const { reader, namespace, parameters, response } = question
  const search = parseSearch(parameters, namespace)
  using _place = reading.readers.enter(reader.username)
  const scope = await reading.visibility.scope(reader, namespace, true)
  const inside = inScope(search.sessions, question, scope)
  // What is not looked at cannot be told by the time that it takes, or by what an expression makes of it.
  const echoed = !(await reading.visibility.allSecrets(reader, namespace))
  const sessions = inside && echoed ? { ...inside, echoed } : inside
  const note = (hits: readonly SessionId[]) =>
    reading.journal.record({ ...readerOf(question), type: 'search', search, hits })
  const { hits, warnings } =
    sessions === undefined
      ? NO_HITS
      : await found(reading, question, { search: { ...search, sessions }, scope }).catch(async (error: unknown) => {
          await note([])
          throw error
        })
  await note([...new Set(hits.map(({ session }) => session.metadata.name))])
  const list = { kind: 'CommandHitList', apiVersion: GROUP_VERSION, metadata: {}, items: hits }
  sendJson(response, 200, warnings.length === 0 ? list : { ...list, warnings })
}

function parseSearch(parameters: URLSearchParams, namespace: string | undefined): CommandSearch {
  const sessions = sessionQuery(parameters, namespace, OWN)
  for (const name of [...OWN, 'limit'])
    if (parameters.getAll(name).length > 1) throw invalid(`${name} is given more than once`)
  const [text, regex] = [parameters.get('text') ?? '', parameters.get('regex') ?? '']
  if ((text === '') === (regex === '')) throw invalid('a search is for exactly one of text and regex')
  if (Math.max(text.length, regex.length) > MOST_PATTERN)
    throw invalid(`a search is for ${MOST_PATTERN} characters at most`)
  const limit = wholeNumber('limit', parameters.get('limit') ?? String(USUAL_HITS))
  const pattern = text === '' ? ({ type: 'regex', source: checked(regex) } as const) : ({ type: 'text', text } as const)
  const output = isTrue(parameters.get('output'))
  return { pattern, output, sessions, limit: Math.min(limit === 0 ? USUAL_HITS : limit, MOST_HITS) }
}

function checked(source: string): string {
  try {
    new RegExp(source)
    return source
  } catch {
    throw invalid('this is no JavaScript regular expression')
  }
}

interface Found {
  readonly hits: readonly SearchHit[]
  readonly warnings: readonly string[]
}

const NO_HITS: Found = { hits: [], warnings: [] }

interface Scoped {
  readonly search: CommandSearch
  readonly scope: Scope
}

/** A search may take longer than a right lasts: what it found is for whoever has it now. */
async function found(reading: Reading, question: Question, scoped: Scoped): Promise<Found> {
  const { reader, namespace } = question
  const hits = await collect(reading, question, scoped)
  if (scoped.scope === 'all' && (await reading.visibility.scope(reader, namespace, true)) !== 'all')
    throw fault('KAE_READ_REVOKED')
  return hits
}

async function collect(
  reading: Reading,
  { reader, namespace, response }: Question,
  { search, scope }: Scoped,
): Promise<Found> {
  const left = new AbortController()
  response.once('close', () => left.abort())
  const late = AbortSignal.timeout(MOST_MS)
  const signal = AbortSignal.any([left.signal, late, reading.stopping])
  const hits: SearchHit[] = []
  const typed = new TypedLines((session) => reading.visibility.secrets(reader, session))
  try {
    for await (const hit of (await reading.library()).search({ ...search, limit: MOST_HITS }, signal)) {
      const inside = namespace === undefined || hit.session.metadata.namespace === namespace
      if (!inside || (scope === 'own' && !isOwn(hit.session, reader))) continue
      if (echoIsUnknown(hit.session) && !(await typed.mayKnow(hit.session))) continue
      hits.push(hit)
      if (hits.length >= search.limit) break
    }
  } catch (error) {
    if (!late.aborted) throw error
  }
  const slow = late.aborted ? [`stopped after ${MOST_MS / 1000} s: narrow the search`] : []
  return { hits, warnings: typed.unasked ? [...slow, LEFT_OUT] : slow }
}

const LEFT_OUT = 'lines that may be passwords are left out: the API server could not be asked who may read them'

/** A line that was only typed may be a password. */
class TypedLines {
  /** Whether nobody could say whose they are. Nobody waits for that once more, hit by hit. */
  unasked = false
  readonly #ask: (session: SessionObject) => Promise<boolean>

  constructor(ask: (session: SessionObject) => Promise<boolean>) {
    this.#ask = ask
  }

  async mayKnow(session: SessionObject): Promise<boolean> {
    if (this.unasked) return false
    try {
      return await this.#ask(session)
    } catch (error) {
      if (!isFault(error) || error.code !== 'KAE_READ_UNREVIEWED') throw error
      this.unasked = true
      return false
    }
  }
}
