/** Recorded sessions to encode: one that was made in a real shell, and made-up ones. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { NO_LINK } from '../../../src/protocol/chain.ts'
import type { ReadRecord } from '../../../src/protocol/read-record.ts'
import type { RecordKind, SessionRecord } from '../../../src/protocol/record.ts'
import type { SessionEnd } from '../../../src/protocol/session.ts'
import type { SessionId } from '../../../src/protocol/session-id.ts'
import type { SessionObject } from '../../../src/protocol/session-object.ts'
import { encodeTerminalSize } from '../../../src/protocol/terminal-size.ts'
import type { Encoder } from '../../../src/recording/formats/format.ts'
import { isoTime } from '../../../src/recording/lines.ts'
import { parseEnd, parseOpening } from '../../../src/recording/payload.ts'
import { openingOf } from '../../rig/opening.ts'

export const FIXTURES = join(import.meta.dirname, 'fixtures')
export const SESSION_ID = '0199c0de-0000-7000-8000-000000000001' as SessionId
const TIME = Date.UTC(2026, 0, 2, 3, 4, 5) * 1000

/** As a program would read a document of JSON lines. */
export function recordsOfJson(text: string): SessionRecord[] {
  return text
    .trimEnd()
    .split('\n')
    .map((line) => {
      const { session, seq, time, elapsedMicros, kind, link, salt, base64 } = JSON.parse(line) as Record<string, string>
      const micros = Date.parse(time!) * 1000 + Number(time!.slice(-4, -1))
      return {
        session: session as SessionId,
        seq: Number(seq),
        time: micros,
        elapsed: Number(elapsedMicros),
        kind: kind as RecordKind,
        link: Buffer.from(link!, 'hex'),
        salt: Buffer.from(salt!, 'hex'),
        payload: Buffer.from(base64!, 'base64'),
      }
    })
}

/** bash in the sandbox: colours, wide characters, bytes that are no UTF-8, vi, a password, `clear`. */
export const shellRecords = (): SessionRecord[] => recordsOfJson(readFileSync(join(FIXTURES, 'shell.jsonl'), 'utf8'))

export type Moment = readonly [seconds: number, kind: RecordKind, payload: string | Uint8Array]

export const size = (seconds: number, columns: number, rows: number): Moment => [
  seconds,
  'resize',
  encodeTerminalSize({ columns, rows }),
]

export interface Made {
  readonly tty?: boolean
  readonly username?: string
  readonly command?: readonly string[]
  readonly end?: Partial<SessionEnd>
}

/** An open record, the moments, an end record. */
export function madeRecords(moments: readonly Moment[], made: Made = {}): SessionRecord[] {
  const { tty = true, username = 'alice', command = ['sh'] } = made
  const opening = openingOf({
    user: { username, groups: [], extra: {} },
    authentication: 'request-header',
    target: { command, stderr: !tty, tty },
  })
  const last = moments.at(-1)?.[0] ?? 0
  const end: SessionEnd = { version: 1, reason: 'exited', input: { bytes: 0 }, durationMs: last * 1000, ...made.end }
  const all: Moment[] = [[0, 'open', JSON.stringify(opening)], ...moments, [last, 'end', JSON.stringify(end)]]
  return all.map(([seconds, kind, payload], seq) => ({
    kind,
    session: SESSION_ID,
    seq,
    time: TIME + Math.round(seconds * 1e6),
    elapsed: Math.round(seconds * 1e6),
    link: NO_LINK,
    salt: Buffer.alloc(16),
    payload: Buffer.from(payload as string),
  }))
}

export function sessionOf(records: readonly SessionRecord[]): SessionObject {
  const first = records[0]!
  const { target, ...opening } = parseOpening(first.payload)!
  const { namespace, ...rest } = target
  const last = records.at(-1)!
  const end = last.kind === 'end' ? parseEnd(last.payload) : undefined
  const ended =
    end === undefined
      ? {}
      : { endTime: isoTime(last.time), reason: end.reason, durationMs: end.durationMs, exitCode: end.exitCode }
  return {
    apiVersion: 'kube-audit-exec.io/v1alpha1',
    kind: 'Session',
    metadata: { name: first.session, namespace, uid: first.session, creationTimestamp: '2026-01-02T03:04:05Z' },
    spec: { ...opening, target: rest },
    status: {
      phase: end === undefined ? 'Lost' : 'Ended',
      startTime: isoTime(first.time),
      records: records.length,
      inputBytes: 0,
      outputBytes: 0,
      errorOutputBytes: 0,
      ...(JSON.parse(JSON.stringify(ended)) as object),
    },
  }
}

/** The whole document. */
export function encoded(encoder: Encoder, records: readonly ReadRecord[], session?: SessionObject): string {
  const parts = [encoder.start(session ?? sessionOf(records as readonly SessionRecord[]))]
  for (const record of records) parts.push(encoder.record(record))
  parts.push(encoder.finish())
  return parts.join('')
}

export async function* streamed(records: readonly ReadRecord[]): AsyncGenerator<ReadRecord> {
  yield* records
}

/** Header and events of a cast, as lines say it. */
export function castOf(document: string): { header: Record<string, unknown>; events: [number, string, string][] } {
  const [header = '', ...lines] = document.trimEnd().split('\n')
  const events = lines
    .filter((line) => line.startsWith('['))
    .map((line) => JSON.parse(line) as [number, string, string])
  return { header: JSON.parse(header) as Record<string, unknown>, events }
}
