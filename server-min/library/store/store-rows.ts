/** Rows of the index as they are written and read by the store. */
import type { SQLInputValue, SQLOutputValue } from 'node:sqlite'
import type { RecordedCommand } from '../../../src/protocol/recorded-command.ts'
import type { SessionOpening } from '../../../src/protocol/session.ts'
import { type SessionId, sessionIdFromBytes, sessionIdToBytes } from '../../../src/protocol/session-id.ts'
import type { LogEnd, LogPosition } from '../../log/log-tail.ts'
import type { EndFacts, SessionNews } from '../upkeep/intake.ts'
import { decodePosition, encodePosition } from './places.ts'
import { digestsOf, enderOf, whatOf } from './session-row.ts'

export interface KnownLog {
  readonly key: number
  readonly folder: string
  readonly logId: string | undefined
  readonly position: LogPosition | undefined
  readonly stamp: string | undefined
  readonly problem: string | undefined
}

/** What a slice of a log changes, all of it or nothing. */
export interface Slice {
  readonly log: KnownLog
  readonly logId: string
  readonly news: Iterable<SessionNews>
  readonly position: LogPosition
}

export interface PendingSession {
  readonly key: number
  readonly id: SessionId
  readonly folder: string
  readonly tries: number
  readonly from: LogPosition
  readonly until: LogEnd
}

export const INSERT_SESSION = `INSERT INTO sessions (key, log, who, id, started, namespace, pod, container, username,
  authentication, interactive, what, why, records, input_bytes, output_bytes, error_bytes, ended, ending, exit_code, link,
  first, last, until) VALUES (${Array.from({ length: 24 }, () => '?').join(', ')}) ON CONFLICT (id) DO NOTHING`

/** For INSERT_SESSION, behind key, log and who. */
export function sessionValues(one: SessionNews, opening: SessionOpening): SQLInputValue[] {
  const { target, user, authentication, reason } = opening
  return [
    sessionIdToBytes(one.id),
    one.opened?.time ?? 0,
    target.namespace,
    target.pod,
    target.container,
    user.username,
    authentication,
    target.tty === true ? 1 : 0,
    whatOf(opening),
    reason ?? null,
    ...countsOf(one),
    ...endingOf(one.ended),
    encodePosition(one.first),
    one.last === one.first ? null : encodePosition(one.last),
    one.until,
  ]
}

export const countsOf = ({ records, inputBytes, outputBytes, errorBytes }: SessionNews): number[] => [
  records,
  inputBytes,
  outputBytes,
  errorBytes,
]

export const UPDATE_SESSION = `UPDATE sessions SET records = records + ?, input_bytes = input_bytes + ?,
  output_bytes = output_bytes + ?, error_bytes = error_bytes + ?, ended = coalesce(?, ended), ending = coalesce(?, ending),
  exit_code = coalesce(?, exit_code), link = coalesce(?, link), last = ?, until = ? WHERE key = ?`

export function endingOf(ended: EndFacts | undefined): SQLInputValue[] {
  if (ended === undefined) return [null, null, null, null]
  const { time, end, link } = ended
  if (end === undefined) return [time, '{}', null, link]
  const { reason, message, durationMs, exitCode } = end
  const status = Number.isSafeInteger(exitCode) ? (exitCode ?? null) : null
  return [
    time,
    JSON.stringify({ reason, message, by: enderOf(end), durationMs, digests: digestsOf(end) }),
    status,
    link,
  ]
}

export const linesOf = (commands: readonly RecordedCommand[]): string[] =>
  commands.flatMap((command) => (command.type === 'command' ? [command.line] : []))

export const pendingSession = (row: Record<string, SQLOutputValue>): PendingSession => ({
  key: Number(row.key),
  id: sessionIdFromBytes(row.id as Uint8Array),
  folder: String(row.folder),
  tries: Number(row.tries),
  from: decodePosition(String(row.first)),
  until: { segment: decodePosition(String(row.last ?? row.first)).segment, end: Number(row.until) },
})

export const knownLog = ({
  key,
  folder,
  log_id,
  position,
  stamp,
  problem,
}: Record<string, SQLInputValue>): KnownLog => ({
  key: Number(key),
  folder: String(folder),
  logId: textOf(log_id),
  position: typeof position === 'string' ? decodePosition(position) : undefined,
  stamp: textOf(stamp),
  problem: textOf(problem),
})

const textOf = (value: SQLInputValue | undefined): string | undefined => (typeof value === 'string' ? value : undefined)
