import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { commitmentOf, NO_LINK, placeRecord } from '../../src/protocol/chain.ts'
import { type Draft, decodeEntry, type Placement, RECORD_KINDS, type RecordKind } from '../../src/protocol/record.ts'
import { makeSessionId, parseSessionId, sessionIdFromBytes, sessionIdToBytes } from '../../src/protocol/session-id.ts'

const id = makeSessionId(1_700_000_000_000, Buffer.alloc(10, 7))
const bytes = (length: number) => fc.uint8Array({ minLength: length, maxLength: length })
const safe = fc.nat(Number.MAX_SAFE_INTEGER)
const drafts = fc.record({
  kind: fc.constantFrom(...(Object.keys(RECORD_KINDS) as RecordKind[])),
  elapsed: safe,
  salt: bytes(16),
  payload: fc.uint8Array({ maxLength: 300 }),
})
const placements = fc.record({ session: fc.constant(id), seq: safe, time: safe, link: bytes(32) })
const entryOf = (draft: Draft, placement: Placement) =>
  Buffer.concat([placeRecord(draft, placement).header, draft.salt, draft.payload])
const plain = ({ link, salt, payload, ...rest }: Draft & Placement) => ({
  ...rest,
  link: [...link],
  salt: [...salt],
  payload: [...payload],
})

describe('an entry', () => {
  it('gives back every record that it was made of', () => {
    fc.assert(
      fc.property(drafts, placements, (draft, placement) => {
        const decoded = decodeEntry(entryOf(draft, placement))
        expect(decoded.ok && plain(decoded.record)).toEqual(plain({ ...draft, ...placement }))
      }),
    )
  })

  it('is refused at every length but its own', () => {
    const entry = entryOf(
      { kind: 'input', elapsed: 1, salt: Buffer.alloc(16), payload: Buffer.from('ls\r') },
      { session: id, seq: 1, time: 2, link: NO_LINK },
    )
    for (let length = 0; length < entry.length; length++) expect(decodeEntry(entry.subarray(0, length)).ok).toBe(false)
    expect(decodeEntry(Buffer.concat([entry, Buffer.of(0)]))).toEqual({ ok: false, reason: 'wrong-length' })
  })

  it.each([
    [0, 2, 'unknown-version'],
    [1, 99, 'unknown-kind'],
    [2, 1, 'unknown-encoding'],
    [3, 1, 'unknown-encoding'],
  ] as const)('with byte %i set to %i is refused as %s', (offset, value, reason) => {
    const entry = entryOf(
      { kind: 'input', elapsed: 1, salt: Buffer.alloc(16), payload: Buffer.alloc(0) },
      { session: id, seq: 1, time: 2, link: NO_LINK },
    )
    entry[offset] = value
    expect(decodeEntry(entry)).toEqual({ ok: false, reason })
  })
})

describe('the chain', () => {
  const draft: Draft = { kind: 'input', elapsed: 5, salt: Buffer.alloc(16, 1), payload: Buffer.from('id\r') }
  const placement: Placement = { session: id, seq: 3, time: 9, link: Buffer.alloc(32, 2) }

  it('hashes header and commitment as SHA-256 of a prefix and the bytes, as its documentation says', () => {
    const { header, hash } = placeRecord(draft, placement)
    const sha = (...parts: Uint8Array[]) => createHash('sha256').update(Buffer.concat(parts)).digest()
    const commitment = sha(Buffer.of(2), draft.salt, draft.payload)
    expect(hash).toEqual(sha(Buffer.of(0), header, commitment))
  })

  it('changes with every bit of header, salt and payload', () => {
    const entry = entryOf(draft, placement)
    const seen = new Set<string>()
    for (let bit = 0; bit < entry.length * 8; bit++) {
      const flipped = Buffer.from(entry)
      flipped[bit >> 3]! ^= 1 << (bit & 7)
      const [header, salt, payload] = [flipped.subarray(0, 80), flipped.subarray(80, 96), flipped.subarray(96)]
      seen.add(
        createHash('sha256').update(Buffer.of(0)).update(header).update(commitmentOf(salt, payload)).digest('hex'),
      )
    }
    expect(seen.has(placeRecord(draft, placement).hash.toString('hex'))).toBe(false)
    expect(seen.size).toBe(entry.length * 8)
  })
})

describe('a session id', () => {
  it('is a UUIDv7 that survives its bytes', () => {
    fc.assert(
      fc.property(fc.nat(2 ** 47), bytes(10), (millis, random) => {
        const made = makeSessionId(millis, random)
        expect(parseSessionId(made)).toBe(made)
        expect(sessionIdFromBytes(sessionIdToBytes(made))).toBe(made)
      }),
    )
  })

  it('sorts by its time', () => {
    const ids = [5, 1_700_000_000_000, 70_000].map((millis) => makeSessionId(millis, Buffer.alloc(10, 255)))
    expect([...ids].sort()).toEqual([ids[0], ids[2], ids[1]])
  })

  it.each(['', '../../x', id.toUpperCase(), `${id} `, id.replace('-7', '-4'), `${id}\n`])('is not %j', (text) => {
    expect(parseSessionId(text)).toBeUndefined()
  })

  it.each([
    ['sequence number', 24],
    ['time', 32],
    ['clock', 40],
  ])('whose %s is beyond 2^63 is refused: nobody could compute its hash', (_what, offset) => {
    const entry = entryOf(
      { kind: 'input', elapsed: 1, salt: Buffer.alloc(16), payload: Buffer.alloc(0) },
      { session: id, seq: 1, time: 2, link: NO_LINK },
    )
    entry.writeBigUInt64BE(2n ** 62n, offset)
    expect(decodeEntry(entry).ok).toBe(true)
    for (const number of [2n ** 63n, 2n ** 64n - 1n]) {
      entry.writeBigUInt64BE(number, offset)
      expect(decodeEntry(entry)).toEqual({ ok: false, reason: 'number-too-large' })
    }
  })
})
