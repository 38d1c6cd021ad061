/** `sessions journal`: what a collector put on record beside sessions. Whoever reads recordings is in it. */
import { readLogFolder } from '../../server-min/log/reader.ts'
import { isFault } from '../protocol/fault.ts'
import type { SessionRecord } from '../protocol/record.ts'
import { asciiJson, escapeText, quoted } from '../recording/escape.ts'
import { isoTime, recordJson } from '../recording/lines.ts'
import { parseJson } from '../recording/payload.ts'
import { commandLine } from '../recording/wording.ts'
import { findAllLogs, localFolders, requireLogsOrTrouble } from './folder/find-logs.ts'
import { counted } from './print/counted.ts'
import type { Output } from './print/output.ts'

export interface JournalRequest {
  /** Empty: where this machine records. */
  readonly folders: readonly string[]
  readonly json: boolean
  readonly env: NodeJS.ProcessEnv
}

/** @throws Fault KAE_LOGS_NOT_FOUND; KAE_LOG_* of the first that could not be read to its end, after all that could be read */
export async function printJournal({ folders: named, json, env }: JournalRequest, output: Output): Promise<void> {
  await requireLogsOrTrouble(named)
  const { logs, unreadable } = await findAllLogs(named.length > 0 ? named : localFolders(env))
  const failures = unreadable.map(({ why }) => why)
  let events = 0
  for (const log of logs) {
    try {
      for await (const record of readLogFolder(log)) {
        if (record.kind !== 'journal') continue
        await output.write(json ? `${recordJson(record)}\n` : eventRow(record))
        events += 1
      }
    } catch (error) {
      if (!isFault(error)) throw error
      failures.push(error)
      output.say(`warning: ${escapeText(log)} was read up to where it is damaged: ${escapeText(error.message)}`)
    }
  }
  const [first] = failures
  if (first !== undefined) throw first
  if (events === 0) output.say('Nothing but sessions is on record.')
}

const eventRow = ({ time, payload }: SessionRecord): string => `${isoTime(time)}  ${eventLine(parseJson(payload))}\n`

type Fields = Readonly<Record<string, unknown>>

const WIDEST_TYPE = 'recovery'.length

/** Of any shape: another version may have written it. */
export function eventLine(event: unknown): string {
  const fields = fieldsOf(event)
  const type = typeof fields.type === 'string' ? fields.type : 'unknown'
  return `${escapeText(type).padEnd(WIDEST_TYPE)}  ${wordsOf(type, fields) ?? asciiJson(event ?? null)}`
}

function wordsOf(type: string, event: Fields): string | undefined {
  switch (type) {
    case 'read':
      return `${whoOf(event)} read session ${text(event.session)} as ${text(event.format)}${howRead(event)}`
    case 'search':
      return `${whoOf(event)} ${searchWords(event)}, and was shown ${counted(listOf(event.hits).length, 'session')}`
    case 'admitted':
      return `the exec of session ${text(event.session)} was let through`
    case 'bypassed':
      return `${whoOf(event)} was let through without a session, by their ${text(event.by)}: ${targetWords(event)}`
    default:
      return undefined
  }
}

const howRead = ({ follow, secrets }: Fields): string =>
  `${follow === true ? ', as it went on' : ''}${secrets === true ? ', with input that was typed unseen' : ''}`

function searchWords({ search }: Fields): string {
  const { pattern, output, sessions } = fieldsOf(search)
  // A list of sessions in which a command has some text is a search as well.
  if (pattern === undefined) return `listed sessions with ${quoted(wordIn(fieldsOf(sessions).command))} in a command`
  const { text: words, source } = fieldsOf(pattern)
  return `searched for ${quoted(typeof words === 'string' ? words : `/${wordIn(source)}/`)}${output === true ? ' in output too' : ''}`
}

function targetWords({ target, subresource }: Fields): string {
  const { namespace, pod, container, command } = fieldsOf(target)
  const place = [namespace, pod, ...(container === undefined ? [] : [container])].map(text).join('/')
  return `${text(subresource)} ${commandLine(listOf(command).map(wordIn))} in ${place}`
}

const whoOf = ({ user }: Fields): string => text(fieldsOf(user).username)
/** `String` would call what an object of theirs names `toString`. */
const wordIn = (value: unknown): string => (typeof value === 'string' ? value : '?')
const text = (value: unknown): string => escapeText(wordIn(value))
const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : [])
const fieldsOf = (value: unknown): Fields => (typeof value === 'object' && value !== null ? (value as Fields) : {})
