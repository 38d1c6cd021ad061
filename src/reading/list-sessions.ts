/** `sessions list`: a page for a person, all of them for a program, and what changes for who watches. */
import type { PageRequest, SessionLibrary, SessionQuery } from '../protocol/session-library.ts'
import type { SessionObject } from '../protocol/session-object.ts'
import { asciiJson, escapeText } from '../recording/escape.ts'
import { EmptyPages } from './cluster/empty-pages.ts'
import { fault } from './faults.ts'
import type { Output } from './print/output.ts'
import { type ListFormat, objectName, printList } from './print/print-objects.ts'
import { type ColumnChoice, sessionCells, sessionColumns, shortIds } from './print/session-columns.ts'
import { type Column, columnWidths, headingLine, rowLine } from './print/table.ts'

export interface ListRequest {
  readonly query: SessionQuery
  readonly format: ListFormat
  readonly headings: boolean
  /** Undefined: what fits a person on a terminal, all for a program. */
  readonly limit: number | undefined
  readonly watch: boolean
  /** µs since the Unix epoch. */
  readonly now: number
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
  const shown =
    format === 'json' || format === 'yaml'
      ? await printWhole(pages, format, output)
      : await printRows(pages, request, output)
  if (shown === 0 && !watch) output.say(noneWords(library, request.query))
  if (pages.left)
    output.say(`There are more. --limit ${pages.limit * 4} shows more of them, --since 1d or --user NAME fewer.`)
  if (!watch) return
  const row = rowPrinter(request, output, [])
  const { signal } = new AbortController()
  const from = pages.resourceVersion === '' ? {} : { resourceVersion: pages.resourceVersion }
  for await (const { object } of library.watch(request.query, { ...from, signal })) await output.write(row(object))
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

async function printRows(pages: Pages, request: ListRequest, output: Output): Promise<number> {
  let count = 0
  let row: ((session: SessionObject) => string) | undefined
  for await (const page of pages.each()) {
    if (row === undefined && (page.length > 0 || request.watch)) {
      if (isTable(request.format) && request.headings) await output.write(headings(request, output, page))
      row = rowPrinter(request, output, page)
    }
    for (const session of page) await output.write(row?.(session) ?? '')
    count += page.length
  }
  return count
}

const isTable = (format: ListFormat): boolean => format === 'table' || format === 'wide'

function choiceOf({ format, query, now }: ListRequest, output: Output, page: readonly SessionObject[]): ColumnChoice {
  const wide = format === 'wide'
  // A person who cuts a row out of a script's output must find the whole id in it.
  const idOf = output.columns === undefined || wide || page.length === 0 ? wholeId : shortIds(page)
  return { wide, namespaces: query.namespace === undefined, idOf, now }
}

const wholeId = ({ metadata }: SessionObject): string => metadata.name

interface Layout {
  readonly choice: ColumnChoice
  readonly columns: readonly Column[]
  readonly widths: readonly number[]
}

function layoutOf(request: ListRequest, output: Output, page: readonly SessionObject[]): Layout {
  const choice = choiceOf(request, output, page)
  const columns = sessionColumns(choice)
  const rows = page.map((session) => sessionCells(session, choice))
  return { choice, columns, widths: columnWidths(columns, rows, choice.wide ? undefined : output.columns) }
}

function headings(request: ListRequest, output: Output, page: readonly SessionObject[]): string {
  const { columns, widths } = layoutOf(request, output, page)
  return `${headingLine(columns, widths, output.paint)}\n`
}

/** Later rows keep to the columns of the first page. */
function rowPrinter(
  request: ListRequest,
  output: Output,
  page: readonly SessionObject[],
): (session: SessionObject) => string {
  if (request.format === 'name') return ({ metadata }) => objectName(metadata.name)
  if (request.format === 'jsonl') return (session) => `${asciiJson(session)}\n`
  const { choice, columns, widths } = layoutOf(request, output, page)
  return (session) => `${rowLine({ columns, widths, paint: output.paint }, sessionCells(session, choice))}\n`
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
