import { describe, expect, it } from 'vitest'
import { readOpened } from '../../src/collector/opening.ts'
import { NO_LINK, placeRecord } from '../../src/protocol/chain.ts'
import { address, request } from './rig.ts'

const policy = { capture: 'client', record: 'InputOutput', durability: 'Strict' }

/** What a collector that puts `json` on record answers. */
function answer(json: unknown) {
  const payload = Buffer.from(JSON.stringify(json))
  const salt = Buffer.alloc(16)
  const place = { session: address.id, seq: 0, time: 1, link: NO_LINK }
  const { header } = placeRecord({ kind: 'open', elapsed: 0, salt, payload }, place)
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
