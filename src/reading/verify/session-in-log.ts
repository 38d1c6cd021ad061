/** One session where its log lies: its own records first, and then what the log around them stands for. */
import { parseSessionId, type SessionId } from '../../protocol/session-id.ts'
import type { LibraryChoice } from '../choose-library.ts'
import { fault } from '../faults.ts'
import { findLogs, findLogsOf } from '../folder/find-logs.ts'
import { salvageRecords } from '../folder/salvage.ts'
import { resolveSession } from '../resolve-session.ts'
import { SessionCheck, type SessionVerdict } from './session-check.ts'
import type { LogReport, VerifiedLog } from './verify-logs.ts'

/** What is known of a session whose log cannot be read to its end. */
export type LoggedVerdict =
  | SessionVerdict
  /** As far as it can be read it is whole; the rest may stand where the log is damaged. */
  | { readonly type: 'unsure'; readonly records: number; readonly why: string }

export type LoggedSession = { readonly session: SessionId; readonly inLog: LogReport } & LoggedVerdict

interface LogsOfSession {
  readonly choice: LibraryChoice
  readonly folders: readonly string[]
  /** `verifyLog`, by somebody who tells how far it is. */
  readonly verify: (log: string, session: SessionId) => Promise<VerifiedLog>
}

/** @throws Fault KAE_SESSION_NOT_FOUND, and as `resolveSession` does */
export async function* verifySessionInLogs(
  name: string,
  { choice, folders, verify }: LogsOfSession,
): AsyncGenerator<LoggedSession> {
  // A damaged log may have no sessions that a library could find: a whole id is looked for in the logs themselves.
  const session = parseSessionId(name) ?? (await resolveSession(name, choice)).id
  for (const log of await findLogsOf(session, await findLogs(folders))) {
    const { report, verdict } = await verify(log, session)
    if (report.type !== 'intact') yield { session, ...(await verdictInDamaged(report, session)), inLog: report }
    else if (verdict !== undefined) yield { session, ...verdict, inLog: report }
    else throw fault('KAE_SESSION_NOT_FOUND', { detail: `${session}; looked in ${log}` })
  }
}

async function verdictInDamaged(
  report: Exclude<LogReport, { type: 'intact' }>,
  session: SessionId,
): Promise<LoggedVerdict> {
  const check = new SessionCheck(session)
  for await (const record of salvageRecords(report.log, session)) check.take(record)
  const verdict = check.verdict()
  const { records } = verdict
  if (report.type === 'wrong' && report.bad.session === session && !check.ended) {
    const { seq = records, why } = report.bad
    return { type: 'wrong', records, seq, why }
  }
  if (verdict.type === 'intact') return verdict.ended ? verdict : { type: 'unsure', records, why: NO_END }
  if (verdict.seq <= records) return verdict
  // What cannot be read may be there, as it was written: to call it missing would be more than is known.
  const why = `it is not in what can be read of the log${records + 1 < verdict.seq ? `, like all up to record ${verdict.seq - 1}` : ''}`
  return report.type === 'wrong'
    ? { type: 'wrong', records, seq: records, why }
    : { type: 'unsure', records, why: `record ${records}: ${why}` }
}

const NO_END = 'its log cannot be read to the end, and no end of it stands in what can be read'
