/** What was verified, for a person: a line for each of many, a page for the one that was asked for. */
import { escapeText } from '../../recording/escape.ts'
import { counted } from '../print/counted.ts'
import type { Output } from '../print/output.ts'
import { wrapWords } from '../print/text-width.ts'
import { microsOf, timeWords } from '../print/times.ts'
import type { BadPlace } from './damage.ts'
import { type RecordMark, type SessionVerdict, STREAM_NAMES } from './session-check.ts'
import type { LoggedSession } from './session-in-log.ts'
import type { Comparison } from './streams.ts'
import type { Before, LogReport } from './verify-logs.ts'

export type ServedSession = { readonly session: string } & (
  | SessionVerdict
  /** Among others it could not be read: the cluster did not give it, or not to its end. */
  | { readonly type: 'unreadable'; readonly records: number; readonly why: string }
)
export type Report = LogReport | ServedSession | LoggedSession

const MARKS = {
  intact: ['green', 'intact'],
  wrong: ['red', 'WRONG '],
  unsure: ['red', 'UNSURE'],
  unreadable: ['red', 'UNREAD'],
} as const

/** One of many. On a terminal words go on below each other. */
export function reportLines(each: Report, output: Output): string[] {
  const [first = '', ...more] = 'log' in each ? logWords(each) : [sessionWords(each)]
  const name = 'log' in each ? escapeText(each.log) : `session ${each.session}`
  return markedLines(each, [`${name}: ${first}`, ...more], output)
}

function markedLines(each: Report, words: readonly string[], output: Output): string[] {
  const room = (output.columns ?? Number.POSITIVE_INFINITY) - MARGIN.length
  const [top = '', ...below] = words.flatMap((line) => wrapWords(line, room))
  return [`${markOf(each, output)}  ${top}`, ...below.map((line) => `${MARGIN}${line}`)]
}

const MARGIN = ' '.repeat('intact  '.length)

/** The one session that was asked for. */
export function sessionPage(each: ServedSession | LoggedSession, output: Output): string[] {
  const why = each.type === 'intact' ? '' : `: ${wrongWords(each)}`
  const facts: [string, string][] = each.type === 'intact' ? sessionFacts(each) : [['Records', brokenWords(each)]]
  if ('inLog' in each) facts.push(['Log', logLine(each.inLog)])
  return [
    ...markedLines(each, [`session ${each.session}${why}`], output),
    ...facts.flatMap(([name, words]) => factLines(name, words, output)),
  ]
}

const markOf = ({ type }: Report, { paint }: Output): string => {
  const [colour, word] = MARKS[type]
  return paint(colour, word)
}

const FACT_WIDTH = 8

function factLines(name: string, words: string, { paint, columns }: Output): string[] {
  const room = (columns ?? Number.POSITIVE_INFINITY) - FACT_WIDTH - 2
  const margin = (index: number): string =>
    index === 0 ? paint('dim', name.padEnd(FACT_WIDTH)) : ' '.repeat(FACT_WIDTH)
  return wrapWords(words, room).map((line, index) => `${margin(index)}  ${line}`)
}

type Intact<Verdict> = Extract<Verdict, { type: 'intact' }>

function sessionFacts(each: Intact<ServedSession> | Intact<LoggedSession>): [string, string][] {
  const { records, withheld, ended, first, last, head, compared, notes } = each
  const end = ended ? 'its end' : 'and no end: it still ran, or was cut off'
  const hidden = withheld === 0 ? '' : `; ${withheld} of them withheld, their commitments checked`
  return [
    ['Records', `${records}, from ${markWords(first)} to ${markWords(last)}, ${end}${hidden}`],
    ['Chain', `each record links to the one before it, back to record 0; head ${head}`],
    ...compared.map((one, index): [string, string] => [index === 0 ? 'Compared' : '', comparedWords(one)]),
    ...(compared.length > 0 ? [] : [['Compared', 'nothing: only an end says what all of it was'] as [string, string]]),
    ...notes.map((note): [string, string] => ['Note', escapeText(note)]),
  ]
}

