import { setImmediate as nextTurn } from 'node:timers/promises'
import type { CommandSearch } from '../../src/protocol/session-library.ts'
import { commandListOf, type Walk, walk } from './candidates.ts'
import { recordsOfRow } from './derivation.ts'
import { type Matcher, matcherOf, type Span } from './matcher.ts'
import { type OutputLine, OutputLines } from './output-lines.ts'
import type { SessionSelection } from './selection.ts'
import type { SessionRow } from './session-row.ts'

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
/** A longer line is shown around what was found in it; an ellipsis says so. */
const SHOWN = 2_000

/** Newest sessions first, in each of them its commands and then its output. */
export async function* searchLines(
  parts: Pick<Walk, 'store' | 'phaseOf'>,
  search: LibrarySearch,
  signal?: AbortSignal,
): AsyncGenerator<RowHit> {
  const matcher = matcherOf(search)
  // With output, a session whose commands do not have the text may have it all the same.
  const texts = search.output ? {} : { texts: matcher.texts }
  let left = search.limit
  for await (const row of walk({ ...parts, selection: search.sessions, ...texts })) {
    for await (const hit of hitsOf(parts.store, { row, matcher, output: search.output, signal })) {
      if (left <= 0 || signal?.aborted) return
      left -= 1
      yield hit
    }
    if (left <= 0 || signal?.aborted) return
  }
}

interface Place {
  readonly row: SessionRow
  readonly matcher: Matcher
  readonly output: boolean
  readonly signal: AbortSignal | undefined
}

async function* hitsOf(store: Walk['store'], { row, matcher, output, signal }: Place): AsyncGenerator<RowHit> {
  if (row.commands !== undefined && row.commands > 0) {
    const { commands } = commandListOf(store, row.key)
    const lines = commands.flatMap((one) => (one.type === 'command' ? [{ text: one.line, elapsed: one.elapsed }] : []))
    for (const some of handfuls(lines)) yield* hitsAmong(some, { row, matcher, where: 'command' })
  }
  if (output && row.outputBytes + row.errorBytes > 0) yield* outputHits({ row, matcher, signal })
}

/** Reads what the session wrote from its log. Both streams are searched, each with lines of its own. */
async function* outputHits({ row, matcher, signal }: Omit<Place, 'output'>): AsyncGenerator<RowHit> {
  const streams = { output: new OutputLines(), errorOutput: new OutputLines() }
  let elapsed = 0
  let turn = performance.now()
  for await (const record of recordsOfRow(row)) {
    if (signal?.aborted) return
    elapsed = record.elapsed
    if (record.kind !== 'output' && record.kind !== 'errorOutput') continue
    const lines = streams[record.kind].push(record.payload, elapsed)
    for (const some of handfuls(lines)) yield* hitsAmong(some, { row, matcher, where: 'output' })
    if (performance.now() - turn < 10) continue
    await nextTurn()
    turn = performance.now()
  }
  const rest = [...streams.output.finish(elapsed), ...streams.errorOutput.finish(elapsed)]
  yield* hitsAmong(rest, { row, matcher, where: 'output' })
}

function* hitsAmong(
  lines: readonly OutputLine[],
  { row, matcher, where }: Pick<Place, 'row' | 'matcher'> & Pick<RowHit, 'where'>,
): Generator<RowHit> {
  if (lines.length === 0) return
  const spans = matcher.match(lines.map(({ text }) => text))
  for (const [index, { text, elapsed }] of lines.entries()) {
    const span = spans[index]
    if (span !== undefined) yield { row, where, line: around(text, span), elapsed }
  }
}

function* handfuls(lines: readonly OutputLine[]): Generator<readonly OutputLine[]> {
  let some: OutputLine[] = []
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
