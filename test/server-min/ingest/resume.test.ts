import { expect, test } from 'vitest'
import { type Collector, createCollector } from '../../../server-min/collector.ts'
import type { Observation } from '../../../server-min/observation.ts'
import { commitmentOf, placeRecord, recordHash } from '../../../src/protocol/chain.ts'
import type { SessionId } from '../../../src/protocol/session-id.ts'
import { MemoryLog } from '../../rig/memory-log.ts'
import { ALICE, BOB, connect, draft, endDraft, newId, openHello, TARGET, until } from '../rig/client.ts'

interface Live {
  readonly log: MemoryLog
  readonly collector: Collector
  readonly id: SessionId
  readonly seen: Observation[]
  readonly client: ReturnType<typeof connect>
}

async function live(options: object = {}): Promise<Live> {
  const log = new MemoryLog()
  const seen: Observation[] = []
  const collector = createCollector({ log, observe: (observation) => seen.push(observation), ...options })
  const id = newId()
  const client = connect(collector, { id, hello: openHello() })
  await client.next('opened')
  return { log, collector, id, seen, client }
}

const at = (log: MemoryLog, id: SessionId, seq: number) => {
  const record = log.of(id)[seq]!
  return { resume: { seq, head: placeRecord(record, record).hash.toString('hex') } }
}

const lose = async (session: Live): Promise<void> => {
  session.client.pipe.close(1006, 'lost')
  await until(() => session.seen.some(({ type }) => type === 'session-detached'))
}

test('a client comes back, gets the acks that it missed, and goes on without loss or duplicate', async () => {
  const session = await live()
  const { log, collector, id, client } = session
  const release = log.hold()
  client.append(1, draft('input', 'a'))
  client.append(2, draft('input', 'b'))
  await new Promise((resolve) => setImmediate(resolve))
  await lose(session)
  const again = connect(collector, { id, hello: at(log, id, 0) })
  release()
  const first = await again.next('ack')
  const second = await again.next('ack')
  expect([first.seq, second.seq]).toEqual([1, 2])
  const record = log.of(id)[2]!
  expect(second).toMatchObject({ time: record.time, head: placeRecord(record, record).hash })
  expect((await again.next('resumed')).seq).toBe(3)
  again.append(3, endDraft())
  await again.next('ack')
  expect(
    log
      .of(id)
      .map(({ payload }) => payload.toString())
      .slice(1, 3),
  ).toEqual(['a', 'b'])
})

test('a client whose answer to open was lost opens again and gets the very same record', async () => {
  const log = new MemoryLog()
  const release = log.hold()
  const collector = createCollector({ log })
  const id = newId()
  connect(collector, { id, hello: openHello() }).pipe.close(1006, 'lost')
  const again = connect(collector, { id, hello: openHello() })
  release()
  const { entry } = await again.next('opened')
  again.pipe.close(1006, 'lost')
  const third = connect(collector, { id, hello: openHello() })
  expect((await third.next('opened')).entry).toEqual(entry)
  expect(log.of(id)).toHaveLength(1)
})

test('opening again is refused for another target, and once there are records', async () => {
  const session = await live()
  const { collector, id, client } = session
  const other = connect(collector, { id, hello: openHello({ ...TARGET, command: ['bash'] }) })
  expect(await other.refused()).toBe('KAE_SESSION_EXISTS')
  client.append(1, draft('input', 'a'))
  await client.next('ack')
  expect(await connect(collector, { id, hello: openHello() }).refused()).toBe('KAE_SESSION_EXISTS')
})

test.each([
  ['another user', { identity: BOB }],
  ['the same name with another uid', { identity: { ...ALICE, uid: 'uid-other' } }],
  ['an identity that nobody vouches for', { authentication: 'unverified' as const }],
  [
    'another credential of the same user',
    { identity: { ...ALICE, extra: { 'authentication.kubernetes.io/credential-id': ['X509SHA256=b'] } } },
  ],
])('%s can neither resume nor reopen a session', async (_who, arrival) => {
  const { log, collector, id } = await live()
  const own = { ...ALICE, extra: { 'authentication.kubernetes.io/credential-id': ['X509SHA256=a'] } }
  const mine = newId()
  await connect(collector, { id: mine, identity: own, hello: openHello() }).next('opened')
  const target =
    'identity' in arrival && 'authentication.kubernetes.io/credential-id' in arrival.identity.extra ? mine : id
  expect(await connect(collector, { id: target, ...arrival, hello: at(log, target, 0) }).refused()).toBe(
    'KAE_SESSION_FORBIDDEN',
  )
  expect(await connect(collector, { id: target, ...arrival, hello: openHello() }).refused()).toBe(
    'KAE_SESSION_FORBIDDEN',
  )
})

test('a resume with another head is refused', async () => {
  const { collector, id } = await live()
  const hello = { resume: { seq: 0, head: 'ab'.repeat(32) } }
  expect(await connect(collector, { id, hello }).refused()).toBe('KAE_RESUME_MISMATCH')
})

