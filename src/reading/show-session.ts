/** `sessions show`: one session on a page. */
import { isFault } from '../protocol/fault.ts'
import type { RecordedCommand } from '../protocol/recorded-command.ts'
import type { SessionObject, SessionSpec } from '../protocol/session-object.ts'
import { escapeText, quoted } from '../recording/escape.ts'
import { recordsOutput } from '../recording/formats/facts.ts'
import { commandLine } from '../recording/wording.ts'
import { momentLink } from './moment.ts'
import { captureWords, identityWords, policyWords } from './print/capture-words.ts'
import { COMMAND_COLUMNS, commandCells } from './print/command-rows.ts'
import type { Output } from './print/output.ts'
import { objectText } from './print/print-objects.ts'
import { bytesWords, shortId, stateWords } from './print/session-columns.ts'
import { tableLines } from './print/table.ts'
import { wrapWords } from './print/text-width.ts'
import { durationWords, microsOf, timeWords } from './print/times.ts'

export type ShowFormat = 'text' | 'json' | 'yaml'

interface Shown {
  readonly session: SessionObject
  /** What makes another command read from the same place: `--local`, `--log FOLDER`, `--context NAME`. */
  readonly place?: readonly string[]
}

/** With its commands; or with the reason where the reader may see that the session was, and not what was in it. */
export type ShownSession = Shown &
  (
    | { readonly commands: readonly RecordedCommand[]; readonly refusal?: undefined }
    | { readonly commands?: undefined; readonly refusal: string }
  )

/** The list of its commands, or why the reader gets none. */
export async function withCommands(shown: Shown, read: Promise<readonly RecordedCommand[]>): Promise<ShownSession> {
  try {
    return { ...shown, commands: await read }
  } catch (error) {
    if (!isFault(error) || error.code !== 'KAE_READING_FORBIDDEN') throw error
    return { ...shown, refusal: `${error.message}. ${error.next}` }
  }
}

export async function printSession(shown: ShownSession, format: ShowFormat, output: Output): Promise<void> {
  if (format === 'text') return output.write(`${pageLines(shown, output).join('\n')}\n`)
  const { session, commands } = shown
  const id = session.metadata.name
  const listed = commands?.map((command) => ({ ...command, at: momentLink(id, command.elapsed) }))
  await output.write(objectText(format, { ...session, ...(listed === undefined ? {} : { commands: listed }) }))
  if (shown.refusal !== undefined) output.say(`warning: ${escapeText(shown.refusal)}`)
}

function pageLines({ session, place = [], commands, refusal }: ShownSession, output: Output): string[] {
  const { paint } = output
  const heading = paint('bold', `Session ${session.metadata.name}`)
  const facts = factsOf(session).flatMap(([name, words]) => factLines(name, words, output))
  if (commands === undefined) return [heading, ...facts, '', `Commands: ${escapeText(refusal)}`]
  if (commands.length === 0) return [heading, ...facts, '', 'Commands: none were found in the record']
  const rows = tableLines(COMMAND_COLUMNS, commands.map(commandCells), { paint, width: output.columns, headings: true })
  const first = commands.find(({ elapsed }) => elapsed > 0) ?? commands[0]
  const onward = onwardWords(session, first?.elapsed ?? 0, { place, output })
  return [
    heading,
    ...facts,
    '',
    ...rows,
    '',
    ...[...sourceWords(commands), ...onward].map((line) => paint('dim', line)),
  ]
}

const FACT_WIDTH = 8
const GAP = '  '

/** On a terminal words go on below each other, not below their name. */
function factLines(name: string, words: string, { paint, columns }: Output): string[] {
  const room = (columns ?? Number.POSITIVE_INFINITY) - FACT_WIDTH - GAP.length
  return wrapWords(words, room).map((line, index) =>
    index === 0 ? `${paint('dim', name.padEnd(FACT_WIDTH))}${GAP}${line}` : `${' '.repeat(FACT_WIDTH)}${GAP}${line}`,
  )
}

