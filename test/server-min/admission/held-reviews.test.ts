import { describe, expect, test } from 'vitest'
import { HeldReviews } from '../../../server-min/admission/held-reviews.ts'
import { type Collector, createCollector } from '../../../server-min/collector.ts'
import { MemoryLog } from '../../rig/memory-log.ts'
import { ALICE, BOB, connect, endDraft, newId, openHello, TARGET } from '../rig/client.ts'
import { execReview, type ReviewParts, responseOf } from '../rig/review.ts'

const turns = async (count: number): Promise<void> => {
  for (let turn = 0; turn < count; turn += 1) await new Promise((resolve) => setImmediate(resolve))
}

function setUp() {
  const log = new MemoryLog()
  const collector = createCollector({ log, bypass: { users: [], groups: [] } })
  const open = (more: object = {}) => {
    const id = newId()
    return { id, client: connect(collector, { id, hello: openHello(), ...more }) }
  }
  return { log, collector, open }
}

const ask = async (collector: Collector, parts: ReviewParts = {}) =>
  responseOf((await collector.review(execReview(parts))).body)

describe('A review that comes before its session', () => {
  test('is admitted when the session is there, and not before its open record is durable', async () => {
    const { log, collector, open } = setUp()
    const release = log.hold()
    let answered = false
    const answer = ask(collector).then((response) => {
      answered = true
      return response
    })
    const { id, client } = open()
    await turns(5)
    expect(answered).toBe(false)
    release()
    await client.next('opened')
    expect(await answer).toMatchObject({ allowed: true, auditAnnotations: { session: id } })
  })

  test('is denied in the end where no session comes, and the next such review at once', async () => {
    const { collector } = setUp()
    const started = performance.now()
    expect((await ask(collector)).allowed).toBe(false)
    const first = performance.now() - started
    expect((await ask(collector)).allowed).toBe(false)
    expect(performance.now() - started - first).toBeLessThan(first / 4)
  })

  test.each([
    ['of another user', { identity: BOB }],
    ['for another command', { hello: openHello({ ...TARGET, command: ['id'] }) }],
    ['that nobody vouches for', { authentication: 'unverified' }],
  ])('is not admitted by a session %s', async (_, more) => {
    const { collector, open } = setUp()
    const answer = ask(collector)
    await open(more).client.next('opened')
    expect((await answer).allowed).toBe(false)
  })

  test('is not admitted by a session that is over before its turn comes', async () => {
    const { log, collector, open } = setUp()
    const answer = ask(collector)
    const { client } = open()
    await client.next('opened')
    const release = log.hold()
    client.append(1, endDraft())
    await turns(3)
    release()
    expect((await answer).allowed).toBe(false)
  })

  test('is one of many for which one session is one yes, in whatever order all of it comes', async () => {
    // Reviews (r) and sessions (s): all orders of three and two.
    const orders = ['rrrss', 'rrsrs', 'rsrrs', 'srrrs', 'rrssr', 'rsrsr', 'srrsr', 'rssrr', 'srsrr', 'ssrrr']
    const outcomes = orders.flatMap((order) =>
      [0, 1, 3].map(async (between) => {
        const { collector, open } = setUp()
        const [answers, sessions] = [[] as ReturnType<typeof ask>[], [] as string[]]
        for (const what of order) {
          if (what === 'r') answers.push(ask(collector))
          else sessions.push(open().id)
          await turns(between)
        }
        const given = await Promise.all(answers)
        const by = given.flatMap(({ allowed, auditAnnotations }) => (allowed ? [auditAnnotations?.session] : []))
        expect(by.sort(), `${order} ${between}`).toEqual(sessions.sort())
      }),
    )
    await Promise.all(outcomes)
  })
})

describe('Held reviews', () => {
  test('are few for one user and in all: beyond that nobody waits', async () => {
    const held = new HeldReviews()
    const own = Array.from({ length: 4 }, () => held.wait(ALICE.username, 60_000))
    expect(await held.wait(ALICE.username, 60_000)).toBe(false)
    const others = Array.from({ length: 252 }, (_, index) => held.wait(`user ${index >> 2}`, 60_000))
    expect(await held.wait('one more', 60_000)).toBe(false)
    held.wake(ALICE.username)
    expect(await Promise.all(own)).toEqual([true, true, true, true])
    const again = held.wait('one more', 60_000)
    for (let user = 0; user < 63; user += 1) held.wake(`user ${user}`)
    held.wake('one more')
    expect(await again).toBe(true)
    await Promise.all(others)
  })

  test('wait no longer than they may', async () => {
    expect(await new HeldReviews().wait('alice', 1)).toBe(false)
  })
})
