import { expect, test } from 'vitest'
import { Acks } from '../../../server-min/ingest/acks.ts'
import { ReceiptWindow } from '../../../server-min/ingest/receipts.ts'
import { decodeCollectorMessage } from '../../../src/protocol/messages.ts'
import { memoryPipes } from '../../../src/protocol/pipe.ts'

const head = (seq: number) => Buffer.alloc(32, seq)

function filled({
  marks,
  bytes,
  limits,
}: {
  marks: number
  bytes: number
  limits: { bytes: number; records: number }
}) {
  const window = new ReceiptWindow(limits)
  window.push({ seq: 0, time: 0, head: head(0), bytes: 0 })
  for (let seq = 1; seq <= marks; seq += 1) {
    window.note(seq, seq * 7)
    window.push({ seq, time: seq, head: head(seq), bytes })
  }
  return window
}

const seqsOf = (acks: readonly Buffer[]) =>
  acks.map((ack) => {
    const message = decodeCollectorMessage(ack)
    return message.type === 'ack' ? [message.seq, message.time] : message
  })

test('a client that has missed the whole window is still known, and none that is further behind', () => {
  const window = filled({ marks: 5000, bytes: 10, limits: { bytes: 100, records: 1000 } })
  expect(window.headAt(4990)).toEqual(head(4990))
  expect(seqsOf(window.acksAfter(4990, 5000))).toHaveLength(10)
  expect(window.headAt(4989)).toBeUndefined()
  expect(window.fingerprint(4991)).toBe(4991 * 7)
  expect(window.fingerprint(4989)).toBeUndefined()
})

test('records without bytes are forgotten by their number', () => {
  const window = filled({ marks: 5000, bytes: 0, limits: { bytes: 100, records: 10 } })
  expect(window.headAt(4990)).toEqual(head(4990))
  expect(window.headAt(4989)).toBeUndefined()
})

test('only where a batch ended does the client know a head', () => {
  const window = new ReceiptWindow({ bytes: 100, records: 100 })
  window.push({ seq: 3, time: 1, head: head(3), bytes: 1 })
  window.push({ seq: 7, time: 2, head: head(7), bytes: 1 })
  expect([window.headAt(7), window.headAt(5), window.headAt(3), window.headAt(8)]).toEqual([
    head(7),
    undefined,
    head(3),
    undefined,
  ])
})

test('acks of one time are one, and those of a part of the records are that part’s', () => {
  const window = new ReceiptWindow({ bytes: 100, records: 100 })
  for (const [seq, time] of [
    [1, 1],
    [2, 1],
    [3, 2],
    [4, 3],
  ] as const)
    window.push({ seq, time, head: head(seq), bytes: 1 })
  expect(seqsOf(window.acksAfter(0, 4))).toEqual([
    [2, 1],
    [3, 2],
    [4, 3],
  ])
  expect(seqsOf(window.acksAfter(2, 3))).toEqual([[3, 2]])
})

test('receipts of the same commit are acknowledged together', async () => {
  const [here, there] = memoryPipes()
  const heard: unknown[] = []
  there.receive({ message: (bytes) => heard.push(...seqsOf([bytes])), closed: () => undefined })
  const acks = new Acks()
  for (const [seq, time] of [
    [1, 1],
    [2, 1],
    [3, 2],
  ] as const) {
    acks.add(here, { firstSeq: seq, lastSeq: seq, time, head: head(seq) })
  }
  await expect
    .poll(() => heard)
    .toEqual([
      [2, 1],
      [3, 2],
    ])
})
