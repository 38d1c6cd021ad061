/** A session's row in the index, and the Kubernetes object that it stands for. */
import type { SQLOutputValue } from 'node:sqlite'
import { GROUP_VERSION } from '../../../src/protocol/api.ts'
import type { Authentication, SessionEnd, SessionOpening, StreamDigest } from '../../../src/protocol/session.ts'
import { type SessionId, sessionIdFromBytes } from '../../../src/protocol/session-id.ts'
import type { SessionDigests, SessionObject, SessionPhase, SessionSpec } from '../../../src/protocol/session-object.ts'
import { isoTime } from '../../../src/recording/lines.ts'
import { decodePosition, type IndexedPlace } from './places.ts'

export interface SessionRow {
  readonly key: number
  readonly id: SessionId
  readonly log: number
  readonly folder: string
  readonly started: number
  readonly namespace: string
  readonly spec: SessionSpec
  readonly ended: number | undefined
  readonly ending: Partial<Pick<SessionEnd, 'reason' | 'message' | 'by' | 'durationMs' | 'exitCode'>>
  /** Of both streams, as the end record has them. */
  readonly digests: SessionDigests
  readonly link: Uint8Array | undefined
  readonly records: number
  readonly inputBytes: number
  readonly outputBytes: number
  readonly errorBytes: number
  readonly commands: number | undefined
  readonly place: IndexedPlace
}

/** With `s` for sessions; joins are by primary key. */
export const ROW_TABLES = 'sessions s JOIN logs l ON l.key = s.log JOIN texts who ON who.key = s.who'
export const ROW_COLUMNS = 's.*, l.folder AS folder, who.text AS who_text'

/** What stands for an open record that cannot be read: no name is made up, so none is found by one. */
export const UNREADABLE_OPENING: SessionOpening = {
  version: 1,
  user: { username: '', groups: [], extra: {} },
  authentication: 'unverified',
  target: {
    namespace: '',
    pod: '',
    container: '',
    command: [],
    stdin: false,
    stdout: false,
    stderr: false,
    tty: false,
  },
  policy: { capture: 'client', record: 'Input', durability: 'Strict' },
  client: { name: '', version: '', platform: '' },
}

/** The same for all sessions of a user from one machine. */
export const whoOf = ({ user, policy, client }: SessionOpening): string => JSON.stringify({ user, policy, client })

export const whatOf = ({ target: { command, stdin, stdout, stderr, tty } }: SessionOpening): string =>
  JSON.stringify({ command, stdin, stdout, stderr, tty })

export function sessionRow(row: Record<string, SQLOutputValue>): SessionRow {
  const first = decodePosition(String(row.first))
  const { digests = {}, ...ending } = JSON.parse(String(row.ending ?? '{}'))
  return {
    key: Number(row.key),
    id: sessionIdFromBytes(row.id as Uint8Array),
    log: Number(row.log),
    folder: String(row.folder),
    started: Number(row.started),
    namespace: String(row.namespace),
    spec: specOf(row),
    ended: numberOf(row.ended),
    ending: { ...ending, ...given('exitCode', numberOf(row.exit_code)) },
    digests,
    link: row.link instanceof Uint8Array ? row.link : undefined,
    records: Number(row.records),
    inputBytes: Number(row.input_bytes),
    outputBytes: Number(row.output_bytes),
    errorBytes: Number(row.error_bytes),
    commands: row.commands === -1 ? undefined : numberOf(row.commands),
    place: {
      folder: String(row.folder),
      first,
      last: typeof row.last === 'string' ? decodePosition(row.last) : first,
      until: Number(row.until),
    },
  }
}

function specOf(row: Record<string, SQLOutputValue>): SessionSpec {
  const target = { pod: String(row.pod), container: String(row.container), ...JSON.parse(String(row.what)) }
  const spec = {
    ...JSON.parse(String(row.who_text)),
    authentication: String(row.authentication) as Authentication,
    target,
  }
  return typeof row.why === 'string' ? { ...spec, reason: row.why } : spec
}

/** The same object, from what the log itself says. */
export const specOfOpening = (opening: SessionOpening): SessionSpec => {
  const { user, authentication, target, policy, client, reason } = opening
  const { namespace: _, ...rest } = target
  return { user, authentication, target: rest, policy, client, ...given('reason', reason) }
}

export function sessionObject(row: SessionRow, phase: SessionPhase, resourceVersion: string): SessionObject {
  const { id, namespace, started, ended } = row
  return {
    apiVersion: GROUP_VERSION,
    kind: 'Session',
    metadata: {
      name: id,
      namespace,
      uid: id,
      creationTimestamp: `${isoTime(started).slice(0, 19)}Z`,
      resourceVersion,
    },
    spec: row.spec,
    status: {
      phase,
      startTime: isoTime(started),
      ...(ended === undefined ? {} : { endTime: isoTime(ended) }),
      ...row.ending,
      records: row.records,
      inputBytes: row.inputBytes,
      outputBytes: row.outputBytes,
      errorOutputBytes: row.errorBytes,
      ...given('digests', unrecorded(row)),
      ...given('commands', row.commands),
    },
  }
}

/** Who ended it: a log may come from anywhere, so it is looked at what stands there. */
export const enderOf = ({ by }: SessionEnd): string | undefined => (typeof by === 'string' ? by : undefined)

/** Of streams that had any bytes. */
export const digestsOf = ({ output, errorOutput }: SessionEnd): SessionDigests => ({
  ...given('output', digestOf(output)),
  ...given('errorOutput', digestOf(errorOutput)),
})

function digestOf(digest: StreamDigest | undefined): StreamDigest | undefined {
  if (digest === undefined || digest.bytes === 0) return undefined
  const { bytes, sha256 } = digest
  return typeof sha256 === 'string' ? { bytes, sha256 } : { bytes }
}

/** A digest says nothing that bytes on record do not. */
function unrecorded({ digests, outputBytes, errorBytes }: SessionRow): SessionDigests | undefined {
  const left = {
    ...(outputBytes > 0 ? {} : given('output', digests.output)),
    ...(errorBytes > 0 ? {} : given('errorOutput', digests.errorOutput)),
  }
  return Object.keys(left).length === 0 ? undefined : left
}

const numberOf = (value: SQLOutputValue | undefined): number | undefined =>
  value === null || value === undefined ? undefined : Number(value)

const given = <Name extends string, Value>(name: Name, value: Value | undefined): { [_ in Name]?: Value } =>
  value === undefined ? {} : ({ [name]: value } as { [_ in Name]?: Value })
