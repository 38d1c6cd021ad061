/** `sessions verify`: logs where they lie, or sessions as a cluster serves them. */
import { isFault } from '../../protocol/fault.ts'
import type { SessionId } from '../../protocol/session-id.ts'
import type { SessionLibrary } from '../../protocol/session-library.ts'
import type { SessionObject } from '../../protocol/session-object.ts'
import type { LibraryChoice } from '../choose-library.ts'
import { type FoundLogs, findAllLogs } from '../folder/find-logs.ts'
import { sizeOfLog } from '../folder/log-size.ts'
import { contactTeller, type Output } from '../print/output.ts'
import { Progress } from '../print/progress.ts'
import { resolveSession, sessionsOf } from '../resolve-session.ts'
import { LOG_LIMITS, SERVED_LIMITS, SESSION_LIMITS } from './limits.ts'
import type { Report, ServedSession } from './report-lines.ts'
import { SessionCheck } from './session-check.ts'
import { verifySessionInLogs } from './session-in-log.ts'
import { verifyLog } from './verify-logs.ts'
import { type VerifyFormat, writeReport } from './write-report.ts'

export interface VerifyRequest {
  /** Of a session; undefined: all that there are. */
  readonly name: string | undefined
  readonly format: VerifyFormat
}

/** @throws Fault KAE_VERIFICATION_FAILED, KAE_VERIFICATION_INCOMPLETE after the report */
export async function verifySessions(choice: LibraryChoice, request: VerifyRequest, output: Output): Promise<void> {
  const { library, folders } = choice
  const { name, format } = request
  const isOne = name !== undefined
  if (folders === undefined) {
    using progress = progressOf('records')
    const reports = servedReports(library, sessionsToVerify(choice, name), { progress, output, isOne })
    await writeReport(reports, { format, limits: SERVED_LIMITS, progress, isOne }, output)
  } else if (isOne) {
    using progress = progressOf('bytes')
    const verify = async (log: string, session: SessionId) => verifyLog(log, { session, onBytes: told(progress) })
    const reports = verifySessionInLogs(name, { choice, folders, verify })
    await writeReport(reports, { format, limits: SESSION_LIMITS, progress, isOne }, output)
  } else {
    const found = await findAllLogs(folders)
    const sizes = found.logs.length > MOST_SIZED ? [] : await Promise.all(found.logs.map(sizeOfLog))
    using progress = progressOf('bytes', sizes.length === 0 ? undefined : sum(sizes))
    await writeReport(logReports(found, { sizes, progress }), { format, limits: LOG_LIMITS, progress, isOne }, output)
  }
}

/** Of more logs than these nobody waits for the sizes: how far it is, is told without a share. */
const MOST_SIZED = 1000

const sum = (numbers: readonly number[]): number => numbers.reduce((all, number) => all + number, 0)

const told =
  (progress: Progress) =>
  (bytes: number): void =>
    progress.advance(bytes)

async function* logReports(
  { logs, unreadable }: FoundLogs,
  { sizes, progress }: { readonly sizes: readonly number[]; readonly progress: Progress },
): AsyncGenerator<Report> {
  for (const [index, log] of logs.entries()) {
    let left = sizes[index] ?? Number.POSITIVE_INFINITY
    const onBytes = (bytes: number): void => {
      left -= bytes
      progress.advance(bytes)
    }
    const { report } = await verifyLog(log, { onBytes })
    // Of what was preallocated, or could not be read, nobody heard.
    if (Number.isFinite(left)) progress.advance(left)
    yield report
  }
  const before = { records: 0, ended: 0, unended: 0 }
  for (const { folder, why } of unreadable)
    yield { type: 'unreadable', log: folder, why: why.detail ?? why.message, before }
}

async function* sessionsToVerify(choice: LibraryChoice, name?: string): AsyncGenerator<SessionObject> {
  if (name !== undefined) yield (await resolveSession(name, choice)).session
  else yield* sessionsOf(choice.library, choice.namespace === undefined ? {} : { namespace: choice.namespace })
}

function progressOf(unit: 'bytes' | 'records', total?: number): Progress {
  const known = total === undefined ? {} : { total }
  const now = () => performance.now()
  return new Progress({ label: 'verifying', unit, ...known, screen: process.stderr, env: process.env, now })
}

interface Telling {
  /** One was asked for: why it cannot be read is the answer. */
  readonly isOne: boolean
  readonly progress: Progress
  readonly output: Output
}

/** Where nobody answers, the next session would not be served either. */
const OF_ALL = /^KAE_(KUBE_|READING_UNREACHABLE$|READING_UNAVAILABLE$)/

async function* servedReports(
  library: SessionLibrary,
  sessions: AsyncIterable<SessionObject>,
  { progress, output, isOne }: Telling,
): AsyncGenerator<ServedSession> {
  const tell = contactTeller(output)
  const onContact = (there: boolean): void => {
    progress[Symbol.dispose]()
    tell(there)
  }
  for await (const { metadata } of sessions) {
    const session = metadata.name
    const check = new SessionCheck(session)
    try {
      for await (const record of library.records(session, { onContact })) {
        check.take(record)
        progress.advance()
      }
      yield { session, ...check.verdict() }
    } catch (error) {
      if (!isFault(error)) throw error
      const { records } = check.verdict()
      const { code, detail, message } = error
      if (code === 'KAE_READING_CHAIN_BROKEN')
        yield { session, type: 'wrong', records, seq: records, why: detail ?? 'the chain is broken' }
      else if (isOne || OF_ALL.test(code)) throw error
      else yield { session, type: 'unreadable', records, why: `${message} (${code})` }
    }
  }
}