test('a resume beyond what is durable is refused', async () => {
  const { collector, id, log } = await live()
  const { resume } = at(log, id, 0)
  expect(await connect(collector, { id, hello: { resume: { ...resume, seq: 1 } } }).refused()).toBe(
    'KAE_RESUME_MISMATCH',
  )
})

test('a resume of a session that never was is refused', async () => {
  const { collector } = await live()
  const hello = { resume: { seq: 0, head: 'ab'.repeat(32) } }
  expect(await connect(collector, { id: newId(), hello }).refused()).toBe('KAE_SESSION_UNKNOWN')
})

test('the older of two connections is told that it was replaced, so that it does not take the session back', async () => {
  const { collector, log, id, client } = await live()
  const again = connect(collector, { id, hello: at(log, id, 0) })
  await again.next('resumed')
  client.append(1, draft('input', 'from the grave'))
  expect(await client.refused()).toBe('KAE_SESSION_REPLACED')
  expect((await client.end()).code).toBe(1008)
  again.append(1, draft('input', 'a'))
  await again.next('ack')
  expect(log.of(id)[1]!.payload.toString()).toBe('a')
})

test('what was still on its way over the older connection is not taken after the newer one took over', async () => {
  const { collector, log, id, client } = await live()
  client.append(1, draft('input', 'old'))
  const again = connect(collector, { id, hello: at(log, id, 0) })
  expect((await again.next('resumed')).seq).toBe(1)
  again.append(1, draft('input', 'new'))
  await again.next('ack')
  expect(
    log
      .of(id)
      .map(({ payload }) => payload.toString())
      .slice(1),
  ).toEqual(['new'])
})

test('a record that comes again with the same bytes is acknowledged again and recorded once', async () => {
  const { client, log, id } = await live()
  const input = draft('input', 'a')
  client.append(1, input)
  const ack = await client.next('ack')
  client.append(1, input, draft('input', 'b'))
  expect(await client.next('ack')).toEqual(ack)
  expect((await client.next('ack')).seq).toBe(2)
  expect(log.of(id)).toHaveLength(3)
})

test('a record that comes again with other bytes ends the session and leaves an alarm in the journal', async () => {
  const { client, log, id, seen } = await live()
  const input = draft('input', 'a')
  client.append(1, input)
  await client.next('ack')
  client.append(1, { ...input, payload: Buffer.from('b') })
  expect(await client.refused()).toBe('KAE_RECORD_CHANGED')
  await until(() => log.of(id).at(-1)?.kind === 'end')
  expect(JSON.parse(log.of(id).at(-1)!.payload.toString()).reason).toBe('protocol-error')
  expect(log.of(id)[1]!.payload.toString()).toBe('a')
  expect(seen).toContainEqual(expect.objectContaining({ type: 'alarm', alarm: 'record-changed', session: id }))
  await until(() => log.records.some(({ kind }) => kind === 'journal'))
})

test('a client that does not come back is put on record as lost, with what was recorded of it', async () => {
  const session = await live({ resumeMs: 30 })
  session.client.append(1, draft('input', 'abc', 5))
  session.client.append(2, draft('output', 'defgh', 6))
  await session.client.next('ack')
  await lose(session)
  await until(() => session.log.of(session.id).at(-1)?.kind === 'end')
  const end = session.log.of(session.id).at(-1)!
  expect(JSON.parse(end.payload.toString())).toMatchObject({
    reason: 'client-lost',
    input: { bytes: 3 },
    output: { bytes: 5 },
  })
  expect(end.elapsed).toBeGreaterThanOrEqual(6)
  const hello = at(session.log, session.id, 1)
  expect(await connect(session.collector, { id: session.id, hello }).refused()).toBe('KAE_SESSION_ENDED')
})

test('a client that lost its connection before the ack of its own end comes back for it', async () => {
  const session = await live()
  const release = session.log.hold()
  session.client.append(1, endDraft())
  await new Promise((resolve) => setImmediate(resolve))
  session.client.pipe.close(1006, 'lost')
  await new Promise((resolve) => setImmediate(resolve))
  const again = connect(session.collector, { id: session.id, hello: at(session.log, session.id, 0) })
  release()
  expect((await again.next('ack')).seq).toBe(1)
  await again.next('resumed')
  expect((await again.end()).code).toBe(1000)
  const late = connect(session.collector, { id: session.id, hello: at(session.log, session.id, 0) })
  expect((await late.next('ack')).seq).toBe(1)
})

test('the chain that a client computes over a resume is the log’s own', async () => {
  const { log, id, client } = await live()
  client.append(1, draft('input', 'a'), draft('input', 'b'))
  const ack = await client.next('ack')
  const records = log.of(id)
  let head: Buffer | undefined
  for (const record of records) {
    const { header } = placeRecord(record, { ...record, link: head ?? record.link })
    head = recordHash(header, commitmentOf(record.salt, record.payload))
  }
  expect(ack.head).toEqual(head)
})
