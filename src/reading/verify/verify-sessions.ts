/** `sessions verify`: logs where they lie, or sessions as a cluster serves them. */
import { parseSessionId, type SessionId } from '../../protocol/session-id.ts'
import type { SessionLibrary } from '../../protocol/session-library.ts'
import type { SessionObject } from '../../protocol/session-object.ts'
import { escapeText } from '../../recording/escape.ts'
import type { LibraryChoice } from '../choose-library.ts'
import { fault } from '../faults.ts'
import { findLogOf, findLogs } from '../folder/find-logs.ts'
import { counted } from '../print/counted.ts'
import type { Output } from '../print/output.ts'
import { objectText } from '../print/print-objects.ts'
import { Progress } from '../print/progress.ts'
import { resolveSession, sessionsOf } from '../resolve-session.ts'
import { SessionCheck, type SessionVerdict } from './session-check.ts'
import { type BadPlace, type LogReport, verifyLog } from './verify-logs.ts'

export type VerifyFormat = 'text' | 'json' | 'yaml'

type Report = LogReport | ({ readonly session: SessionId } & SessionVerdict)

/** What such a check can show, and what it cannot. */
const LOG_LIMITS =
  'Checked: every byte’s checksum, every link of every session, every end. Not seen: a log that was cut at a commit mark, or written anew as a whole; a copy kept elsewhere shows that.'
const SERVED_LIMITS =
  'Checked: every record that was served links to the one before, and the end fits what came. Not seen: whether the server left out the newest records of a session without an end, left out whole sessions, or wrote a chain anew; compare the head with one kept elsewhere, or verify the log itself.'

export interface VerifyRequest {
  /** Of a session; undefined: all that there are. */
  readonly name: string | undefined
  readonly format: VerifyFormat
}

/** @throws Fault KAE_VERIFICATION_FAILED after the report */
export async function verifySessions(choice: LibraryChoice, request: VerifyRequest, output: Output): Promise<void> {
  const { format } = request
  if (choice.folders !== undefined) {
    const logs = await logsToVerify(choice, choice.folders, request.name)
    using progress = progressOf('logs', logs.length)
    return await report(logReports(logs), { format, limits: LOG_LIMITS, progress }, output)
  }
  using progress = progressOf('records')
  const reports = servedReports(choice.library, sessionsToVerify(choice, request.name), progress)
  await report(reports, { format, limits: SERVED_LIMITS, progress }, output)
}

/** A damaged log may have no sessions that a library could find: a whole id is looked for in the logs themselves. */
async function logsToVerify(choice: LibraryChoice, folders: readonly string[], name?: string): Promise<string[]> {
  const logs = await findLogs(folders)
  if (name === undefined) return logs
  return [await findLogOf(parseSessionId(name) ?? (await resolveSession(name, choice)).id, logs)]
}

async function* sessionsToVerify(choice: LibraryChoice, name?: string): AsyncGenerator<SessionObject> {
  if (name !== undefined) yield (await resolveSession(name, choice)).session
  else yield* sessionsOf(choice.library, choice.namespace === undefined ? {} : { namespace: choice.namespace })
}

function progressOf(unit: 'logs' | 'records', total?: number): Progress {
  const known = total === undefined ? {} : { total }
  const now = () => performance.now()
  return new Progress({ label: 'verifying', unit, ...known, screen: process.stderr, env: process.env, now })
}

async function* logReports(logs: readonly string[]): AsyncGenerator<Report> {
  for (const log of logs) yield await verifyLog(log)
}

async function* servedReports(
  library: SessionLibrary,
  sessions: AsyncIterable<SessionObject>,
  progress: Progress,
): AsyncGenerator<Report> {
  for await (const { metadata } of sessions) {
    const session = metadata.name
    const check = new SessionCheck(session)
    try {
      for await (const record of library.records(session)) {
        check.take(record)
        progress.advance()
      }
      yield { session, ...check.verdict() }
    } catch (error) {
      if ((error as { code?: string }).code !== 'KAE_READING_CHAIN_BROKEN') throw error
      const verdict = check.verdict()
      const why = (error as { detail?: string }).detail ?? 'the chain is broken'
      yield { session, type: 'wrong', records: verdict.records, seq: verdict.records, why }
    }
  }
}

interface Reporting {
  readonly format: VerifyFormat
  readonly limits: string
  readonly progress: Progress
}

async function report(
  reports: AsyncIterable<Report>,
  { format, limits, progress }: Reporting,
  output: Output,
): Promise<void> {
  const all: Report[] = []
  for await (const each of reports) {
    if ('log' in each) progress.advance()
    progress[Symbol.dispose]()
    if (format === 'text') await output.write(`${lineOf(each, output)}\n`)
    all.push(each)
  }
  const wrong = all.filter(({ type }) => type === 'wrong').length
  if (format !== 'text') await output.write(objectText(format, { intact: wrong === 0, limits, items: all }))
  else output.say(all.length === 0 ? 'There is nothing to verify.' : limits)
  if (wrong > 0) throw fault('KAE_VERIFICATION_FAILED', { detail: `${wrong} of ${all.length}` })
}

function lineOf(each: Report, { paint }: Output): string {
  const mark = each.type === 'intact' ? paint('green', 'intact') : paint('red', 'WRONG ')
  const what = 'log' in each ? escapeText(each.log) : `session ${each.session}`
  return `${mark}  ${what}: ${wordsOf(each)}`
}

function wordsOf(each: Report): string {
  if (each.type === 'wrong') return 'bad' in each ? badWords(each.bad) : `record ${each.seq}: ${escapeText(each.why)}`
  const words = [counted(each.records, 'record')]
  if ('log' in each) {
    words.push(counted(each.sessions, 'session'))
    if (each.unended > 0) words.push(`${each.unended} without an end`)
    if (each.tornBytes > 0) words.push(`${each.tornBytes} bytes at the end that were never acknowledged`)
  } else {
    if (each.withheld > 0) words.push(`${each.withheld} of them withheld, their commitments checked`)
    words.push(each.ended ? 'to its end' : 'without an end', `head ${each.head}`)
  }
  return [...words, ...each.notes.map(escapeText)].join(', ')
}

function badWords({ why, file, offset, session, seq }: BadPlace): string {
  const place = file === undefined ? '' : `${file} is wrong at byte ${offset}: `
  const record = session === undefined ? '' : ` (record ${seq} of session ${session}, as its header says)`
  return `${escapeText(place)}${escapeText(why)}${record}`
}