function factsOf(session: SessionObject): [string, string][] {
  const { metadata, spec } = session
  const { target, client, reason } = spec
  return [
    ['Who', `${escapeText(spec.user.username)} (${identityWords(spec)})`],
    [
      'Where',
      `namespace ${escapeText(metadata.namespace)}, pod ${escapeText(target.pod)}, container ${escapeText(target.container)}`,
    ],
    ['What', `${commandLine(target.command)} (${streamWords(target)})`],
    ...(reason === undefined ? [] : ([['Reason', quoted(reason)]] as [string, string][])),
    ['When', whenWords(session)],
    ['State', endWords(session)],
    ['Captured', captureWords(spec.policy.capture)],
    ['Policy', policyWords(spec.policy)],
    ['Recorded', countWords(session)],
    ['Client', `${escapeText(`${client.name} ${client.version}, ${client.platform}`)} (as it calls itself)`],
  ]
}

const streamWords = ({ tty, stdin }: SessionSpec['target']): string =>
  tty ? 'on a terminal' : stdin ? 'with input, without a terminal' : 'without input'

function whenWords({ status }: SessionObject): string {
  const start = timeWords(microsOf(status.startTime))
  if (status.endTime === undefined) return `${start} to now`
  const long = status.durationMs === undefined ? '' : `, ${durationWords(status.durationMs)}`
  return `${start} to ${timeWords(microsOf(status.endTime))}${long}`
}

function endWords(session: SessionObject): string {
  const { phase, message, by } = session.status
  if (phase === 'Live') return 'live: it runs now, or its user may come back'
  if (phase === 'Lost') return 'no end recorded: whoever wrote the record was cut off'
  const who = by === undefined ? '' : ` by ${escapeText(by)}`
  return `${stateWords(session)}${who}${message === undefined ? '' : `: ${quoted(message)}`}`
}

/** Without a terminal output is not recorded byte by byte. */
const COUNTED = '(count and SHA-256 only)'

function countWords({ status, spec }: SessionObject): string {
  const { records, inputBytes, outputBytes, errorOutputBytes, digests = {} } = status
  const parts = [`${records} ${records === 1 ? 'record' : 'records'}`, `${bytesWords(inputBytes)} in`]
  const { output, errorOutput } = digests
  if (output !== undefined) parts.push(`${bytesWords(output.bytes)} out ${COUNTED}`)
  else if (spec.policy.record !== 'Input') parts.push(`${bytesWords(outputBytes)} out`)
  if (errorOutput !== undefined) parts.push(`${bytesWords(errorOutput.bytes)} of errors ${COUNTED}`)
  else if (errorOutputBytes > 0) parts.push(`${bytesWords(errorOutputBytes)} of errors`)
  return parts.join(', ')
}

const SOURCE_WORDS = {
  exec: 'exec: asked of the API server.',
  typed: 'typed: from the keys alone, as a line editor takes them.',
  seen: 'seen: stood on the screen at Enter.',
} as const

function sourceWords(commands: readonly RecordedCommand[]): string[] {
  const sources = new Set(commands.flatMap((command) => (command.type === 'command' ? [command.source] : [])))
  const words = Object.entries(SOURCE_WORDS).flatMap(([source, text]) => (sources.has(source as 'seen') ? [text] : []))
  return words.length === 0 ? [] : [words.join(' ')]
}

/** How to see more of it, where there is more. */
function onwardWords(
  session: SessionObject,
  elapsed: number,
  { place, output }: { readonly place: readonly string[]; readonly output: Output },
): string[] {
  const { metadata, status } = session
  const id = output.columns === undefined ? metadata.name : shortId(metadata.name)
  const argv = (...words: readonly string[]): string => commandLine(['kube-audit-exec', 'sessions', ...words, ...place])
  if (recordsOutput(session)) return [`Replay from a place: ${argv('replay', momentLink(id, elapsed))}`]
  return status.inputBytes > 0 ? [`What was typed: ${argv('log', id, '--input')}`] : []
}
