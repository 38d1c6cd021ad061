import { expect, test } from 'vitest'
import { type Collector, createCollector } from '../../../server-min/collector.ts'
import { JOURNAL_ID } from '../../../server-min/log/append-log.ts'
import { fault as logFault } from '../../../server-min/log/faults.ts'
import type { Observation } from '../../../server-min/observation.ts'
import { MemoryLog } from '../../rig/memory-log.ts'
import { BOB, connect, draft, newId, openHello, TARGET, until } from '../rig/client.ts'
import { execReview, type ReviewParts, responseOf } from '../rig/review.ts'

function setUp(log = new MemoryLog(), bypass = { users: ['root'], groups: ['break-glass'] }) {
  const seen: Observation[] = []
  const collector = createCollector({ log, bypass, observe: (observation) => seen.push(observation) })
  const open = async (more: object = {}) => {
    const id = newId()
    const client = connect(collector, { id, hello: openHello(), ...more })
    await client.next('opened')
    return { id, client }
  }
  const journal = () => log.of(JOURNAL_ID).map(({ payload }) => JSON.parse(payload.toString()))
  return { log, collector, seen, open, journal }
}

const ask = async (collector: Collector, parts: ReviewParts = {}) =>
  responseOf((await collector.review(execReview(parts))).body)

test('an exec is admitted for its session, durably before the answer, and annotated with it', async () => {
  const { log, collector, open, journal } = setUp()
  const { id } = await open()
  const release = log.hold()
  let answered = false
  const answer = ask(collector).then((response) => {
    answered = true
    return response
  })
  await new Promise((resolve) => setTimeout(resolve, 20))
  expect(answered).toBe(false)
  release()
  expect(await answer).toMatchObject({ allowed: true, auditAnnotations: { session: id } })
  expect(journal()).toContainEqual(expect.objectContaining({ type: 'admitted', session: id }))
})

test('N equal sessions admit exactly N of many parallel reviews, each another session', async () => {
  const { collector, open } = setUp()
  const ids = new Set<string>()
  for (let n = 0; n < 5; n += 1) ids.add((await open()).id)
  const answers = await Promise.all(Array.from({ length: 40 }, () => ask(collector)))
  const admitted = answers.filter(({ allowed }) => allowed).map(({ auditAnnotations }) => auditAnnotations?.session)
  expect(new Set(admitted)).toEqual(ids)
  expect(admitted).toHaveLength(5)
})

test('the same uid gets the same answer, at the same time and later', async () => {
  const { collector, open } = setUp()
  const { id } = await open()
  const review = execReview({ uid: 'one' })
  const answers = await Promise.all([1, 2, 3].map(() => collector.review(review)))
  answers.push(await collector.review(review))
  for (const { body } of answers)
    expect(responseOf(body)).toMatchObject({ allowed: true, auditAnnotations: { session: id } })
  expect((await ask(collector)).allowed).toBe(false)
})

test('the same uid with another request is denied', async () => {
  const { collector, open } = setUp()
  await open()
  await ask(collector, { uid: 'one' })
  const forged = await ask(collector, { uid: 'one', user: BOB })
  expect(forged).toMatchObject({ allowed: false, auditAnnotations: { denied: 'uid-reused' } })
})

test('after a restart a used session stays used, and nothing that was allowed is allowed again', async () => {
  const { log, collector, open } = setUp()
  const { id, client } = await open()
  await ask(collector, { uid: 'one' })
  client.append(1, draft('input', 'x'))
  const { head } = await client.next('ack')
  const later = setUp(log.reopen())
  const again = connect(later.collector, { id, hello: { resume: { seq: 1, head: head.toString('hex') } } })
  await again.next('resumed')
  expect((await ask(later.collector)).allowed).toBe(false)
  expect((await ask(later.collector, { uid: 'one' })).allowed).toBe(false)
})

test('a session whose stream has closed admits nothing, from that moment on', async () => {
  const { collector, open, seen } = setUp()
  const { client } = await open()
  client.pipe.close(1006, 'lost')
  await until(() => seen.some(({ type }) => type === 'session-detached'))
  expect((await ask(collector)).allowed).toBe(false)
})

