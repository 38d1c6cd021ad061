import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { commitmentOf, NO_LINK, placeRecord, recordHash } from '../../src/protocol/chain.ts'
import {
  ContentDecoder,
  type ContentItem,
  encodeContentEnd,
  encodeContentFault,
  encodeContentIdle,
  encodeReadRecord,
  withheldHeader,
} from '../../src/protocol/content.ts'
import type { ReadRecord, WithheldRecord } from '../../src/protocol/read-record.ts'
import { RECORD_KINDS, type RecordKind, type SessionRecord } from '../../src/protocol/record.ts'
import { makeSessionId } from '../../src/protocol/session-id.ts'
import { damaged } from '../fuzz/inputs.ts'
import { holds } from '../fuzz/runs.ts'

const ID = makeSessionId(1_700_000_000_000, Buffer.alloc(10, 7))
const LARGEST = 64 * 1024

const recordOf = (seq: number, payload: Uint8Array | string, kind: RecordKind = 'input'): SessionRecord => ({
  kind,
  session: ID,
  seq,
  time: 1_700_000_000_000_000 + seq,
  elapsed: 5 * seq,
  link: NO_LINK,
  salt: Buffer.alloc(16, 9),
  payload: Buffer.from(payload),
})

const withheld = (record: SessionRecord): WithheldRecord => {
  const { session, seq, time, link, elapsed, kind: of, payload, salt } = record
  const commitment = commitmentOf(salt, payload)
  return { kind: 'withheld', of, session, seq, time, link, elapsed, payloadBytes: payload.length, commitment }
}

const FAULT = { code: 'KAE_X', message: 'not now', next: 'later' }
const SECRET = recordOf(1, 'hunter2\r')
const RECORDS: readonly ReadRecord[] = [recordOf(0, '{}', 'open'), withheld(SECRET), recordOf(2, Buffer.alloc(LARGEST))]
const STREAM = Buffer.concat([...RECORDS.map(encodeReadRecord), encodeContentIdle(), encodeContentEnd()])
const ITEMS = [...RECORDS.map((record) => ({ type: 'record', record })), { type: 'idle' }, { type: 'end' }]

function decode(stream: Buffer, pieceBytes = stream.length): ContentItem[] {
  const decoder = new ContentDecoder()
  const items: ContentItem[] = []
  for (let at = 0; at < stream.length; at += pieceBytes)
    items.push(...decoder.push(stream.subarray(at, at + pieceBytes)))
  return items
}

describe('the stream of a session’s content', () => {
  test.each([1, 3, 64, 1000, STREAM.length])('is the same however it is cut: in pieces of %i bytes', (pieceBytes) => {
    expect(decode(STREAM, pieceBytes)).toEqual(ITEMS)
  })

  test('shows of a withheld record what its hash covers, and nothing of its payload', () => {
    const bytes = encodeReadRecord(withheld(SECRET))
    expect(bytes.includes('hunter2') || bytes.includes(Buffer.from(SECRET.salt))).toBe(false)
    const [item] = decode(bytes)
    const record = (item as ContentItem & { type: 'record' }).record as WithheldRecord
    expect(recordHash(withheldHeader(record), record.commitment)).toEqual(placeRecord(SECRET, SECRET).hash)
  })

  test('ends with a fault that says why', () => {
    const decoder = new ContentDecoder()
    expect(decoder.push(encodeContentFault({ ...FAULT, stack: 'not for others' } as typeof FAULT))).toEqual([
      { type: 'fault', fault: FAULT },
    ])
    expect([decoder.over, decoder.push(STREAM)]).toEqual([true, []])
  })

  test('that was cut says nothing of its end', () => {
    const decoder = new ContentDecoder()
    decoder.push(STREAM.subarray(0, STREAM.length - 1))
    expect(decoder.over).toBe(false)
  })

  test('with a frame longer than any record is refused before a byte of it is kept', () => {
    expect(decode(Buffer.from('ffffffff00', 'hex'))).toEqual([
      { type: 'malformed', why: `a frame of ${2 ** 32 - 1} bytes, ${96 + LARGEST} at most` },
    ])
  })

  test.each([
    ['0000000009', 'form 9'],
    ['000000010200', 'form 2 with 1 bytes'],
    ['0000000100ff', 'an entry that is too-short'],
    ['0000000101ff', 'a withheld record of 1 bytes'],
    [`0000007001${'00'.repeat(112)}`, 'a withheld record that is unknown-version'],
    [`00000070010102000000010001${'00'.repeat(104)}`, 'a withheld payload of 65537 bytes'],
    ['00000002037b7d', 'a fault without its words'],
    ['00000001032f', 'a fault without its words'],
  ])('%s is refused', (hex, why) => {
    expect(decode(Buffer.from(hex, 'hex'))).toEqual([{ type: 'malformed', why }])
  })

  test('damaged anyhow, gives what it gives in any pieces, and nothing after its first nonsense', () => {
    const small = Buffer.concat([...RECORDS.slice(0, 2).map(encodeReadRecord), encodeContentFault(FAULT)])
    const record = fc
      .constantFrom(...(Object.keys(RECORD_KINDS) as RecordKind[]))
      .map((kind) => encodeReadRecord(recordOf(3, 'x', kind)))
    holds(fc.tuple(damaged(fc.oneof(fc.constant(small), record)), fc.integer({ min: 1, max: 9 })), ([stream, size]) => {
      const whole = decode(stream)
      expect(decode(stream, size)).toEqual(whole)
      const ends = whole.findIndex(({ type }) => type === 'malformed' || type === 'end' || type === 'fault')
      expect([-1, whole.length - 1]).toContain(ends)
    })
  })
})
