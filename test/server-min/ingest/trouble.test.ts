import { expect, test } from 'vitest'
import { createCollector } from '../../../server-min/collector.ts'
import { fault as logFault } from '../../../server-min/log/faults.ts'
import type { Observation } from '../../../server-min/observation.ts'
import { MemoryLog } from '../../rig/memory-log.ts'
import { ALICE, connect, draft, endDraft, newId, openHello, until } from '../rig/client.ts'

function setUp() {
  const log = new MemoryLog()
  const seen: Observation[] = []
  const collector = createCollector({ log, observe: (observation) => seen.push(observation) })
  const open = async () => {
    const id = newId()
    const client = connect(collector, { id, hello: openHello() })
    await client.next('opened')
    return { id, client }
  }
  return { log, collector, seen, open }
}

test('with little room left new sessions are refused and live ones go on', async () => {
  const { log, collector, open } = setUp()
  const { client } = await open()
  log.space = 'low'
  expect(collector.readiness()).toEqual({ recording: false, reason: 'disk-full' })
  expect(await connect(collector, { id: newId(), hello: openHello() }).refused()).toBe('KAE_LOG_DISK_FULL')
  client.append(1, draft('input', 'x'))
  await client.next('ack')
})

test('with no room left all sessions are closed, and the reserve records why', async () => {
  const { log, open } = setUp()
  const [typing, idle] = [await open(), await open()]
  log.refuse((_drafts, { reserve }) => (reserve === true ? undefined : logFault('KAE_LOG_DISK_FULL')))
  typing.client.append(1, draft('input', 'x'))
  expect(await typing.client.refused()).toBe('KAE_LOG_DISK_FULL')
  expect(await idle.client.refused()).toBe('KAE_LOG_DISK_FULL')
  for (const { id } of [typing, idle]) {
    await until(() => log.of(id).at(-1)?.kind === 'end')
    expect(JSON.parse(log.of(id).at(-1)!.payload.toString())).toMatchObject({
      reason: 'collector-closed',
      message: expect.stringContaining('room'),
    })
  }
})

test('nothing that came after a refused record is acknowledged', async () => {
  const { log, open } = setUp()
  const { client, id } = await open()
  log.refuse((drafts) => (drafts[0]!.payload.length > 1 ? logFault('KAE_LOG_DISK_FULL') : undefined))
  client.append(1, draft('input', 'long'))
  client.append(2, draft('input', 'y'))
  expect(await client.refused()).toBe('KAE_LOG_DISK_FULL')
  expect(client.heard.some(({ type }) => type === 'ack')).toBe(false)
  expect(log.of(id).length).toBeGreaterThan(0)
})

test('an end is not acknowledged when the input before it was refused', async () => {
  const { log, open } = setUp()
  const { client } = await open()
  log.refuse((drafts) => (drafts[0]!.kind === 'input' ? logFault('KAE_LOG_DISK_FULL') : undefined))
  client.append(1, draft('input', 'x'))
  client.append(2, endDraft())
  expect(await client.refused()).toBe('KAE_LOG_DISK_FULL')
  expect(client.heard.some(({ type }) => type === 'ack')).toBe(false)
})

test('a log that puts a record where it does not belong is found out before the ack', async () => {
  const log = new MemoryLog()
  const append = log.append.bind(log)
  const collector = createCollector({ log })
  const client = connect(collector, { id: newId(), hello: openHello() })
  await client.next('opened')
  log.append = async (...parts) => {
    const receipt = await append(...parts)
    return { ...receipt, firstSeq: receipt.firstSeq + 1, lastSeq: receipt.lastSeq + 1 }
  }
  client.append(1, draft('input', 'x'))
  expect(await client.refused()).toBe('KAE_RECORD_REFUSED')
})

test('an end that the log refuses is not acknowledged', async () => {
  const { log, open } = setUp()
  const { client } = await open()
  log.refuse(() => logFault('KAE_LOG_DISK_FULL'))
  client.append(1, endDraft())
  expect(await client.refused()).toBe('KAE_LOG_DISK_FULL')
})

test('a session whose open record is refused was never there', async () => {
  const { log, collector } = setUp()
  log.refuse(() => logFault('KAE_LOG_DISK_FULL'))
  const id = newId()
  expect(await connect(collector, { id, hello: openHello() }).refused()).toBe('KAE_LOG_DISK_FULL')
  log.refuse(undefined)
  await connect(collector, { id, hello: openHello() }).next('opened')
})

test('the id of a session that ended long ago cannot be used again', async () => {
  const { log, open } = setUp()
  const { client, id } = await open()
  client.append(1, endDraft())
  await client.next('ack')
  const later = createCollector({ log: log.reopen() })
  expect(await connect(later, { id, hello: openHello() }).refused()).toBe('KAE_SESSION_EXISTS')
})

test('a log that failed closes every stream with its fault, and takes no more', async () => {
  const { log, collector, seen, open } = setUp()
  const { client } = await open()
  log.breakForGood(logFault('KAE_LOG_FAILED'))
  expect(await client.refused()).toBe('KAE_LOG_FAILED')
  expect(await connect(collector, { id: newId(), hello: openHello() }).refused()).toBe('KAE_LOG_FAILED')
  expect(collector.readiness()).toEqual({ recording: false, reason: 'log-failed' })
  expect(seen).toContainEqual(expect.objectContaining({ type: 'alarm', alarm: 'log-failed' }))
})

test('observations never hold what was typed', async () => {
  const { seen, open } = setUp()
  const { client } = await open()
  client.append(1, draft('input', 'hunter2'))
  await client.next('ack')
  client.append(5, draft('input', 'hunter2'))
  await client.refused()
  expect(JSON.stringify(seen)).not.toContain('hunter2')
  expect(JSON.stringify(seen)).not.toContain(Buffer.from('hunter2').toJSON().data.join(','))
})

test('only so many sessions are carried at once, and one user cannot have them all', async () => {
  const collector = createCollector({ log: new MemoryLog(), maxSessions: 8 })
  const open = (user: string) =>
    connect(collector, { id: newId(), identity: { ...ALICE, username: user }, hello: openHello() })
  for (const user of ['a', 'a', 'b', 'b']) await open(user).next('opened')
  expect(await open('a').refused()).toBe('KAE_COLLECTOR_FULL')
  for (const user of ['c', 'c', 'd', 'd']) await open(user).next('opened')
  expect(await open('e').refused()).toBe('KAE_COLLECTOR_FULL')
})
