import { expect, test } from 'vitest'
import { createCollector } from '../../../server-min/collector.ts'
import { MAX_PAYLOAD_BYTES } from '../../../src/protocol/record.ts'
import { MemoryLog } from '../../rig/memory-log.ts'
import { connect, draft, endDraft, newId, openHello, TARGET } from '../rig/client.ts'

async function live(options: object = {}) {
  const log = new MemoryLog()
  const collector = createCollector({ log, ...options })
  const id = newId()
  const client = connect(collector, { id, hello: openHello() })
  await client.next('opened')
  return { log, collector, id, client }
}

test.each([
  ['a gap in the sequence', 2, [draft('input', 'x')]],
  ['an open record', 1, [draft('open', '{}')]],
  ['a journal record', 1, [draft('journal', '{}')]],
  ['a record after the end', 1, [endDraft(), draft('input', 'x')]],
  ['a resize without a size', 1, [draft('resize', 'xx')]],
  ['an end of input with bytes', 1, [draft('inputEnd', 'x')]],
  ['an end that is not JSON', 1, [draft('end', 'x')]],
  [
    'an end with a reason that is the collector’s',
    1,
    [draft('end', '{"version":1,"reason":"client-lost","input":{"bytes":0},"durationMs":0}')],
  ],
  ['a clock that goes back', 1, [draft('input', 'x', 10), draft('input', 'y', 9)]],
  ['a clock beyond 2^53', 1, [draft('input', 'x', 2 ** 53 + 2)]],
])('%s is refused and nothing of it is recorded', async (_what, seq, drafts) => {
  const { log, client, id } = await live()
  client.append(seq, ...drafts)
  expect(await client.refused()).toBe('KAE_STREAM_VIOLATION')
  expect(log.of(id)).toHaveLength(1)
})

test('a clock that goes back from one message to the next is refused', async () => {
  const { client } = await live()
  client.append(1, draft('input', 'x', 10))
  await client.next('ack')
  client.append(2, draft('input', 'x', 9))
  expect(await client.refused()).toBe('KAE_STREAM_VIOLATION')
})

test('a record that comes after the end, in a message of its own, is refused', async () => {
  const { log, client, id } = await live()
  const release = log.hold()
  client.append(1, endDraft())
  client.append(2, draft('input', 'x'))
  expect(await client.refused()).toBe('KAE_STREAM_VIOLATION')
  release()
  await expect.poll(() => log.of(id).map(({ kind }) => kind)).toEqual(['open', 'end'])
})

test('a client that sends more than its window without an ack is refused', async () => {
  const { log, client, id } = await live({ windowBytes: 2 * MAX_PAYLOAD_BYTES })
  const release = log.hold()
  for (const seq of [1, 2, 3]) client.append(seq, draft('input', Buffer.alloc(MAX_PAYLOAD_BYTES)))
  expect(await client.refused()).toBe('KAE_STREAM_VIOLATION')
  release()
  await expect.poll(() => log.of(id).length).toBe(3)
})

test('a client that stays within its window may send without end', async () => {
  const { client } = await live({ windowBytes: 2 * MAX_PAYLOAD_BYTES })
  for (const seq of [1, 2, 3, 4, 5, 6]) {
    client.append(seq, draft('input', Buffer.alloc(MAX_PAYLOAD_BYTES)))
    expect((await client.next('ack')).seq).toBe(seq)
  }
})

test('many records without bytes cannot fill the collector’s memory', async () => {
  const { log, client } = await live()
  log.hold()
  const empty = Array.from({ length: 8193 }, () => draft('inputEnd'))
  client.append(1, ...empty)
  client.append(8194, ...empty)
  expect(await client.refused()).toBe('KAE_STREAM_VIOLATION')
})

test('records before the collector’s answer are refused', async () => {
  const log = new MemoryLog()
  log.hold()
  const client = connect(createCollector({ log }), { id: newId(), hello: openHello() })
  client.append(1, draft('input', 'x'))
  expect(await client.refused()).toBe('KAE_STREAM_VIOLATION')
})

test('records before any hello are refused', async () => {
  const client = connect(createCollector({ log: new MemoryLog() }), { id: newId() })
  client.append(0, draft('input', 'x'))
  expect(await client.refused()).toBe('KAE_HELLO_INVALID')
})

test('a second hello is refused', async () => {
  const { client } = await live()
  client.hello(openHello())
  expect(await client.refused()).toBe('KAE_STREAM_VIOLATION')
})

test('bytes that are no message are refused', async () => {
  const { client } = await live()
  client.pipe.send(Buffer.from('nonsense'))
  expect(await client.refused()).toBe('KAE_STREAM_VIOLATION')
})

test('an opening that does not fit one record is refused, not cut', async () => {
  const log = new MemoryLog()
  const hello = openHello({ ...TARGET, command: ['\u0001'.repeat(60_000)] })
  const client = connect(createCollector({ log }), { id: newId(), hello })
  expect(await client.refused()).toBe('KAE_HELLO_INVALID')
  expect(log.records).toHaveLength(0)
})

test('the policy asks for more than the user may waive', async () => {
  const log = new MemoryLog()
  const policy = { capture: 'client', record: 'InputOutput', durability: 'Strict' } as const
  const client = connect(createCollector({ log, policy }), {
    id: newId(),
    hello: openHello(TARGET, { record: 'Input' }),
  })
  await client.next('opened')
  expect(JSON.parse(log.records[0]!.payload.toString()).policy).toEqual(policy)
})

test('nothing is acknowledged before the log has made it durable', async () => {
  const { log, client } = await live()
  const release = log.hold()
  client.append(1, draft('input', 'x'))
  await new Promise((resolve) => setTimeout(resolve, 20))
  expect(client.heard).toHaveLength(1)
  release()
  expect((await client.next('ack')).seq).toBe(1)
})

test('each commit has an ack with its own time', async () => {
  const { log, client, id } = await live()
  const release = log.hold()
  client.append(1, draft('input', 'x'))
  client.append(2, draft('input', 'y'))
  await new Promise((resolve) => setImmediate(resolve))
  release()
  const acks = [await client.next('ack'), await client.next('ack')]
  expect(acks.map(({ seq, time }) => [seq, time])).toEqual([1, 2].map((seq) => [seq, log.of(id)[seq]!.time]))
})
