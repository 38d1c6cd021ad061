import { commitmentOf, recordHash } from '../../src/protocol/chain.ts'
import { encodeHeader, type SessionRecord } from '../../src/protocol/record.ts'
import type { SessionOpening } from '../../src/protocol/session.ts'
import type { SessionId } from '../../src/protocol/session-id.ts'
import type { AppendLog } from '../log/append-log.ts'
import { openingEntry, type SessionStart } from './opening.ts'
import type { WindowLimits } from './receipts.ts'
import { Trail } from './trail.ts'

export type Restored = SessionStart & { readonly trail: Trail; readonly entry: Buffer | undefined }

/** Reads a session of an earlier process back, to where its client may have left it. */
export async function readSession(log: AppendLog, id: SessionId, limits: WindowLimits): Promise<Restored | undefined> {
  const trail = new Trail(limits)
  let first: SessionRecord | undefined
  for await (const record of log.read(id)) {
    first ??= detached(record)
    const head = recordHash(encodeHeader(record, record), commitmentOf(record.salt, record.payload))
    trail.restore(record, head)
  }
  const opening = first === undefined ? undefined : parseOpening(first)
  if (first === undefined || opening === undefined) return undefined
  const entry = trail.next === 1 ? openingEntry(id, first, first) : undefined
  return { id, opening, openedAt: first.time / 1000, trail, entry }
}

/** A log's reader may use its buffer again for the next record. */
const detached = (record: SessionRecord): SessionRecord => ({
  ...record,
  salt: Buffer.from(record.salt),
  payload: Buffer.from(record.payload),
})

function parseOpening({ kind, payload }: SessionRecord): SessionOpening | undefined {
  if (kind !== 'open') return undefined
  return JSON.parse(Buffer.from(payload).toString()) as SessionOpening
}
