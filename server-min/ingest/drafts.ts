import { crc32 } from 'node:zlib'
import type { Draft, RecordKind } from '../../src/protocol/record.ts'
import { decodeTerminalSize } from '../../src/protocol/terminal-size.ts'
import { parseClientEnd } from './ending.ts'

const FROM_CLIENTS: ReadonlySet<RecordKind> = new Set([
  'input',
  'resize',
  'inputEnd',
  'output',
  'errorOutput',
  'end',
] as const)

/** Why these records may not follow one another in a session whose clock stood at `elapsed`, or undefined. */
export function draftsViolation(drafts: readonly Draft[], elapsed: number): string | undefined {
  let last = elapsed
  for (const [index, draft] of drafts.entries()) {
    if (draft.elapsed < last) return 'a record’s clock went back'
    // Above it, a u64 is no longer the number that was sent.
    if (draft.elapsed > Number.MAX_SAFE_INTEGER) return 'a record’s clock is beyond 2^53'
    if (draft.kind === 'end' && index !== drafts.length - 1) return 'a record after the end'
    const wrong = draftViolation(draft)
    if (wrong !== undefined) return wrong
    last = draft.elapsed
  }
  return undefined
}

function draftViolation({ kind, payload }: Draft): string | undefined {
  if (!FROM_CLIENTS.has(kind)) return `a client may not write a record of kind '${kind}'`
  if (kind === 'resize' && decodeTerminalSize(Buffer.from(payload)) === undefined) return 'a resize without a size'
  if (kind === 'inputEnd' && payload.length > 0) return 'an end of input with a payload'
  if (kind === 'end') return parseClientEnd(payload)
  return undefined
}

/**
 * Tells a record that was sent again from one that was changed on its way. It need not withstand forgery: the log keeps
 * the first one whatever is sent later, and a client that forges only deceives itself.
 */
export function fingerprint({ kind, elapsed, salt, payload }: Draft): number {
  return crc32(payload, crc32(salt, crc32(`${kind} ${elapsed} ${payload.length} `)))
}

export const payloadBytes = (drafts: readonly Draft[]): number =>
  drafts.reduce((sum, draft) => sum + draft.payload.length, 0)
