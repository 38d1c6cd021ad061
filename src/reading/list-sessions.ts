/** `sessions list`: a page for a person, all of them for a program, and what changes for who watches. */
import type { PageRequest, SessionLibrary, SessionQuery } from '../protocol/session-library.ts'
import type { SessionObject } from '../protocol/session-object.ts'
import { asciiJson, escapeText } from '../recording/escape.ts'
import { EmptyPages } from './cluster/empty-pages.ts'
import { fault } from './faults.ts'
import type { Output } from './print/output.ts'
import { type ListFormat, objectName, printList } from './print/print-objects.ts'
import { openSessionTable, type SessionTable } from './print/session-table.ts'

export interface ListRequest {
  readonly query: SessionQuery
  readonly format: ListFormat
  readonly headings: boolean
  /** Undefined: what fits a person on a terminal, all for a program. */
  readonly limit: number | undefined
  readonly watch: boolean
  /** µs since the Unix epoch. */
  readonly clock: () => number
}

/** What a person reads at once. */
const TERMINAL_LIMIT = 50
const PAGE_LIMIT = 500

export async function printSessions(library: SessionLibrary, request: ListRequest, output: Output): Promise<void> {
  const { format, watch } = request
  if (watch && (format === 'json' || format === 'yaml')) {
    throw fault('KAE_READING_FLAGS', { detail: `--watch prints one object a line: -o jsonl, not -o ${format}` })
  }
  const pages = new Pages(library, request, output)
  const rows = new Rows(request, output)
  const shown =
    format === 'json' || format === 'yaml' ? await printWhole(pages, format, output) : await printRows(pages, rows)
  if (shown === 0 && !watch) output.say(noneWords(library, request.query))
  if (pages.left)
    output.say(`There are more. --limit ${pages.limit * 4} shows more of them, --since 1d or --user NAME fewer.`)
  if (!watch) return
  const { signal } = new AbortController()
  const from = pages.resourceVersion === '' ? {} : { resourceVersion: pages.resourceVersion }
  for await (const { object } of library.watch(request.query, { ...from, signal })) await rows.print([object])
}

const printWhole = (pages: Pages, format: 'json' | 'yaml', output: Output): Promise<number> =>
  printList(output, format, {
    kind: 'SessionList',
    items: pages.items(),
    metadata: () => ({
      resourceVersion: pages.resourceVersion,
      ...(pages.next === undefined ? {} : { continue: pages.next }),
    }),
  })

async function printRows(pages: Pages, rows: Rows): Promise<number> {
  let count = 0
  for await (const page of pages.each()) {
    await rows.print(page)
    count += page.length
  }
  return count
}

const isTable = (format: ListFormat): boolean => format === 'table' || format === 'wide'

/** The lines that sessions are, in the columns of those that came first. */
class Rows {
  readonly #request: ListRequest
  readonly #output: Output
  #table: SessionTable | undefined

  constructor(request: ListRequest, output: Output) {
    this.#request = request
    this.#output = output
  }

  async print(sessions: readonly SessionObject[]): Promise<void> {
    const line = await this.#lineOf(sessions)
    for (const session of sessions) await this.#output.write(line(session))
  }

  async #lineOf(sessions: readonly SessionObject[]): Promise<(session: SessionObject) => string> {
    const { format, headings, watch, query, clock } = this.#request
    if (format === 'name') return ({ metadata }) => objectName(metadata.name)
    if (format === 'jsonl') return (session) => `${asciiJson(session)}\n`
    if (this.#table === undefined && (sessions.length > 0 || watch)) {
      const choice = { wide: format === 'wide', namespaces: query.namespace === undefined, goesOn: watch, clock }
      this.#table = openSessionTable(sessions, choice, this.#output)
      if (headings) await this.#output.write(this.#table.headings)
    }
    return (session) => this.#table?.row(session) ?? ''
  }
}

/** The pages that a list asks for, one after the other, until its limit. */
class Pages {
  /** Of the first page: nothing that changes while the others are read escapes a watch. */
  resourceVersion = ''
  next: string | undefined
  readonly limit: number
  readonly #library: SessionLibrary
  readonly #request: ListRequest
  readonly #output: Output

  constructor(library: SessionLibrary, request: ListRequest, output: Output) {
    this.#library = library
    this.#request = request
    this.#output = output
    const byDefault =
      isTable(request.format) && output.columns !== undefined ? TERMINAL_LIMIT : Number.POSITIVE_INFINITY
    this.limit = request.limit ?? byDefault
  }

  /** Whether there are more than a person who gave no limit was shown. */
  get left(): boolean {
    return this.next !== undefined && isTable(this.#request.format)
  }

  async *each(): AsyncGenerator<readonly SessionObject[]> {
    let wanted = this.limit
    let isFirst = true
    const empty = new EmptyPages()
    for (let more = true; more; isFirst = false) {
      const from: Partial<PageRequest> = this.next === undefined ? {} : { continue: this.next }
      const page = await this.#library.list(this.#request.query, { limit: Math.min(wanted, PAGE_LIMIT), ...from })
      for (const warning of page.warnings) this.#output.say(`warning: ${escapeText(warning)}`)
      if (isFirst) this.resourceVersion = page.resourceVersion
      empty.take(page)
      this.next = page.continue
      wanted -= page.items.length
      more = this.next !== undefined && wanted > 0
      yield page.items
    }
  }

  async *items(): AsyncGenerator<SessionObject> {
    for await (const page of this.each()) yield* page
  }
}

function noneWords({ place }: SessionLibrary, { namespace, ...filters }: SessionQuery): string {
  const where = namespace === undefined ? '' : ` in namespace ${escapeText(namespace)}`
  const which = Object.keys(filters).length > 0 ? ' like that' : ''
  const hint = namespace === undefined ? '' : '; -A looks into all namespaces'
  return `No sessions${which}${where} (${escapeText(place)})${hint}.`
}
