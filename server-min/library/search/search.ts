import { setImmediate as nextTurn } from 'node:timers/promises'
import type { RecordedCommand } from '../../../src/protocol/recorded-command.ts'
import type { CommandSearch } from '../../../src/protocol/session-library.ts'
import type { SessionSelection } from '../selection.ts'
import type { SessionRow } from '../store/session-row.ts'
import { recordsOfRow } from '../upkeep/derivation.ts'
import { commandListOf, listFilter, pieces, rowOf, type Walk, walk } from './candidates.ts'
import { type Matcher, matcherOf, type Span } from './matcher.ts'
import { type OutputLine, OutputLines } from './output-lines.ts'

export interface LibrarySearch extends CommandSearch {
  readonly sessions: SessionSelection
}

export interface RowHit {
  readonly row: SessionRow
  readonly where: 'command' | 'output'
  readonly line: string
  readonly elapsed: number
}

/** Lines that go to the matcher together, at most; and together no more than so many characters. */
const HANDFUL = 512
const HANDFUL_CHARACTERS = 256 * 1024
/** So long a search keeps the others of its thread waiting; a list takes several turns. */
const TURN_MS = 4
/** A longer line is shown around what was found in it; an ellipsis says so. */
const SHOWN = 2_000

/** Newest sessions first, in each of them its commands and then its output. */
export async function* searchLines(
  parts: Pick<Walk, 'store' | 'phaseOf'>,
  search: LibrarySearch,
  signal?: AbortSignal,
): AsyncGenerator<RowHit> {
  const place = { ...parts, matcher: matcherOf(search), selection: search.sessions, signal }
  let left = search.limit
  for await (const hit of search.output ? everywhere(place) : amongCommands(place)) {
    if (left <= 0 || signal?.aborted) return
    left -= 1
    yield hit
    if (left <= 0) return
  }
}

interface Place extends Pick<Walk, 'store' | 'phaseOf' | 'selection'> {
  readonly matcher: Matcher
  readonly signal: AbortSignal | undefined
}

interface Line extends OutputLine {
  readonly key: number
}

/** Lines of many sessions go to the matcher together: a call of it costs more than a line. */
async function* amongCommands(place: Place): AsyncGenerator<RowHit> {
  const { store, matcher, signal } = place
  const mayMatch = listFilter(matcher.texts)
  for await (const piece of pieces({ ...place, texts: matcher.texts })) {
    if (signal?.aborted) return
    const lines = piece.flatMap(({ key, list }) => (list !== undefined && mayMatch(list) ? linesIn(list, key) : []))
    for (const some of handfuls(lines)) {
      for (const { line, at } of matched(some, matcher)) {
        const row = rowOf(store, line.key)
        if (row !== undefined) yield { row, where: 'command', line: at, elapsed: line.elapsed }
      }
      await nextTurn()
    }
  }
}

/** What a session wrote may have it where its commands do not, so no index narrows this down. */
async function* everywhere(place: Place): AsyncGenerator<RowHit> {
  const { store, matcher, signal } = place
  for await (const row of walk(place)) {
    const { commands } = row.commands ? commandListOf(store, row.key) : { commands: [] }
    for (const some of handfuls(linesIn(commands, row.key)))
      for (const { line, at } of matched(some, matcher))
        yield { row, where: 'command', line: at, elapsed: line.elapsed }
    if (signal?.aborted) return
    if (row.outputBytes + row.errorBytes > 0) yield* outputHits({ row, matcher, signal })
  }
}

const linesIn = (list: string | readonly RecordedCommand[], key: number): Line[] =>
  (typeof list === 'string' ? (JSON.parse(list) as RecordedCommand[]) : list).flatMap((one) =>
    one.type === 'command' ? [{ key, text: one.line, elapsed: one.elapsed }] : [],
  )

interface InOutput extends Pick<Place, 'matcher' | 'signal'> {
  readonly row: SessionRow
}

/** Reads what the session wrote from its log. Both streams are searched, each with lines of its own. */
async function* outputHits({ row, matcher, signal }: InOutput): AsyncGenerator<RowHit> {
  const streams = { output: new OutputLines(), errorOutput: new OutputLines() }
  let elapsed = 0
  let turn = performance.now()
  for await (const record of recordsOfRow(row)) {
    if (signal?.aborted) return
    elapsed = record.elapsed
    if (record.kind !== 'output' && record.kind !== 'errorOutput') continue
    const lines = streams[record.kind].push(record.payload, elapsed)
    for (const some of handfuls(lines)) yield* outputHitsAmong(some, row, matcher)
    if (performance.now() - turn < TURN_MS) continue
    await nextTurn()
    turn = performance.now()
  }
  const rest = [...streams.output.finish(elapsed), ...streams.errorOutput.finish(elapsed)]
  yield* outputHitsAmong(rest, row, matcher)
}

function* outputHitsAmong(lines: readonly OutputLine[], row: SessionRow, matcher: Matcher): Generator<RowHit> {
  for (const { line, at } of matched(lines, matcher)) yield { row, where: 'output', line: at, elapsed: line.elapsed }
}

function matched<L extends OutputLine>(
  lines: readonly L[],
  matcher: Matcher,
): { readonly line: L; readonly at: string }[] {
  if (lines.length === 0) return []
  const spans = matcher.match(lines.map(({ text }) => text))
  return lines.flatMap((line, index) => {
    const span = spans[index]
    return span === undefined ? [] : [{ line, at: around(line.text, span) }]
  })
}

function* handfuls<L extends OutputLine>(lines: readonly L[]): Generator<readonly L[]> {
  let some: L[] = []
  let characters = 0
  for (const line of lines) {
    some.push(line)
    characters += line.text.length
    if (some.length < HANDFUL && characters < HANDFUL_CHARACTERS) continue
    yield some
    some = []
    characters = 0
  }
  if (some.length > 0) yield some
}

/** Exported for its test. */
export function around(line: string, { start, end }: Span): string {
  if (line.length <= SHOWN) return line
  const from = Math.max(0, Math.min(start - SHOWN / 4, line.length - SHOWN))
  const to = Math.min(line.length, Math.max(from + SHOWN, Math.min(end, from + 2 * SHOWN)))
  return `${from > 0 ? '…' : ''}${line.slice(from, to)}${to < line.length ? '…' : ''}`
}
