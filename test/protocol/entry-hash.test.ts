import { randomBytes } from 'node:crypto'
import { expect, test } from 'vitest'
import { entryHash, NO_LINK, placeRecord } from '../../src/protocol/chain.ts'
import { MAX_PAYLOAD_BYTES } from '../../src/protocol/record.ts'
import { makeSessionId } from '../../src/protocol/session-id.ts'

test('the hash of an entry as it stands in the log is the hash of its record, whatever its length', () => {
  const session = makeSessionId(0, randomBytes(10))
  // Around the length at which another way is taken, and again small ones after large ones.
  for (const length of [0, 1, 95, 2030, 2031, 2032, 2033, 2048, MAX_PAYLOAD_BYTES, 3, 0]) {
    const draft = { kind: 'input', elapsed: 7, salt: randomBytes(16), payload: randomBytes(length) } as const
    const { header, hash } = placeRecord(draft, { session, seq: 1, time: 2, link: NO_LINK })
    const entry = Buffer.concat([header, draft.salt, draft.payload])
    expect(Buffer.from(entryHash(entry), 'latin1')).toEqual(hash)
  }
})
