import { describe, expect, it } from 'vitest'
import { readOpened } from '../../src/collector/opening.ts'
import { NO_LINK, placeRecord } from '../../src/protocol/chain.ts'
import type { Placement, RecordKind } from '../../src/protocol/record.ts'
import { makeSessionId } from '../../src/protocol/session-id.ts'
import { address, request } from './rig.ts'

const policy = { capture: 'client', record: 'InputOutput', durability: 'Strict' }

interface Changed extends Partial<Placement> {
  readonly kind?: RecordKind
  readonly text?: string
}

/** What a collector that puts `json` on record answers. */
function answer(json: unknown, { kind = 'open', text = JSON.stringify(json), ...changed }: Changed = {}) {
  const payload = Buffer.from(text)
  const salt = Buffer.alloc(16)
  const place = { session: address.id, seq: 0, time: 1, link: NO_LINK, ...changed }
  const { header } = placeRecord({ kind, elapsed: 0, salt, payload }, place)
  const settings = { windowBytes: 1, windowRecords: 1 }
  return { type: 'opened', settings, entry: Buffer.concat([header, salt, payload]) } as const
}

describe('an open record', () => {
  it('is taken when it says what was asked for', () => {
    expect(readOpened(answer({ target: request.target, policy }), address, request).opening.policy).toEqual(policy)
  })

  it.each([
    ['null', null],
    ['a list', []],
    ['without a target', { policy }],
    ['without a policy', { target: request.target }],
    ['with a durability that nobody knows', { target: request.target, policy: { ...policy, durability: 'Later' } }],
    ['with a record mode that nobody knows', { target: request.target, policy: { ...policy, record: 'None' } }],
  ])('that is %s is nonsense, and no bug of ours', (_, json) => {
    expect(() => readOpened(answer(json), address, request)).toThrow(
      expect.objectContaining({ code: 'KAE_COLLECTOR_NONSENSE' }),
    )
  })

  it.each<[string, Changed]>([
    ['of another kind', { kind: 'input' }],
    ['with a number of its own', { seq: 1 }],
    ['of another session', { session: makeSessionId(1, Buffer.alloc(10)) }],
    ['behind another record', { link: Buffer.alloc(32, 1) }],
    ['that is not JSON', { text: '{' }],
  ])('%s is not the first one of this session', (_, changed) => {
    expect(() => readOpened(answer({ target: request.target, policy }, changed), address, request)).toThrow(
      expect.objectContaining({ code: 'KAE_COLLECTOR_NONSENSE' }),
    )
  })

  it.each([0, 95, 100])('that is cut after %d bytes is none', (bytes) => {
    const whole = answer({ target: request.target, policy })
    const cut = { ...whole, entry: whole.entry.subarray(0, bytes) }
    expect(() => readOpened(cut, address, request)).toThrow(
      expect.objectContaining({
        code: 'KAE_COLLECTOR_NONSENSE',
        detail: expect.stringMatching('too-short|wrong-length'),
      }),
    )
  })

  it('that is a fault is that fault, and another message none at all', () => {
    const refused = { code: 'KAE_COLLECTOR_FULL', message: 'no room', next: 'wait' }
    expect(() => readOpened({ type: 'fault', fault: refused }, address, request)).toThrow(
      expect.objectContaining({ code: 'KAE_COLLECTOR_FULL' }),
    )
    expect(() => readOpened({ type: 'resumed', seq: 0 }, address, request)).toThrow(
      expect.objectContaining({ code: 'KAE_COLLECTOR_NONSENSE' }),
    )
  })

  it.each(['namespace', 'pod', 'container', 'command', 'tty'])(
    'with another %s closes the hole of a false record',
    (field) => {
      const target = { ...request.target, [field]: field === 'command' ? ['true'] : field === 'tty' ? false : 'other' }
      expect(() => readOpened(answer({ target, policy }), address, request)).toThrow(
        expect.objectContaining({ code: 'KAE_CHAIN_MISMATCH' }),
      )
    },
  )
})
