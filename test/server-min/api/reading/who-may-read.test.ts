/** Bob is after Alice's recordings. Carol is an auditor, Vera may see that sessions took place, and no more. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { commandsPath, sessionsPath } from '../../../../src/protocol/api.ts'
import type { Identity } from '../../../../src/protocol/session.ts'
import type { SessionId } from '../../../../src/protocol/session-id.ts'
import { ALICE, BOB, draft, endDraft, newId } from '../../rig/client.ts'
import { ALL, ReadingRig } from './rig.ts'

let rig: ReadingRig
let alices: SessionId
let bobs: SessionId

beforeEach(async () => {
  rig = await ReadingRig.start()
  rig.grants.add('carol audit sessions *').add('carol audit sessions/log *').add('vera audit sessions default')
  alices = await rig.session({}, [draft('input', 'cat /secret\r'), draft('output', 'cat /secret\r\n'), endDraft()])
  bobs = await rig.session({ user: BOB })
  rig.library.lists.set(alices, [
    { type: 'command', source: 'seen', line: 'cat /secret', doubts: [], elapsed: 1, seq: 1 },
  ])
})
afterEach(() => rig[Symbol.asyncDispose]())

const UNKNOWN = newId()

/** All that an answer tells, but for the id that was asked for. */
const said = ({ status, text }: { status: number; text: string }, id: string) => [status, text.replaceAll(id, 'ID')]

test('everybody sees their own sessions, whoever may audit sees all', async () => {
  expect(await rig.names('alice')).toEqual([alices])
  expect(await rig.names('bob')).toEqual([bobs])
  expect(await rig.names('carol')).toEqual([bobs, alices])
  expect(await rig.names('vera')).toEqual([bobs, alices])
  expect(await rig.names('nobody')).toEqual([])
  expect(await rig.names('vera', '', ALL)).toEqual([])
})

describe('what Bob is not to see is not there', () => {
  test('a session of Alice answers word for word as one that does not exist', async () => {
    for (const subresource of [undefined, 'log'] as const) {
      const hers = await rig.ask(sessionsPath('default', alices, subresource), 'bob')
      const nothing = await rig.ask(sessionsPath('default', UNKNOWN, subresource), 'bob')
      expect(hers.status).toBe(404)
      expect(said(hers, alices)).toEqual(said(nothing, UNKNOWN))
    }
  })

  test('and the cluster is asked the same questions for both, so that time tells nothing either', async () => {
    const asked = async (id: string) => {
      rig.reviews.length = 0
      await rig.log('bob', id)
      return rig.reviews.map(({ attributes }) => ({ ...attributes, name: 'ID' }))
    }
    expect(await asked(alices)).toEqual(await asked(UNKNOWN))
  })

  test.each([
    '?user=alice',
    '?fieldSelector=spec.user.username%3Dalice',
    '?fieldSelector=spec.user.username!%3Dbob',
    '?fieldSelector=status.phase%3DEnded,spec.user.username!%3Dbob',
    '?labelSelector=app%3Dweb&user=alice',
    '?command=secret',
    '?limit=1&user=alice',
  ])('not by %s', async (query) => {
    expect(await rig.names('bob', query)).toEqual([])
    expect(await rig.names('bob', query, ALL)).toEqual([])
    expect(await rig.names('carol', query)).toEqual([alices])
  })

  test('not by her session’s name', async () => {
    expect(await rig.names('bob', `?fieldSelector=metadata.name%3D${alices}`)).toEqual([])
    expect(await rig.names('carol', `?fieldSelector=metadata.name%3D${alices}`)).toEqual([alices])
  })

  test('not where the library finds more than it was asked for', async () => {
    rig.library.careless = true
    expect(await rig.names('bob')).toEqual([bobs])
    expect((await rig.search('bob', '?text=secret')).json().items).toEqual([])
    const watch = await rig.open(`${sessionsPath('default')}?watch=true&timeoutSeconds=1`, 'bob')
    expect(await watch.end()).toBe('whole')
    expect([watch.text.includes(bobs), watch.text.includes(alices)]).toEqual([true, false])
  })

  test('not in a watch, whatever its selector does with her sessions', async () => {
    const path = `${sessionsPath('default')}?watch=true&timeoutSeconds=1&resourceVersion=0`
    for (const selector of ['', '&phase=Live', '&fieldSelector=status.phase%3DLive', '&exitCode=7', '&user=alice']) {
      const watch = await rig.open(path + selector, 'bob')
      const id = await rig.session({}, [])
      await rig.server.log.append(id, [endDraft()])
      await watch.end()
      expect(watch.text).not.toContain('alice')
    }
  })

  test('not by a search', async () => {
    expect((await rig.search('bob', '?text=secret')).json().items).toEqual([])
    expect((await rig.search('bob', '?text=secret&user=alice')).json().items).toEqual([])
    expect((await rig.search('carol', '?text=secret')).json().items).toMatchObject([{ line: 'cat /secret' }])
  })

  test.each([
    'constructor',
    '__proto__',
    '..',
    '%2e%2e',
    'LATEST',
    '%20',
    '%00',
    `${UNKNOWN.toUpperCase()}`,
    `${UNKNOWN}%0a`,
  ])('an id that is none, %j, is a 404', async (id) => {
    for (const path of [sessionsPath('default'), sessionsPath(undefined)]) {
      const answers = await Promise.all([`${path}/${id}`, `${path}/${id}/log`].map((each) => rig.ask(each, 'carol')))
      expect(answers.map(({ status }) => status)).toEqual([404, 404])
    }
  })
})

