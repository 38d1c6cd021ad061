import { expect, test } from 'vitest'
import { createCollector } from '../../../server-min/collector.ts'
import { placeRecord } from '../../../src/protocol/chain.ts'
import type { SessionId } from '../../../src/protocol/session-id.ts'
import { MemoryLog } from '../../rig/memory-log.ts'
import { BOB, connect, draft, endDraft, newId, openHello, until } from '../rig/client.ts'

/** A log as a process left it that died with one session open, and three records of it durable. */
async function leftBehind(): Promise<{ log: MemoryLog; id: SessionId; head: string }> {
  const log = new MemoryLog()
  const id = newId()
  const client = connect(createCollector({ log }), { id, hello: openHello() })
  await client.next('opened')
  client.append(1, draft('input', 'a', 1))
  const { head } = await client.next('ack')
  client.append(2, draft('input', 'b', 2))
  await client.next('ack')
  return { log: log.reopen(), id, head: head.toString('hex') }
}

test('after a restart a client resumes where it was, and gets the ack that it missed', async () => {
  const { log, id, head } = await leftBehind()
  const client = connect(createCollector({ log }), { id, hello: { resume: { seq: 1, head } } })
  const ack = await client.next('ack')
  const record = log.of(id)[2]!
  expect(ack).toMatchObject({ seq: 2, time: record.time, head: placeRecord(record, record).hash })
  expect((await client.next('resumed')).seq).toBe(3)
  client.append(3, endDraft(3))
  expect((await client.next('ack')).seq).toBe(3)
})

test('after a restart nobody else can take the session', async () => {
  const { log, id, head } = await leftBehind()
  const client = connect(createCollector({ log }), { id, identity: BOB, hello: { resume: { seq: 1, head } } })
  expect(await client.refused()).toBe('KAE_SESSION_FORBIDDEN')
})

test('after a restart the clock still may not go back, and a changed record is still found out', async () => {
  const { log, id, head } = await leftBehind()
  const collector = createCollector({ log })
  const first = connect(collector, { id, hello: { resume: { seq: 1, head } } })
  await first.next('ack')
  await first.next('resumed')
  first.append(3, draft('input', 'c', 1))
  expect(await first.refused()).toBe('KAE_STREAM_VIOLATION')
  const second = connect(collector, { id, hello: { resume: { seq: 1, head } } })
  await second.next('ack')
  await second.next('resumed')
  second.append(2, draft('input', 'X', 2))
  expect(await second.refused()).toBe('KAE_RECORD_CHANGED')
})

test('sessions that nobody resumes after a restart are put on record as lost', async () => {
  const { log, id } = await leftBehind()
  createCollector({ log, resumeMs: 20 })
  await until(() => log.of(id).at(-1)?.kind === 'end')
  expect(JSON.parse(log.of(id).at(-1)!.payload.toString())).toMatchObject({
    reason: 'client-lost',
    input: { bytes: 2 },
  })
})

test('a drain lets clients go without an end, so that they resume with the next process', async () => {
  const log = new MemoryLog()
  const collector = createCollector({ log })
  const id = newId()
  const client = connect(collector, { id, hello: openHello() })
  await client.next('opened')
  const release = log.hold()
  client.append(1, draft('input', 'a'))
  await new Promise((resolve) => setImmediate(resolve))
  const drained = collector.drain(5_000)
  expect((await client.end()).code).toBe(1012)
  expect(collector.readiness()).toEqual({ recording: false, reason: 'draining' })
  expect(await connect(collector, { id: newId(), hello: openHello() }).refused()).toBe('KAE_COLLECTOR_CLOSING')
  release()
  await drained
  expect(log.of(id).map(({ kind }) => kind)).toEqual(['open', 'input'])
})

test('a drain where nobody could come back puts the end on record', async () => {
  const log = new MemoryLog()
  const collector = createCollector({ log, resumeMs: 0 })
  const id = newId()
  const client = connect(collector, { id, hello: openHello() })
  await client.next('opened')
  await collector.drain(5_000)
  expect(JSON.parse(log.of(id).at(-1)!.payload.toString()).reason).toBe('collector-closed')
  expect(await client.refused()).toBe('KAE_COLLECTOR_CLOSING')
})

test('a drain does not wait longer than its deadline for a disk that hangs', async () => {
  const log = new MemoryLog()
  const collector = createCollector({ log })
  log.hold()
  connect(collector, { id: newId(), hello: openHello() })
  await collector.drain(20)
})
