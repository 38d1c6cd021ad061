import { expect, test } from 'vitest'
import { createCollector } from '../../../server-min/collector.ts'
import { JOURNAL_ID } from '../../../server-min/log/append-log.ts'
import { journalDraft } from '../../../server-min/log/journal.ts'
import { placeRecord } from '../../../src/protocol/chain.ts'
import type { SessionId } from '../../../src/protocol/session-id.ts'
import { MemoryLog } from '../../rig/memory-log.ts'
import { BOB, connect, draft, endDraft, newId, openHello, until } from '../rig/client.ts'

const at = (log: MemoryLog, id: SessionId, seq: number) => {
  const record = log.of(id)[seq]!
  return { resume: { seq, head: placeRecord(record, record).hash.toString('hex') } }
}

/** A log whose process died when a session's end was durable, and before its client had heard more than its opening. */
async function endUnheard(): Promise<{ log: MemoryLog; id: SessionId }> {
  const log = new MemoryLog()
  const id = newId()
  const client = connect(createCollector({ log }), { id, hello: openHello() })
  await client.next('opened')
  client.append(1, draft('input', 'exit\r'))
  await client.next('ack')
  client.append(2, endDraft())
  await client.next('ack')
  return { log: log.reopen(), id }
}

test('after a restart a client gets the acks of a session that is over, and a clean end', async () => {
  const { log, id } = await endUnheard()
  const client = connect(createCollector({ log }), { id, hello: at(log, id, 0) })
  expect((await client.next('ack')).seq).toBe(1)
  const last = log.of(id)[2]!
  expect(await client.next('ack')).toMatchObject({ seq: 2, time: last.time, head: placeRecord(last, last).hash })
  expect((await client.next('resumed')).seq).toBe(3)
  expect(await client.end()).toEqual({ code: 1000, reason: 'session ended' })
})

test('after a restart nobody else learns of a session that is over, and only its first record is read for them', async () => {
  const { log, id } = await endUnheard()
  const read = log.read.bind(log)
  const seen: number[] = []
  log.read = async function* (session) {
    for await (const record of read(session)) {
      seen.push(record.seq)
      yield record
    }
  }
  const client = connect(createCollector({ log }), { id, identity: BOB, hello: at(log, id, 0) })
  expect(await client.refused()).toBe('KAE_SESSION_FORBIDDEN')
  expect(client.heard).toHaveLength(1)
  expect(seen).toEqual([0])
})

test('a client that names another head of a session that is over is refused', async () => {
  const { log, id } = await endUnheard()
  const hello = { resume: { seq: 1, head: '0'.repeat(64) } }
  expect(await connect(createCollector({ log }), { id, hello }).refused()).toBe('KAE_RESUME_MISMATCH')
})

test('a client whose session the collector itself has ended is told so after a restart as well', async () => {
  const { log, id } = await endUnheard()
  const other = newId()
  const first = connect(createCollector({ log, resumeMs: 1 }), { id: other, hello: openHello() })
  await first.next('opened')
  first.pipe.close(1006, '')
  await until(() => log.of(other).at(-1)?.kind === 'end')
  const collector = createCollector({ log: log.reopen() })
  expect(await connect(collector, { id: other, hello: at(log, other, 0) }).refused()).toBe('KAE_SESSION_ENDED')
  await connect(collector, { id, hello: at(log, id, 1) }).next('ack')
})

test('what is no session, or one that was never there, stays unknown', async () => {
  const { log, id } = await endUnheard()
  await log.append(JOURNAL_ID, [journalDraft({ version: 1, type: 'started' })])
  const { resume } = at(log, id, 0)
  const collector = createCollector({ log })
  for (const unknown of [newId(), JOURNAL_ID])
    expect(await connect(collector, { id: unknown, hello: { resume } }).refused()).toBe('KAE_SESSION_UNKNOWN')
})

test('a session that is over is not read for ever: a client has the time of a resume', async () => {
  const { log, id } = await endUnheard()
  const collector = createCollector({ log, resumeMs: 1 })
  const started = performance.now()
  await until(() => performance.now() > started + 2)
  expect(await connect(collector, { id, hello: at(log, id, 0) }).refused()).toBe('KAE_SESSION_UNKNOWN')
})

test('of one user’s reads only one runs at a time, and all are answered', async () => {
  const { log, id } = await endUnheard()
  const read = log.read.bind(log)
  let [running, most] = [0, 0]
  log.read = async function* (session) {
    running += 1
    most = Math.max(most, running)
    yield* read(session)
    running -= 1
  }
  const collector = createCollector({ log })
  const clients = Array.from({ length: 5 }, () => connect(collector, { id, hello: at(log, id, 1) }))
  for (const client of clients) expect((await client.end()).code).toBe(1000)
  expect(most).toBe(1)
})
