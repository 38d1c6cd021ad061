import { describe, expect, it } from 'vitest'
import { Ledger } from '../../src/collector/ledger.ts'
import { NO_LINK, placeRecord } from '../../src/protocol/chain.ts'
import type { Draft } from '../../src/protocol/record.ts'
import { address, draft } from './rig.ts'

const settings = { windowBytes: 10, windowRecords: 4 }
const opened = { seq: 0, time: 100, head: NO_LINK }
const ledger = () => new Ledger(address.id, opened, settings)
const drain = (book: Ledger) => {
  const sent: number[] = []
  for (let next = book.send(); next !== undefined; next = book.send()) sent.push(next.seq)
  return sent
}
const headOf = (drafts: readonly Draft[], time: number) =>
  drafts.reduce(
    (link, one, index) => placeRecord(one, { session: address.id, seq: index + 1, time, link }).hash,
    NO_LINK,
  )

describe('a ledger', () => {
  it('sends as many bytes as the window has room for, and more with the acks', () => {
    const book = ledger()
    const drafts = ['12345', '12345', '1'].map((text) => draft(text))
    for (const one of drafts) book.add(one)
    expect(drain(book)).toEqual([1, 2])
    expect(book.acknowledge({ seq: 1, time: 100, head: headOf(drafts.slice(0, 1), 100) })).toEqual({
      type: 'durable',
      seq: 1,
    })
    expect(drain(book)).toEqual([3])
  })

  it('sends no more records than the window has room for, however small', () => {
    const book = ledger()
    for (let count = 0; count < 6; count++) book.add(draft(''))
    expect(drain(book)).toEqual([1, 2, 3, 4])
  })

  it('sends a record that is larger than the window when it is alone', () => {
    const book = ledger()
    book.add(draft('larger than ten bytes'))
    book.add(draft('x'))
    expect(drain(book)).toEqual([1])
  })

  it('sends again what is not durable after a resume, and refuses to go on anywhere else', () => {
    const book = ledger()
    book.add(draft('a'))
    book.add(draft('b'))
    drain(book)
    expect(book.rewind(1)).toBe(true)
    expect(drain(book)).toEqual([1, 2])
    expect(book.rewind(2)).toBe(false)
  })

  it.each([
    ['nothing', { seq: 0, time: 100 }],
    ['a record that was not sent', { seq: 2, time: 100 }],
    ['no number', { seq: Number.NaN, time: 100 }],
    ['a time before the last', { seq: 1, time: 99 }],
  ])('calls an ack of %s nonsense', (_, ack) => {
    const book = ledger()
    const one = draft('a')
    book.add(one)
    drain(book)
    expect(book.acknowledge({ ...ack, head: headOf([one], ack.time) })).toMatchObject({ type: 'nonsense' })
  })

  it('finds a head that follows from another time than the ack says', () => {
    const book = ledger()
    const one = draft('a')
    book.add(one)
    drain(book)
    expect(book.acknowledge({ seq: 1, time: 101, head: headOf([one], 100) })).toEqual({ type: 'mismatch', seq: 1 })
  })
})
