/** Recordings made by hand: a few moments of a session, or as many as a test wants. */
import type { ReadRecord } from '../../../src/protocol/read-record.ts'
import type { RecordKind } from '../../../src/protocol/record.ts'
import { parseSessionId } from '../../../src/protocol/session-id.ts'
import { encodeTerminalSize } from '../../../src/protocol/terminal-size.ts'

export const SESSION = parseSessionId('0199c0de-0000-7000-8000-000000000001')!

export type Moment = readonly [seconds: number, kind: RecordKind | 'hidden', payload: string | Uint8Array]

export const size = (seconds: number, columns: number, rows: number): Moment => [
  seconds,
  'resize',
  encodeTerminalSize({ columns, rows }),
]

const EMPTY = Buffer.alloc(32)

export function recordOf([seconds, kind, payload]: Moment, seq: number): ReadRecord {
  const elapsed = Math.round(seconds * 1e6)
  const place = { session: SESSION, seq, elapsed, time: Date.UTC(2026, 0, 2) * 1000 + elapsed, link: EMPTY }
  const bytes = Buffer.from(payload)
  if (kind === 'hidden')
    return { ...place, kind: 'withheld', of: 'input', payloadBytes: bytes.length, commitment: EMPTY }
  return { ...place, kind, salt: EMPTY.subarray(0, 16), payload: bytes }
}

export const recordsOf = (moments: Iterable<Moment>): ReadRecord[] => [...moments].map(recordOf)

export const ending = (seconds: number, exitCode = 0): Moment => [
  seconds,
  'end',
  JSON.stringify({ version: 1, reason: 'exited', exitCode, input: { bytes: 0 }, durationMs: seconds * 1000 }),
]
