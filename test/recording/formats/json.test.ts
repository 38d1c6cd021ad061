import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { commitmentOf, NO_LINK, recordHash } from '../../../src/protocol/chain.ts'
import { encodeHeader } from '../../../src/protocol/record.ts'
import { jsonLines } from '../../../src/recording/formats/json.ts'
import { encoded, FIXTURES, madeRecords, recordsOfJson, shellRecords } from './rig.ts'

describe('JSON lines', () => {
  it('of a real shell are, record by record, what was exported from it', () => {
    const fixture = readFileSync(join(FIXTURES, 'shell.jsonl'), 'utf8')
    expect(encoded(jsonLines(), shellRecords())).toBe(fixture)
  })

  it('hold all that the chain of hashes needs', () => {
    let head: Buffer = NO_LINK
    for (const record of shellRecords()) {
      expect(Buffer.from(record.link)).toEqual(head)
      head = recordHash(encodeHeader(record, record), commitmentOf(record.salt, record.payload))
    }
  })

  it('give back every field and every byte', () => {
    const moments = fc.array(fc.tuple(fc.integer({ min: 0, max: 9 }), fc.constant('output' as const), fc.uint8Array()))
    fc.assert(
      fc.property(moments, (all) => {
        const records = madeRecords(all)
        const read = recordsOfJson(encoded(jsonLines(), records))
        expect(read.map((record) => ({ ...record, link: Buffer.from(record.link) }))).toEqual(records)
      }),
    )
  })

  it('are ASCII, and one line a record, whatever was recorded', () => {
    const hostile = '\x1b]0;x\x07\u202e\u2028</script>\n\u009b31m\ud800'
    const document = encoded(jsonLines(), madeRecords([[1, 'output', hostile]], { username: hostile }))
    expect(document).toMatch(/^([ -~]+\n){3}$/)
  })

  it('say of a record that was withheld what it was, and lose nothing else of it', () => {
    const [open, input, end] = madeRecords([[1, 'input', 'secret']])
    const { payload: _, salt: __, ...rest } = input!
    const commitment = Buffer.alloc(32, 7)
    const withheld = { ...rest, kind: 'withheld', of: 'input', payloadBytes: 6, commitment } as const
    const encoding = jsonLines()
    const lines = encoded(encoding, [open!, withheld, end!]).split('\n')
    expect(JSON.parse(lines[1]!)).toMatchObject({
      kind: 'withheld',
      of: 'input',
      payloadBytes: 6,
      commitment: commitment.toString('hex'),
      seq: 1,
    })
    expect([...encoding.losses]).toEqual(['withheld'])
  })
})