const markWords = ({ seq, time }: RecordMark): string => `record ${seq} (${timeWords(microsOf(time))})`

function comparedWords({ stream, bytes, said, result }: Comparison): string {
  const name = STREAM_NAMES[stream]
  switch (result) {
    case 'same':
      return `${name}: ${bytes} bytes, as many and of the same SHA-256 as the end says`
    case 'same-length':
      return `${name}: ${bytes} bytes, as many as the end says; no SHA-256 could be compared`
    case 'other-length':
      return `${name}: ${bytes} bytes on record, ${said} by the end`
    case 'other-hash':
      return `${name}: another SHA-256 than the end says`
    case 'not-recorded':
      return `${name}: not on record; ${said} bytes by the end, which nothing here can be compared with`
    case 'not-told':
      return `${name}: ${bytes} bytes on record, of which the end says nothing`
  }
}

const brokenWords = ({ records }: { readonly records: number }): string =>
  records === 0
    ? 'none could be checked'
    : `records 0 to ${records - 1} are one chain; nothing is known of what follows`

type Broken = Exclude<ServedSession | LoggedSession, { type: 'intact' }>

function wrongWords(each: Broken): string {
  if (each.type === 'unsure') return each.why
  if (each.type === 'unreadable') return `it cannot be read to its end: ${escapeText(each.why)}`
  const { inLog } = each as Partial<LoggedSession>
  if (inLog?.type === 'wrong' && inLog.bad.session === each.session) return badWords(inLog.bad)
  return `record ${each.seq}: ${escapeText(each.why)}`
}

function sessionWords(each: ServedSession | LoggedSession): string {
  if (each.type !== 'intact') return wrongWords(each)
  const { records, withheld, ended, head, notes } = each
  const hidden = withheld > 0 ? [`${withheld} of them withheld, their commitments checked`] : []
  const words = [counted(records, 'record'), ...hidden, ended ? 'to its end' : 'without an end', `head ${head}`]
  return [...words, ...notes.map(escapeText)].join(', ')
}

function logLine(report: LogReport): string {
  const state = { intact: 'is intact', wrong: 'is WRONG', unreadable: 'is not known' }[report.type]
  return `${escapeText(report.log)} ${state}: ${logWords(report).join('. ')}`
}

function logWords(report: LogReport): string[] {
  if (report.type === 'unreadable')
    return [`it cannot be read to its end: ${escapeText(report.why)}`, beforeWords(report.before)]
  if (report.type === 'wrong') return [badWords(report.bad), beforeWords(report.before)]
  const { records, sessions, unended, first, last, tornBytes, notes } = report
  const words = [counted(records, 'record'), counted(sessions, 'session')]
  if (unended > 0) words.push(`${unended} without an end`)
  if (first !== undefined && last !== undefined)
    words.push(`${timeWords(microsOf(first))} to ${timeWords(microsOf(last))}`)
  const torn = `behind them ${counted(tornBytes, 'byte')} of no whole batch: half written and never acknowledged, or cut off later`
  return [[...words, ...(tornBytes > 0 ? [torn] : []), ...notes.map(escapeText)].join(', ')]
}

function beforeWords({ records, ended, unended, last }: Before): string {
  if (last === undefined) return 'Nothing was found before that.'
  const sessions = [`${counted(ended, 'session')} to the end`, ...(unended > 0 ? [`${unended} not`] : [])].join(', ')
  const { session, seq, time } = last
  return `Before it ${counted(records, 'record')} as written: ${sessions}. The last is record ${seq} of session ${session}, ${timeWords(microsOf(time))}.`
}

function badWords({ why, file, offset, session, seq }: BadPlace): string {
  const place = file === undefined ? '' : `${file} is wrong at byte ${offset}: `
  const record = session === undefined ? '' : ` (record ${seq} of session ${session}, as its header says)`
  return `${escapeText(place)}${escapeText(why)}${record}`
}
