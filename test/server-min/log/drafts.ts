/** Records for tests, without a test runner: child processes use them too. */
import { randomBytes } from 'node:crypto'
import { type Draft, type RecordKind, SALT_BYTES } from '../../../src/protocol/record.ts'
import { makeSessionId, type SessionId } from '../../../src/protocol/session-id.ts'

export const draft = (kind: RecordKind, payload: Uint8Array | string = 'x'): Draft => ({
  kind,
  elapsed: 1,
  salt: randomBytes(SALT_BYTES),
  payload: Buffer.from(payload),
})

export const freshSession = (): SessionId => makeSessionId(Date.now(), randomBytes(10))
