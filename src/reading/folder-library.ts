/** Recorded sessions in folders of this machine, read from the logs themselves. */
import { readLogFolder } from '../../server-min/log/reader.ts'
import { GROUP_VERSION } from '../protocol/api.ts'
import { isFault } from '../protocol/fault.ts'
import type { ReadRecord } from '../protocol/read-record.ts'
import type { SessionId } from '../protocol/session-id.ts'
import type { PageRequest, SessionLibrary, SessionPage, SessionQuery } from '../protocol/session-library.ts'
import type { SessionObject } from '../protocol/session-object.ts'
import { deriveCommands } from '../recording/commands/derive.ts'
import { isoTime } from '../recording/lines.ts'
import { fault } from './faults.ts'
import { findLogOf, findLogs } from './find-logs.ts'
import { type SessionSummary, Summaries } from './summary.ts'

export interface FoldersOptions {
  readonly folders: readonly string[]
  readonly place: string
  readonly env: NodeJS.ProcessEnv
}

export async function openFolders({ folders, place }: FoldersOptions): Promise<SessionLibrary> {
  const logs = await findLogs(folders)
  const all = async () => {
    const summaries = new Summaries()
    const warnings: string[] = []
    for (const log of logs) {
      try {
        for await (const record of readLogFolder(log)) summaries.take(record)
      } catch (error) {
        if (!isFault(error)) throw error
        warnings.push(`${log}: ${error.message}`)
      }
    }
    return { sessions: summaries.list().flatMap(objectOf), warnings }
  }
  const get = async (id: SessionId): Promise<SessionObject> => {
    const found = (await all()).sessions.find(({ metadata }) => metadata.name === id)
    if (found === undefined) throw fault('KAE_SESSION_NOT_FOUND', { detail: `${id}; looked into ${logs.length} logs` })
    return found
  }
  async function* records(id: SessionId): AsyncGenerator<ReadRecord> {
    const log = await findLogOf(id, logs)
    for await (const record of readLogFolder(log)) if (record.session === id) yield record
  }
  return {
    place,
    list: async (query: SessionQuery, page: PageRequest): Promise<SessionPage> => {
      const { sessions, warnings } = await all()
      const items = sessions.filter((session) => matches(session, query)).slice(0, page.limit)
      return { items, warnings, resourceVersion: '' }
    },
    get,
    records,
    commands: async (id) => (await deriveCommands(records(id))).commands,
    search: async function* () {},
    watch: async function* () {},
    [Symbol.asyncDispose]: () => Promise.resolve(),
  }
}

const matches = ({ metadata, spec }: SessionObject, query: SessionQuery): boolean =>
  (query.namespace === undefined || metadata.namespace === query.namespace) &&
  (query.user === undefined || spec.user.username === query.user)

function objectOf({ id, started, opening, end, ended }: SessionSummary): SessionObject[] {
  if (opening === undefined) return []
  const { target, user, authentication, policy, client, reason } = opening
  const { namespace, ...rest } = target
  const spec = { user, authentication, target: rest, policy, client, ...(reason === undefined ? {} : { reason }) }
  const creationTimestamp = `${isoTime(started).slice(0, 19)}Z`
  const counts = {
    records: 0,
    inputBytes: end?.input.bytes ?? 0,
    outputBytes: end?.output?.bytes ?? 0,
    errorOutputBytes: 0,
  }
  const status = {
    phase: ended ? ('Ended' as const) : ('Lost' as const),
    startTime: isoTime(started),
    ...(end === undefined ? {} : { reason: end.reason, durationMs: end.durationMs }),
    ...(end?.exitCode === undefined ? {} : { exitCode: end.exitCode }),
    ...counts,
  }
  const metadata = { name: id, namespace, uid: id, creationTimestamp }
  return [{ apiVersion: GROUP_VERSION, kind: 'Session', metadata, spec, status }]
}
