import { randomBytes } from 'node:crypto'
import type { Fault } from '../../src/protocol/fault.ts'
import { type Draft, SALT_BYTES } from '../../src/protocol/record.ts'
import { END_REASONS, type EndReason, type SessionEnd, type StreamDigest } from '../../src/protocol/session.ts'
import { parseStrictJson } from '../../src/protocol/strict-json.ts'
import { fault } from '../faults.ts'

/** Reasons that only the collector can know. */
const OWN_REASONS: ReadonlySet<string> = new Set<EndReason>(['client-lost', 'collector-closed', 'terminated'])
const REASONS: ReadonlySet<string> = new Set(END_REASONS)
const MESSAGE_BYTES = 4096

/** Bytes recorded of each stream so far. */
export interface Totals {
  input: number
  output: number
  errorOutput: number
}

/** Why a client's end record is not one, or undefined. */
export function parseClientEnd(payload: Uint8Array): string | undefined {
  const end = parseJson(payload)
  if (end === undefined || end.version !== 1) return 'an end that is no SessionEnd'
  if (typeof end.reason !== 'string' || !REASONS.has(end.reason)) return 'an end with an unknown reason'
  if (OWN_REASONS.has(end.reason)) return 'an end with a reason that only the collector may give'
  if (end.exitCode !== undefined && !isCount(end.exitCode)) return 'an end with an exit code that is none'
  if (end.message !== undefined && !isMessage(end.message)) return 'an end with a message that is none'
  if (!isCount(end.durationMs)) return 'an end without a duration'
  if (!isDigest(end.input)) return 'an end without a digest of its input'
  const others = [end.output, end.errorOutput].every((digest) => digest === undefined || isDigest(digest))
  return others ? undefined : 'an end with a digest that is none'
}

/** Why a collector ends a session, in the words of its record. */
export type OwnEnd = Pick<SessionEnd, 'reason' | 'message' | 'by'>

export type Ending = OwnEnd & Pick<SessionEnd, 'durationMs'>

/** The end record that a collector writes. Its clock is the collector's, but never behind the recorder's. */
export function ownEndDraft(ending: Ending, totals: Totals, elapsed: number): Draft {
  const salt = randomBytes(SALT_BYTES)
  const clock = Math.max(elapsed, Math.round(ending.durationMs * 1000))
  return { kind: 'end', elapsed: clock, salt, payload: encodeOwnEnd(ending, totals) }
}

/** What an end record says that was checked before, or that a collector wrote. */
export const endOf = (payload: Uint8Array): OwnEnd => parseJson(payload) as unknown as OwnEnd

/** The collector counted the bytes, it did not hash them. */
function encodeOwnEnd(ending: Ending, totals: Totals): Buffer {
  const end: SessionEnd = {
    version: 1,
    reason: ending.reason,
    ...(ending.message === undefined ? {} : { message: ending.message }),
    ...(ending.by === undefined ? {} : { by: ending.by }),
    input: { bytes: totals.input },
    ...(totals.output === 0 ? {} : { output: { bytes: totals.output } }),
    ...(totals.errorOutput === 0 ? {} : { errorOutput: { bytes: totals.errorOutput } }),
    durationMs: Math.max(0, Math.round(ending.durationMs)),
  }
  return Buffer.from(JSON.stringify(end))
}

/** Whether a collector wrote this end. Our clients call nothing a protocol error. */
export const isOwnEnd = ({ reason }: OwnEnd): boolean => OWN_REASONS.has(reason) || reason === 'protocol-error'

/** What a client is told that comes back to a session which the collector has ended. */
export function endedFault({ reason, by = 'somebody', message = 'no reason was given' }: OwnEnd): Fault {
  if (reason !== 'terminated') return fault('KAE_SESSION_ENDED', { detail: reason })
  return fault('KAE_SESSION_TERMINATED', { detail: `by ${by}: ${message}` })
}

/** Strictly: the log keeps the client's own bytes, and every reader of them must see the reason that was checked here. */
function parseJson(payload: Uint8Array): Record<string, unknown> | undefined {
  const parsed = parseStrictJson(Buffer.from(payload).toString())
  const value = parsed.ok ? parsed.value : undefined
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined
}

const isCount = (value: unknown): value is number => typeof value === 'number' && Number.isFinite(value) && value >= 0

const isMessage = (value: unknown): boolean => typeof value === 'string' && Buffer.byteLength(value) <= MESSAGE_BYTES

function isDigest(value: unknown): value is StreamDigest {
  if (typeof value !== 'object' || value === null) return false
  const { bytes, sha256 } = value as Record<string, unknown>
  return isCount(bytes) && (sha256 === undefined || (typeof sha256 === 'string' && /^[0-9a-f]{64}$/.test(sha256)))
}
