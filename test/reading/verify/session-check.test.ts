import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { commitmentOf } from '../../../src/protocol/chain.ts'
import type { ReadRecord } from '../../../src/protocol/read-record.ts'
import type { Draft, RecordKind } from '../../../src/protocol/record.ts'
import { SessionCheck, type SessionVerdict } from '../../../src/reading/verify/session-check.ts'
import { chained, ID, OPENING, RECORDS } from '../rig.ts'

const draft = (kind: RecordKind, payload: string | object): Draft => ({
  kind,
  elapsed: 0,
  salt: Buffer.alloc(16, 5),
  payload: Buffer.from(typeof payload === 'string' ? payload : JSON.stringify(payload)),
})

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex')
const end = (input: object): Draft => draft('end', { version: 1, reason: 'exited', input, durationMs: 1 })

function verdictOf(records: readonly ReadRecord[]): SessionVerdict {
  const check = new SessionCheck(ID)
  for (const record of records) check.take(record)
  return check.verdict()
}

const opened = (...drafts: readonly Draft[]) => chained([draft('open', OPENING), ...drafts])

describe('a session that is checked', () => {
  it('is intact with its whole chain, and its head is told', () => {
    const verdict = verdictOf(RECORDS)
    expect(verdict).toMatchObject({ type: 'intact', records: 4, ended: true, withheld: 0, notes: [] })
    expect(verdict).toMatchObject({ head: expect.stringMatching(/^[0-9a-f]{64}$/) })
  })

  it('has the same head where a payload is withheld', () => {
    const withheld = RECORDS.map((record): ReadRecord => {
      if (record.kind !== 'input') return record
      const { salt, payload, kind: of, ...place } = record
      return { ...place, kind: 'withheld', of, payloadBytes: payload.length, commitment: commitmentOf(salt, payload) }
    })
    const [whole, part] = [verdictOf(RECORDS), verdictOf(withheld)]
    expect(part).toEqual({ ...whole, withheld: 1 })
  })

  it('is wrong where its end has another hash of what was typed', () => {
    const input = { bytes: 2, sha256: sha256('id') }
    expect(verdictOf(opened(draft('input', 'id'), end(input)))).toMatchObject({ type: 'intact' })
    expect(verdictOf(opened(draft('input', 'ls'), end(input)))).toMatchObject({ type: 'wrong', seq: 2 })
  })

  it('says where more was read than is on record', () =>
    expect(verdictOf(opened(draft('input', 'id'), end({ bytes: 9 })))).toMatchObject({
      type: 'intact',
      notes: ['2 bytes of input are on record, 9 were read'],
    }))

  it('is compared with what its end says of each stream, and as what it can be', () => {
    const [input, output, none] = [{ bytes: 2, sha256: sha256('id') }, { bytes: 3 }, { bytes: 7, sha256: sha256('x') }]
    const told = draft('end', { version: 1, reason: 'exited', input, output, errorOutput: none, durationMs: 1 })
    expect(verdictOf(opened(draft('input', 'id'), draft('output', 'abc'), told))).toMatchObject({
      compared: [
        { stream: 'input', bytes: 2, said: 2, result: 'same' },
        { stream: 'output', bytes: 3, said: 3, result: 'same-length' },
        { stream: 'errorOutput', bytes: 0, said: 7, result: 'not-recorded' },
      ],
      notes: [],
    })
    expect(verdictOf(opened(draft('input', 'id'), end({ bytes: 9 })))).toMatchObject({
      compared: [{ bytes: 2, said: 9, result: 'other-length' }, { result: 'not-told' }, { result: 'not-told' }],
    })
  })

  it('is compared by its length alone where a payload is withheld: nobody can hash what they do not see', () => {
    const records = opened(draft('input', 'id'), end({ bytes: 2, sha256: sha256('other') })).map(
      (record): ReadRecord => {
        if (record.kind !== 'input') return record
        const { salt, payload, kind: of, ...place } = record
        return { ...place, kind: 'withheld', of, payloadBytes: payload.length, commitment: commitmentOf(salt, payload) }
      },
    )
    expect(verdictOf(records)).toMatchObject({
      type: 'intact',
      compared: [{ bytes: 2, result: 'same-length' }, {}, {}],
    })
  })

  it('tells when its first and its last record became durable, whatever number stands there', () => {
    expect(verdictOf(RECORDS)).toMatchObject({
      first: { seq: 0, time: '2023-11-14T22:13:20.000000Z' },
      last: { seq: 3, time: '2023-11-14T22:13:20.000003Z' },
    })
    const late = RECORDS.slice(0, 1).map((record) => ({ ...record, time: 2 ** 63 }))
    expect(verdictOf(late)).toMatchObject({ last: { time: expect.stringMatching(/^2255-/) } })
  })

  it.each([
    ['begins in the middle', chained([draft('input', 'x')]), 0],
    ['is opened twice', opened(draft('open', OPENING)), 1],
    ['goes on after its end', opened(end({ bytes: 0 }), draft('input', 'x')), 2],
    ['has an end that cannot be read', opened(draft('end', 'no')), 1],
    ['has a record of another session', [RECORDS[0]!, { ...RECORDS[1]!, session: 'x' as typeof ID }], 1],
  ])('is wrong where it %s', (_, records, seq) => expect(verdictOf(records)).toMatchObject({ type: 'wrong', seq }))

  it('has no end where none was recorded', () =>
    expect(verdictOf(RECORDS.slice(0, 3))).toMatchObject({ type: 'intact', ended: false }))
})
