import { randomBytes } from 'node:crypto'
import { NO_LINK, placeRecord } from '../../src/protocol/chain.ts'
import { encodeOpened, type OpenRequest } from '../../src/protocol/messages.ts'
import { type Draft, MAX_PAYLOAD_BYTES, SALT_BYTES } from '../../src/protocol/record.ts'
import type { Authentication, ExecTarget, Identity, SessionOpening, SessionPolicy } from '../../src/protocol/session.ts'
import type { SessionId } from '../../src/protocol/session-id.ts'
import type { Receipt } from '../log/append-log.ts'
import type { WindowLimits } from './receipts.ts'

/** What a session starts as: new, or read back from the log. */
export interface SessionStart {
  readonly id: SessionId
  readonly opening: SessionOpening
  /** How long it had lasted when this process took it up, by the recorder's clock: 0 for a new one. */
  readonly elapsedMs: number
}

export interface Owner {
  readonly identity: Identity
  readonly authentication: Authentication
}

/** What a client asks for, its container chosen. */
export type CompleteOpen = OpenRequest & { readonly target: ExecTarget }

/** What is put on record at the start: what the client asked for, who the API server says it is, and the policy in force. */
export function makeOpening(request: CompleteOpen, owner: Owner, policy: SessionPolicy): SessionOpening {
  // The strictest wins, field by field: a user may ask for more than the policy does.
  const record = policy.record === 'InputOutput' ? policy.record : request.record
  return {
    version: 1,
    user: owner.identity,
    authentication: owner.authentication,
    target: request.target,
    policy: { ...policy, record },
    client: request.client,
    ...(request.reason === undefined ? {} : { reason: request.reason }),
  }
}

/** The record of an opening, or undefined where it is too large for one: it is never cut. */
export function openingDraft(opening: SessionOpening): Draft | undefined {
  const payload = Buffer.from(JSON.stringify(opening))
  return payload.length > MAX_PAYLOAD_BYTES
    ? undefined
    : { kind: 'open', elapsed: 0, salt: randomBytes(SALT_BYTES), payload }
}

/** The whole first entry of a session, as the log keeps it. */
export function openingEntry(session: SessionId, draft: Draft, receipt: Pick<Receipt, 'time'>): Buffer {
  const { header } = placeRecord(draft, { session, seq: 0, time: receipt.time, link: NO_LINK })
  return Buffer.concat([header, draft.salt, draft.payload])
}

/** The answer to an open: what the client may send ahead, and the record that is the first link of its chain. */
export const openedMessage = (limits: WindowLimits, entry: Buffer): Buffer =>
  encodeOpened({ windowBytes: limits.bytes, windowRecords: limits.records }, entry)