test('a session whose stream closes while its admission is written is denied after all', async () => {
  const { log, collector, open, seen } = setUp()
  const { client } = await open()
  const release = log.hold()
  const answer = ask(collector)
  client.pipe.close(1006, 'lost')
  await until(() => seen.some(({ type }) => type === 'session-detached'))
  release()
  expect(await answer).toMatchObject({ allowed: false, auditAnnotations: { denied: 'session-lost' } })
})

test('a session whose open record is not yet durable admits nothing', async () => {
  const { log, collector } = setUp()
  log.hold()
  connect(collector, { id: newId(), hello: openHello() })
  expect((await ask(collector)).allowed).toBe(false)
})

test('an admission that the log does not take is a denial, and the session is not admitted later', async () => {
  const { log, collector, open } = setUp()
  await open()
  log.refuse((drafts) => (drafts[0]?.kind === 'journal' ? logFault('KAE_LOG_DISK_FULL') : undefined))
  expect(await ask(collector)).toMatchObject({ allowed: false, auditAnnotations: { denied: 'not-recorded' } })
  log.refuse(undefined)
  expect((await ask(collector)).allowed).toBe(false)
})

test('a dry run is denied, consumes nothing and leaves no record', async () => {
  const { collector, open, journal } = setUp()
  await open()
  expect((await ask(collector, { request: { dryRun: true } })).allowed).toBe(false)
  expect(journal()).toEqual([])
  expect((await ask(collector)).allowed).toBe(true)
})

test('an exempt user is let through and warned, and that goes on record first', async () => {
  const { collector, journal, log } = setUp()
  const user = { ...BOB, groups: ['break-glass'] }
  const response = await ask(collector, { user })
  expect(response).toMatchObject({ allowed: true, warnings: [expect.stringContaining('exempt')] })
  expect(journal()).toEqual([expect.objectContaining({ type: 'bypassed', by: 'group', user, target: TARGET })])
  log.refuse(() => logFault('KAE_LOG_DISK_FULL'))
  expect((await ask(collector, { user })).allowed).toBe(false)
})

test('an exempt user’s command that is too long for the record is denied, not cut', async () => {
  const { collector, journal } = setUp()
  const user = { ...BOB, groups: ['break-glass'] }
  expect((await ask(collector, { user, target: { command: ['x'.repeat(70_000)] } })).allowed).toBe(false)
  expect(journal()).toEqual([])
})

test('exempt requests beyond what people make are denied, so that forged ones cannot fill the disk', async () => {
  const { collector, journal } = setUp()
  const user = { ...BOB, username: 'root' }
  const answers = await Promise.all(Array.from({ length: 120 }, () => ask(collector, { user })))
  expect(answers.filter(({ allowed }) => allowed)).toHaveLength(100)
  expect(journal()).toHaveLength(100)
})

test('a denial is forbidden, names the command to run, and is counted once though kubectl asks twice', async () => {
  const { collector, seen } = setUp()
  const responses = [await ask(collector), await ask(collector)]
  for (const response of responses) {
    expect(response.status).toMatchObject({ code: 403, reason: 'Forbidden' })
    expect(response.status?.message).toContain('kubectl audit-exec -n default -it web-0 -c app -- sh -l')
  }
  expect(seen.filter(({ type }) => type === 'decision')).toHaveLength(1)
  expect(seen.filter(({ type }) => type === 'denial-repeated')).toHaveLength(1)
  await ask(collector, { target: { pod: 'web-1' } })
  expect(seen.filter(({ type }) => type === 'decision')).toHaveLength(2)
})

test('what is not understood is denied where it has a uid, and a bad request where it has none', async () => {
  const { collector } = setUp()
  expect((await ask(collector, { request: { operation: 'DELETE' } })).allowed).toBe(false)
  expect(await collector.review({ hello: 'world' })).toMatchObject({ http: 400 })
  expect(await collector.review(null)).toMatchObject({ http: 400 })
})

test('a collector that enforces nothing admits nothing', async () => {
  const collector = createCollector({ log: new MemoryLog() })
  expect((await ask(collector)).allowed).toBe(false)
  expect(await collector.review('x')).toMatchObject({ http: 400 })
})

test('a log that failed admits nothing', async () => {
  const { log, collector, open } = setUp()
  const { client } = await open()
  log.breakForGood(logFault('KAE_LOG_FAILED'))
  await client.refused()
  expect((await ask(collector)).allowed).toBe(false)
  expect((await ask(collector, { user: { ...BOB, username: 'root' } })).allowed).toBe(false)
})
