import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { faultsOf } from '../../src/protocol/fault.ts'
import {
  decodeClientMessage,
  decodeCollectorMessage,
  encodeAck,
  encodeAppend,
  encodeFault,
  encodeHello,
  encodeOpened,
  encodeResumed,
} from '../../src/protocol/messages.ts'
import { MAX_PAYLOAD_BYTES } from '../../src/protocol/record.ts'

const draft = (payload: string) =>
  ({ kind: 'input', elapsed: 7, salt: Buffer.alloc(16, 3), payload: Buffer.from(payload) }) as const

describe('what a client sends', () => {
  it('carries a hello as JSON, and does not judge its fields', () => {
    const hello = { resume: { seq: 4, head: 'ab' } }
    expect(decodeClientMessage(encodeHello(hello))).toEqual({ type: 'hello', json: hello })
  })

  it('carries several records in one append', () => {
    const message = encodeAppend(12, [draft('a'), draft(''), draft('ccc')])
    expect(decodeClientMessage(message)).toEqual({
      type: 'append',
      seq: 12,
      drafts: [draft('a'), draft(''), draft('ccc')],
    })
  })

  it('is malformed where an append is cut anywhere inside a record', () => {
    const message = encodeAppend(12, [draft('abc')])
    for (let length = 1; length < message.length; length++) {
      expect(decodeClientMessage(message.subarray(0, length)).type).toBe('malformed')
    }
  })

  it('is malformed where a payload exceeds the largest record, whatever follows', () => {
    const message = encodeAppend(1, [{ ...draft(''), payload: Buffer.alloc(MAX_PAYLOAD_BYTES + 1) }])
    expect(decodeClientMessage(message)).toMatchObject({ type: 'malformed' })
  })

  it('never makes the decoder throw', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => void decodeClientMessage(Buffer.from(bytes))))
  })
})

describe('what a collector sends', () => {
  it('carries settings and the open record', () => {
    const settings = { windowBytes: 1000, windowRecords: 10 }
    const message = encodeOpened(settings, Buffer.from('entry'))
    expect(decodeCollectorMessage(message)).toEqual({ type: 'opened', settings, entry: Buffer.from('entry') })
  })

  it.each([{}, { windowBytes: 0, windowRecords: 1 }, { windowBytes: '9', windowRecords: 1 }, { windowBytes: 9 }])(
    'is malformed where it opens without a window: %j',
    (settings) => {
      expect(decodeCollectorMessage(encodeOpened(settings as never, Buffer.alloc(0)))).toMatchObject({
        type: 'malformed',
      })
    },
  )

  it('carries acks and resumes with integers past 32 bits', () => {
    const ack = { seq: 2 ** 40, time: 1_700_000_000_000_000, head: Buffer.alloc(32, 9) }
    expect(decodeCollectorMessage(encodeAck(ack))).toEqual({ type: 'ack', ...ack })
    expect(decodeCollectorMessage(encodeResumed(2 ** 33 + 1))).toEqual({ type: 'resumed', seq: 2 ** 33 + 1 })
  })

  it.each([0, 8])('with an ack whose number at %i nobody can write again is malformed', (at) => {
    const message = encodeAck({ seq: 1, time: 2, head: Buffer.alloc(32) })
    message.writeBigUInt64BE(2n ** 64n - 1n, 1 + at)
    expect(decodeCollectorMessage(message)).toMatchObject({ type: 'malformed' })
  })

  it('tells an expected failure in its own words and a bug in none', () => {
    const fault = faultsOf({ KAE_X: { exit: 1, summary: 'it failed', next: 'try again' } })('KAE_X', { detail: 'why' })
    expect(decodeCollectorMessage(encodeFault(fault))).toEqual({
      type: 'fault',
      fault: { code: 'KAE_X', message: 'it failed: why', next: 'try again' },
    })
    expect(encodeFault(new Error('secret')).toString()).not.toContain('secret')
  })

  it('never makes the decoder throw', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => void decodeCollectorMessage(Buffer.from(bytes))),
    )
  })
})
