/** What another machine calls a Session, checked before anything is made of it. */
import type { RecordedCommand } from '../../protocol/recorded-command.ts'
import { parseSessionId } from '../../protocol/session-id.ts'
import type { SearchHit, Waypoint } from '../../protocol/session-library.ts'
import type { SessionObject } from '../../protocol/session-object.ts'
import { microsOf } from '../print/times.ts'

type Shape = Record<string, unknown>

const isObject = (value: unknown): value is Shape =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
const areStrings = (...values: readonly unknown[]): boolean => values.every((value) => typeof value === 'string')
const areNumbers = (...values: readonly unknown[]): boolean => values.every((value) => Number.isFinite(value))
/** Whatever is added to such a time or to such a span is still one that a Date can show. */
const isMicros = (value: unknown): boolean =>
  typeof value === 'number' && value >= 0 && value <= Number.MAX_SAFE_INTEGER
const isTime = (value: unknown): boolean => typeof value === 'string' && isMicros(microsOf(value))
const optional = (type: 'string' | 'number', ...values: readonly unknown[]): boolean =>
  values.every((value) => value === undefined || (type === 'number' ? areNumbers(value) : areStrings(value)))

export function isSession(value: unknown): value is SessionObject {
  if (!isObject(value) || !isObject(value.metadata) || !isObject(value.spec) || !isObject(value.status)) return false
  const { name, namespace, creationTimestamp } = value.metadata
  return (
    areStrings(name, namespace, creationTimestamp) &&
    parseSessionId(name as string) !== undefined &&
    isSpec(value.spec) &&
    isStatus(value.status)
  )
}

function isSpec({ user, authentication, target, policy, client, reason }: Shape): boolean {
  if (!isObject(user) || !isObject(target) || !isObject(policy) || !isObject(client)) return false
  const { command } = target
  return (
    areStrings(user.username, authentication, target.pod, target.container) &&
    areStrings(policy.capture, policy.record, policy.durability) &&
    areStrings(client.name, client.version, client.platform) &&
    Array.isArray(command) &&
    areStrings(...command) &&
    optional('string', reason)
  )
}

const isStatus = ({
  phase,
  startTime,
  endTime,
  reason,
  message,
  by,
  exitCode,
  durationMs,
  digests,
  commands,
  ...counts
}: Shape): boolean =>
  areStrings(phase) &&
  isTime(startTime) &&
  (endTime === undefined || isTime(endTime)) &&
  areNumbers(counts.records, counts.inputBytes, counts.outputBytes, counts.errorOutputBytes) &&
  optional('string', reason, message, by) &&
  (digests === undefined || (isObject(digests) && isDigest(digests.output) && isDigest(digests.errorOutput))) &&
  optional('number', exitCode, durationMs, commands)

const isDigest = (value: unknown): boolean =>
  value === undefined || (isObject(value) && areNumbers(value.bytes) && optional('string', value.sha256))

export const isHit = (value: unknown): value is SearchHit =>
  isObject(value) &&
  isSession(value.session) &&
  (value.where === 'command' || value.where === 'output') &&
  areStrings(value.line) &&
  isMicros(value.elapsed)

export const isWaypoint = (value: unknown): value is Waypoint =>
  isObject(value) && Number.isSafeInteger(value.seq) && isMicros(value.seq) && isMicros(value.elapsed)

export function isCommand(value: unknown): value is RecordedCommand {
  if (!isObject(value) || !isMicros(value.elapsed) || !areNumbers(value.seq)) return false
  const { type, line, source, doubts, name, exitCode, durationMs } = value
  if (!optional('number', exitCode, durationMs)) return false
  if (type === 'command') return areStrings(line, source) && Array.isArray(doubts) && areStrings(...doubts)
  return type === 'hidden' || (type === 'program' && areStrings(name))
}