test('a session of one namespace is not in another, for nobody', async () => {
  const prod = await rig.session({ target: { namespace: 'prod' } })
  expect(await rig.names('alice', '', 'prod')).toEqual([prod])
  expect(await rig.names('alice', '?fieldSelector=metadata.namespace%3Dprod')).toEqual([])
  for (const user of ['alice', 'carol']) {
    expect((await rig.ask(sessionsPath('default', prod), user)).status).toBe(404)
    expect((await rig.logIn('default', user, `${prod}/log`)).status).toBe(404)
    expect((await rig.logIn('prod', user, `${prod}/log`)).status).toBe(200)
  }
  expect((await rig.logIn('prod', 'vera', `${prod}/log`)).status).toBe(404)
})

test.each(['a%2Fb', 'Default', 'default%20', '..', '%00', `${'x'.repeat(64)}`])(
  'a namespace that is none, %s, shows nothing',
  async (namespace) => {
    const base = sessionsPath(undefined).replace('/sessions', `/namespaces/${namespace}`)
    for (const path of ['sessions', `sessions/${alices}`, `sessions/${alices}/log`, 'commands?text=x']) {
      const answer = await rig.ask(`${base}/${path}`, 'carol')
      expect([400, 404]).toContain(answer.status)
      expect(answer.text).not.toContain('alice')
    }
  },
)

test('whoever may know of a session is told in words that its content is another right', async () => {
  const answer = await rig.log('vera', alices)
  expect(answer.status).toBe(403)
  expect(answer.json()).toMatchObject({
    kind: 'Status',
    reason: 'Forbidden',
    details: { causes: [{ reason: 'KAE_READ_FORBIDDEN' }] },
  })
  expect(answer.json().message).toContain('User "vera" cannot audit resource "sessions/log"')
  expect(answer.json().message).toContain('audit-exec-auditor')
})

test('a filter by what was typed is no way to the content for whoever may see metadata alone', async () => {
  expect(await rig.names('vera', '?command=secret')).toEqual([])
  expect(await rig.names('carol', '?command=secret')).toEqual([alices])
})

describe('an own session', () => {
  const someone = (more: Partial<Identity>): Identity => ({ ...ALICE, ...more })

  test.each([
    ['another uid under the same name', { user: someone({ uid: 'uid-of-a-former-alice' }) }],
    ['the name in another case', { user: someone({ username: 'Alice' }) }],
    ['a name that nobody vouches for', { authentication: 'unverified' as const }],
  ])('is not one with %s', async (_what, facts) => {
    const id = await rig.session(facts)
    expect(await rig.names('alice')).toEqual([alices])
    expect((await rig.log('alice', id)).status).toBe(404)
  })

  test('is one also by another credential, and where one side has no uid', async () => {
    const { uid: _uid, ...nameless } = ALICE
    const id = await rig.session({
      user: { ...nameless, extra: { 'authentication.kubernetes.io/credential-id': ['JTI=x'] } },
    })
    expect((await rig.log('alice', id)).status).toBe(200)
  })

  test('is there also while the cluster cannot be asked; the rest is refused, not guessed', async () => {
    rig.failReviews = true
    expect((await rig.ask(sessionsPath('default', alices), 'alice')).status).toBe(200)
    expect((await rig.log('alice', alices)).status).toBe(200)
    const [hers, unknown] = await Promise.all([rig.log('carol', alices), rig.log('carol', UNKNOWN)])
    expect(said(hers, alices)).toEqual(said(unknown, UNKNOWN))
    expect(hers.status).toBe(503)
    expect(hers.json()).toMatchObject({ details: { causes: [{ reason: 'KAE_READ_UNREVIEWED' }] } })
    expect(await rig.names('carol')).toBe(503)
    expect((await rig.search('carol', '?text=secret')).status).toBe(503)
  })
})

test('an answer of the cluster is remembered for a moment, a failure is not', async () => {
  rig.failReviews = true
  expect(await rig.names('carol')).toBe(503)
  rig.failReviews = false
  expect(await rig.names('carol')).toEqual([bobs, alices])
  const asked = rig.reviews.length
  await rig.names('carol')
  expect(rig.reviews.length).toBe(asked)
  await rig.ask(sessionsPath('default'), 'carol', { headers: { 'X-Remote-User': 'carol', 'X-Remote-Group': 'others' } })
  expect(rig.reviews.length).toBe(asked + 1)
})

test('without the front proxy’s certificate nobody reads anything', async () => {
  const paths = [
    sessionsPath('default'),
    sessionsPath(undefined),
    sessionsPath('default', alices),
    sessionsPath('default', alices, 'log'),
    commandsPath(),
  ]
  for (const path of paths) expect((await rig.ask(path, 'carol', { as: 'nobody' })).status).toBe(401)
  const post = { method: 'POST', body: '{"reason":"x"}', as: 'nobody' } as const
  expect((await rig.ask(sessionsPath('default', alices, 'terminate'), 'carol', post)).status).toBe(401)
  expect(rig.journal().filter(({ type }) => type === 'read')).toEqual([])
})

test('Bob cannot go on in a list that Carol was shown', async () => {
  const page = (await rig.list('carol', '?limit=1')).json() as { metadata: { continue: string } }
  const token = encodeURIComponent(page.metadata.continue)
  expect(await rig.names('carol', `?limit=1&continue=${token}`)).toEqual([alices])
  for (const [user, query, namespace] of [
    ['bob', `?limit=1&continue=${token}`, 'default'],
    ['carol', `?limit=1&user=alice&continue=${token}`, 'default'],
    ['carol', `?limit=1&continue=${token}`, ALL],
    ['carol', `?limit=1&continue=${token.slice(0, -8)}AAAAAAAA`, 'default'],
    ['carol', '?limit=1&continue=nonsense', 'default'],
    ['carol', '?limit=1&continue=MQ', 'default'],
  ] as const) {
    expect([query, await rig.names(user, query, namespace)]).toEqual([query, 410])
  }
})
