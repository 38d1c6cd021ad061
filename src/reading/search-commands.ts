/** `sessions search`: hits with a place to replay from. */
import type { LogLibrary } from '../../server-min/library/library.ts'
import type { CommandSearch, SearchHit, SessionLibrary } from '../protocol/session-library.ts'
import { escapeText } from '../recording/escape.ts'
import { plainText } from '../recording/formats/plain.ts'
import { fault } from './faults.ts'
import { type Matcher, matcherOf } from './first-match.ts'
import { momentLink } from './moment.ts'
import type { Output } from './print/output.ts'
import { objectName, printList } from './print/print-objects.ts'
import { shortId, whoWords } from './print/session-columns.ts'
import { cutToWidth } from './print/text-width.ts'
import { microsOf, timeWords } from './print/times.ts'

export const HIT_FORMATS = ['table', 'json', 'jsonl', 'yaml', 'name'] as const
export type HitFormat = (typeof HIT_FORMATS)[number]

type Pattern = CommandSearch['pattern']

/** `/REGEX/` with slashes, else a text. @throws Fault KAE_READING_VALUE_INVALID */
export function parsePattern(words: string): Pattern {
  if (words === '') throw fault('KAE_READING_VALUE_INVALID', { detail: 'TEXT is empty, and so in every line' })
  const source = /^\/(.+)\/$/s.exec(words)?.[1]
  if (source === undefined) return { type: 'text', text: words }
  const pattern: Pattern = { type: 'regex', source }
  try {
    matcherOf(pattern)
  } catch (cause) {
    throw fault('KAE_READING_VALUE_INVALID', { detail: escapeText((cause as Error).message), cause })
  }
  return pattern
}

/** Gives the number of hits. */
export async function printHits(
  library: SessionLibrary,
  request: { readonly search: CommandSearch; readonly format: HitFormat },
  output: Output,
): Promise<number> {
  const { search, format } = request
  const hits = library.search(search)
  const items = (async function* () {
    for await (const hit of hits) yield { ...hit, at: momentLink(hit.session.metadata.name, hit.elapsed) }
  })()
  if (format !== 'table' && format !== 'name') {
    const count = await printList(output, format, { kind: 'CommandHitList', items, metadata: () => ({}) })
    await sayUnread(library, output)
    return count
  }
  const match = matcherOf(search.pattern)
  let count = 0
  for await (const hit of items) {
    await output.write(format === 'name' ? objectName(hit.at) : `${hitText(hit, match, output)}\n`)
    count += 1
  }
  await sayUnread(library, output)
  // A script has the exit status, and a pipe stays as quiet as grep.
  if (count === 0 && output.columns !== undefined) output.say(nothingWords(library, search))
  return count
}

/** Where a log could not be read, that nothing was found in it says nothing. A server says so with its answer. */
async function sayUnread(library: SessionLibrary | LogLibrary, output: Output): Promise<void> {
  const warnings = 'warnings' in library && typeof library.warnings === 'function' ? await library.warnings() : []
  for (const warning of warnings) output.say(`warning: ${escapeText(warning)}`)
}

function nothingWords({ place }: SessionLibrary, { output, sessions: { namespace } }: CommandSearch): string {
  const where = namespace === undefined ? '' : ` of namespace ${escapeText(namespace)}`
  const wider = [
    ...(output ? [] : ['--output looks through what containers wrote as well']),
    ...(namespace === undefined ? [] : ['-A looks into all namespaces']),
  ]
  const found = `Nothing was found in the sessions${where} (${escapeText(place)})`
  return `${[found, ...wider].join('; ')}.`
}

/** Two lines on a terminal, where one would not fit; one where `grep` and `less` come after. */
function hitText(
  { at, session, line, where, elapsed }: SearchHit & { at: string },
  match: Matcher,
  output: Output,
): string {
  const { metadata, spec, status } = session
  const time = timeWords(microsOf(status.startTime) + elapsed)
  const place = escapeText(`${metadata.namespace}/${spec.target.pod}`)
  const words = marked(line, match, output)
  const facts = [time, whoWords(spec), place, ...(where === 'output' ? ['output'] : [])]
  if (output.columns === undefined) return [at, ...facts.slice(0, 3), where, words].join('  ')
  const link = momentLink(shortId(metadata.name), elapsed)
  const rest = cutToWidth(facts.join('  '), Math.max(LEAST_FACTS, output.columns - link.length - 2))
  return `${output.paint('cyan', link)}  ${output.paint('dim', rest)}\n    ${words}`
}

/** What of the line fits, with the match in sight and in another colour. */
function marked(line: string, match: Matcher, { columns, paint }: Output): string {
  const text = line.length > LONGEST_LINE ? line.slice(0, LONGEST_LINE) : line
  const first = match(text)
  if (columns === undefined) return plainText(text)
  const room = columns - INDENT
  if (first === undefined) return plainText(text.slice(0, room))
  const start =
    first.end - first.start > room || first.end <= room ? 0 : Math.max(0, first.start - Math.floor(room / 3))
  const before = `${start > 0 ? '…' : ''}${plainText(text.slice(start, first.start))}`
  const after = text.slice(first.end, Math.max(first.end, start + room - 2))
  const rest = first.end + after.length < text.length ? '…' : ''
  return `${before}${paint('red', plainText(text.slice(first.start, first.end)))}${plainText(after)}${rest}`
}

const INDENT = 4
/** Columns that a narrow terminal gives to who and where all the same. */
const LEAST_FACTS = 20
/** A match further on is not marked. */
const LONGEST_LINE = 4096
