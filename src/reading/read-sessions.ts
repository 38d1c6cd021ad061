import { readLogFolder, verifyLogFolder } from '../../server-min/log/reader.ts'
import { isFault } from '../protocol/fault.ts'
import type { SessionRecord } from '../protocol/record.ts'
import type { SessionId } from '../protocol/session-id.ts'
import { escapeText } from '../recording/escape.ts'
import { findLogOf, findLogs, findNamedLogs, localFolders } from './folder/find-logs.ts'
import { counted } from './print/counted.ts'
import { type SessionSummary, Summaries } from './summary.ts'

/** Where the user wants to read: a folder that they named, else the usual ones. */
export interface Source {
  readonly folder: string | undefined
  readonly env: NodeJS.ProcessEnv
}

const logsOf = ({ folder, env }: Source): Promise<string[]> =>
  folder === undefined ? findLogs(localFolders(env)) : findNamedLogs(folder)

/** The records of one session in their order. @throws Fault KAE_SESSION_*, KAE_LOG* */
export async function* sessionRecords(id: SessionId, source: Source): AsyncGenerator<SessionRecord> {
  const log = await findLogOf(id, await logsOf(source))
  for await (const record of readLogFolder(log)) if (record.session === id) yield record
}

export interface SessionList {
  /** Newest first. */
  readonly sessions: readonly SessionSummary[]
  /** Logs that could not be read to their end. */
  readonly unreadable: readonly { readonly log: string; readonly why: string }[]
}

export async function listSessions(source: Source): Promise<SessionList> {
  const summaries = new Summaries()
  const unreadable: { log: string; why: string }[] = []
  for (const log of await logsOf(source)) {
    try {
      for await (const record of readLogFolder(log)) summaries.take(record)
    } catch (error) {
      if (!isFault(error)) throw error
      unreadable.push({ log, why: error.message })
    }
  }
  return { sessions: summaries.list(), unreadable }
}

export interface Verification {
  readonly intact: boolean
  /** What was checked, or where it is wrong. */
  readonly words: string
  readonly log: string
}

/** Checks whole logs: of one session the log that holds it. */
export async function* verifyLogs(source: Source, id?: SessionId): AsyncGenerator<Verification> {
  const logs = await logsOf(source)
  for (const log of id === undefined ? logs : [await findLogOf(id, logs)]) yield await verify(log)
}

async function verify(log: string): Promise<Verification> {
  const verdict = await verifyLogFolder(log)
  if (verdict.type === 'corrupt') {
    const { file, offset, reason } = verdict
    return { intact: false, words: escapeText(`${file} is wrong at byte ${offset}: ${reason}`), log }
  }
  const { records, sessions, unended, torn } = verdict
  const words = [counted(records, 'record'), counted(sessions, 'session')]
  if (unended > 0) words.push(`${unended} without an end`)
  if (torn !== undefined) words.push(`${torn.bytes} bytes at the end that were never acknowledged`)
  return { intact: true, words: words.join(', '), log }
}
