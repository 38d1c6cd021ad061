/** What a collector's log says, read as an auditor would: from its folder, while the collector writes. */
import { createHash } from 'node:crypto'
import { readLogFolder } from '../../../server-min/log/reader.ts'
import type { SessionRecord } from '../../../src/protocol/record.ts'
import type { SessionEnd, SessionOpening } from '../../../src/protocol/session.ts'

export interface RecordedSession {
  readonly id: string
  readonly opening: SessionOpening
  readonly records: readonly SessionRecord[]
  readonly end: SessionEnd | undefined
}

const json = <T>({ payload }: SessionRecord): T => JSON.parse(Buffer.from(payload).toString()) as T

/** All sessions of a log, oldest first. */
export async function recordedSessions(folder: string): Promise<RecordedSession[]> {
  const records: SessionRecord[] = []
  for await (const record of readLogFolder(folder)) records.push(record)
  return [...Map.groupBy(records, ({ session }) => session).entries()].flatMap(([id, own]) => {
    const [open] = own
    if (open?.kind !== 'open') return []
    const last = own.find(({ kind }) => kind === 'end')
    return [{ id, opening: json<SessionOpening>(open), records: own, end: last && json<SessionEnd>(last) }]
  })
}

/** The one session that was opened with this reason. */
export async function recordedSession(folder: string, reason: string): Promise<RecordedSession> {
  const found = (await recordedSessions(folder)).filter(({ opening }) => opening.reason === reason)
  const [session] = found
  if (session === undefined || found.length > 1) throw new Error(`${found.length} sessions with the reason ${reason}`)
  return session
}

const payloads = ({ records }: RecordedSession, wanted: SessionRecord['kind']): Uint8Array[] =>
  records.filter(({ kind }) => kind === wanted).map(({ payload }) => payload)

export const inputOf = (session: RecordedSession): Buffer => Buffer.concat(payloads(session, 'input'))
export const outputOf = (session: RecordedSession): Buffer => Buffer.concat(payloads(session, 'output'))
export const kindsOf = ({ records }: RecordedSession): readonly string[] => records.map(({ kind }) => kind)

/** Without holding all of it in memory. */
export function inputDigest(session: RecordedSession): string {
  const hash = createHash('sha256')
  for (const payload of payloads(session, 'input')) hash.update(payload)
  return hash.digest('hex')
}
