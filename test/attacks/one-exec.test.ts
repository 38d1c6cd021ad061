import { afterEach, expect, test, vi } from 'vitest'
import { JOURNAL_ID } from '../../server-min/log/append-log.ts'
import { serve } from '../../server-min/serve.ts'
import { placeRecord } from '../../src/protocol/chain.ts'
import type { ExecTarget } from '../../src/protocol/session.ts'
import { ALICE, BOB, draft, endDraft, newId, openHello, TARGET } from '../server-min/rig/client.ts'
import { execReview, type ReviewParts, responseOf } from '../server-min/rig/review.ts'
import { ServerRig } from '../server-min/rig/server.ts'

afterEach(() => vi.useRealTimers())

const opened = async (rig: ServerRig, target: ExecTarget = TARGET) => {
  const id = newId()
  const client = await rig.attach(id, { hello: openHello(target) })
  await client.next('opened')
  return { id, client }
}
const ask = async (rig: ServerRig, parts: ReviewParts = {}) => responseOf((await rig.review(execReview(parts))).json())

test('of 100 parallel reviews for one session exactly one is allowed', async () => {
  await using rig = await ServerRig.start()
  const { id } = await opened(rig)
  const answers = await Promise.all(Array.from({ length: 100 }, () => ask(rig)))
  expect(answers.filter(({ allowed }) => allowed)).toMatchObject([{ auditAnnotations: { session: id } }])
  expect(rig.log.of(JOURNAL_ID)).toHaveLength(1)
})

test('each field of the review is changed in turn: denied, and the session is still unused', async () => {
  await using rig = await ServerRig.start()
  await opened(rig, { ...TARGET, command: ['a', 'b c'] })
  const like = (more: Partial<ExecTarget>): ReviewParts => ({ target: { ...TARGET, command: ['a', 'b c'], ...more } })
  const changed: ReviewParts[] = [
    ...[
      ['a b', 'c'],
      ['a', 'b', 'c'],
      ['a b c'],
      ['a', 'b c', ''],
      ['a'],
      [],
      ['A', 'b c'],
      ['a', 'b\u00a0c'],
      ['a\0', 'b c'],
    ].map((command) => like({ command })),
    ...(['stdin', 'stdout', 'stderr', 'tty'] as const).map((flag) => like({ [flag]: !TARGET[flag] })),
    like({ namespace: 'default2' }),
    like({ pod: 'web-00' }),
    like({ container: 'app2' }),
    like({ container: '' }),
    { ...like({}), user: BOB },
    { ...like({}), user: { ...ALICE, username: 'Alice' } },
    { ...like({}), user: { ...ALICE, username: 'alice ' } },
    { ...like({}), user: { ...ALICE, uid: 'other' } },
    { ...like({}), request: { dryRun: true } },
    { ...like({}), request: { operation: 'CREATE' } },
    { ...like({}), request: { subResource: 'attach' } },
    { ...like({}), request: { resource: { group: '', version: 'v1', resource: 'services' } } },
    { ...like({}), object: { kind: 'PodAttachOptions' } },
  ]
  for (const parts of changed) expect((await ask(rig, parts)).allowed, JSON.stringify(parts)).toBe(false)
  expect((await ask(rig, like({}))).allowed).toBe(true)
})

test('killed between using a session up and answering: denied ever after, to the same request as well', async () => {
  await using rig = await ServerRig.start()
  const { id } = await opened(rig)
  const lost = execReview({ uid: 'lost' })
  // Its answer never reaches anybody: the next process finds the log as the dead one left it.
  await rig.review(lost)
  const log = rig.log.reopen()
  await using after = { server: await serve(rig.options({ log })), [Symbol.asyncDispose]: () => after.server.close() }
  const open = log.of(id)[0]!
  const hello = { resume: { seq: 0, head: placeRecord(open, open).hash.toString('hex') } }
  const client = await rig.attach(id, { port: after.server.port, hello })
  await client.next('resumed')
  for (const body of [lost, execReview(), lost]) {
    const answer = await after.server.collector.review(body)
    expect(responseOf(answer.body).allowed).toBe(false)
  }
  client.append(1, draft('input', 'x'))
  await client.next('ack')
})

test('a yes that is asked for again is a no once its session is over', async () => {
  await using rig = await ServerRig.start()
  const { client } = await opened(rig)
  expect((await ask(rig, { uid: 'one' })).allowed).toBe(true)
  expect((await ask(rig, { uid: 'one' })).allowed).toBe(true)
  client.append(1, endDraft())
  await client.end()
  expect((await ask(rig, { uid: 'one' })).allowed).toBe(false)
})

test.each([
  ['back', -30 * 60_000],
  ['forward', 20 * 24 * 3600_000],
])('a clock that jumps %s changes nothing', async (_way, by) => {
  await using rig = await ServerRig.start()
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() })
  const { id, client } = await opened(rig)
  expect((await ask(rig, { uid: 'before' })).allowed).toBe(true)
  const second = await opened(rig)
  vi.setSystemTime(Date.now() + by)
  expect((await ask(rig, { uid: 'later' })).allowed).toBe(true)
  expect((await ask(rig)).auditAnnotations?.denied).toBe('session-used')
  expect((await ask(rig, { uid: 'before', user: BOB })).allowed).toBe(false)
  client.append(1, draft('input', 'x', 5), draft('input', 'y', 6))
  const ack = await client.next('ack')
  const records = rig.log.of(id)
  expect(ack).toMatchObject({ seq: 2, head: placeRecord(records[2]!, records[2]!).hash })
  expect(records.every(({ time }, index) => time >= (records[index - 1]?.time ?? 0))).toBe(true)
  client.append(3, endDraft(7))
  expect((await client.end()).code).toBe(1000)
  expect(second.client.closed).toBeUndefined()
  const third = await opened(rig)
  expect((await ask(rig)).auditAnnotations?.session).toBe(third.id)
})
