import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { MAX_PAYLOAD_BYTES } from '../../src/protocol/record.ts'
import type { Durability } from '../../src/protocol/session.ts'
import { type InputEvent, Tee } from '../../src/session/tee.ts'

/** A tee whose recorder and container are lists. */
function rig(windowBytes = 1000, durability: Durability = 'Strict') {
  const recorded: Array<{ kind: string; payload: Buffer }> = []
  const forwarded: InputEvent[] = []
  const flows: boolean[] = []
  const tee = new Tee(
    {
      record: (kind, payload) => recorded.push({ kind, payload: Buffer.from(payload) }),
      forward: (event) => void forwarded.push(event),
      flow: (open) => void flows.push(open),
    },
    { durability, windowBytes },
  )
  const stdin = () =>
    Buffer.concat(forwarded.map((event) => (event.type === 'stdin' ? Buffer.from(event.bytes) : Buffer.alloc(0))))
  return { tee, recorded, forwarded, flows, stdin, bytes: () => Buffer.concat(recorded.map(({ payload }) => payload)) }
}

describe('a strict tee', () => {
  it('closes the hole of unrecorded input: nothing is forwarded before its own ack, at every split of the input', () => {
    const text = Buffer.from('ls -l\r\u001b[A\u0003é\u0004')
    for (let split = 0; split <= text.length; split++) {
      const { tee, forwarded, stdin, recorded } = rig()
      tee.input(text.subarray(0, split))
      tee.input(text.subarray(split))
      expect(forwarded).toEqual([])
      for (let seq = 1; seq <= recorded.length; seq++) {
        tee.durable(seq)
        const durable = Buffer.concat(recorded.slice(0, seq).map(({ payload }) => payload))
        expect(stdin()).toEqual(durable)
      }
      expect(stdin()).toEqual(text)
    }
  })

  it('keeps what the container has a prefix of what is durable, whatever the order of events', () => {
    const step = fc.oneof(
      fc.record({ do: fc.constant('input' as const), bytes: fc.uint8Array({ minLength: 1, maxLength: 50 }) }),
      fc.record({ do: fc.constantFrom('ack', 'resize', 'lose', 'resume', 'congest', 'ease') }),
    )
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const { tee, recorded, forwarded } = rig(120)
        let acked = 0
        for (const event of steps) {
          if (event.do === 'input') tee.input(event.bytes)
          if (event.do === 'resize') tee.resize({ columns: 80, rows: 24 })
          if (event.do === 'ack' && acked < recorded.length) tee.durable(++acked)
          if (event.do === 'lose' || event.do === 'resume') tee.interrupted(event.do === 'lose')
          if (event.do === 'congest' || event.do === 'ease') tee.congested(event.do === 'congest')
          expect(forwarded.length).toBe(acked)
        }
      }),
    )
  })

  it('records and holds back resize and end of input like bytes, in their order', () => {
    const { tee, recorded, forwarded } = rig()
    tee.resize({ columns: 100, rows: 30 })
    tee.input(Buffer.from('x'))
    tee.inputEnd()
    expect(recorded.map(({ kind }) => kind)).toEqual(['resize', 'input', 'inputEnd'])
    expect(forwarded).toEqual([])
    tee.durable(3)
    expect(forwarded.map(({ type }) => type)).toEqual(['resize', 'stdin', 'stdin-end'])
  })

  it('cuts input that is larger than a record, and joins it again', () => {
    const big = Buffer.alloc(MAX_PAYLOAD_BYTES * 2 + 1, 'a')
    const { tee, recorded, stdin } = rig(big.length * 2)
    tee.input(big)
    expect(recorded.map(({ payload }) => payload.length)).toEqual([MAX_PAYLOAD_BYTES, MAX_PAYLOAD_BYTES, 1])
    tee.durable(3)
    expect(stdin()).toEqual(big)
  })

  it('holds the source at a full window and lets it go on when acks make room', () => {
    const { tee, flows } = rig(100)
    tee.input(Buffer.alloc(99))
    expect(flows).toEqual([])
    tee.input(Buffer.alloc(1))
    expect(flows).toEqual([false])
    tee.durable(1)
    expect(flows).toEqual([false, true])
  })

  it('holds the source at once when the recorder is lost, and while the container cannot take more', () => {
    const { tee, flows } = rig()
    tee.interrupted(true)
    tee.congested(true)
    tee.interrupted(false)
    expect(flows).toEqual([false])
    tee.congested(false)
    expect(flows).toEqual([false, true])
  })

  it('forwards nothing on an ack of a record that another part of the session wrote', () => {
    const forwarded: InputEvent[] = []
    let seq = 10
    const options = { durability: 'Strict', windowBytes: 100 } as const
    const tee = new Tee(
      { record: () => ++seq, forward: (event) => void forwarded.push(event), flow: () => {} },
      options,
    )
    tee.input(Buffer.from('a'))
    tee.durable(10)
    expect(forwarded).toEqual([])
    tee.durable(11)
    expect(forwarded).toHaveLength(1)
  })
})

describe('a tee of whole lines', () => {
  it('lets printable bytes go at once, and never a control byte before its ack', () => {
    const { tee, stdin } = rig(1000, 'Line')
    tee.input(Buffer.from('ls -l é'))
    expect(String(stdin())).toBe('ls -l é')
    tee.input(Buffer.from('\r'))
    tee.input(Buffer.from('pwd'))
    expect(String(stdin())).toBe('ls -l é')
    tee.durable(2)
    expect(String(stdin())).toBe('ls -l é\rpwd')
  })

  it('holds every control byte: at each, all input up to it is durable when it goes on', () => {
    const bytes = fc.array(fc.constantFrom(...Buffer.from('ab\r\n\u001b\u0003\u007f')), { minLength: 1, maxLength: 8 })
    const step = fc.oneof(bytes, fc.constant('ack' as const))
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        const { tee, recorded, stdin } = rig(1000, 'Line')
        let acked = 0
        for (const event of steps) {
          if (event !== 'ack') tee.input(Uint8Array.from(event))
          else if (acked < recorded.length) tee.durable(++acked)
          const durable = recorded.slice(0, acked).reduce((sum, { payload }) => sum + payload.length, 0)
          const unrecorded = stdin().subarray(durable)
          expect([...unrecorded].some((byte) => byte < 0x20 || byte === 0x7f)).toBe(false)
        }
      }),
    )
  })

  it('waits with resize and end of input for their acks all the same', () => {
    const { tee, forwarded } = rig(1000, 'Line')
    tee.inputEnd()
    tee.input(Buffer.from('x'))
    expect(forwarded).toEqual([])
  })

  it('holds the source at a full window although everything went on', () => {
    const { tee, flows } = rig(3, 'Line')
    tee.input(Buffer.from('abc'))
    expect(flows).toEqual([false])
    tee.durable(1)
    expect(flows).toEqual([false, true])
  })
})
