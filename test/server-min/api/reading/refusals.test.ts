import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { Readers } from '../../../../server-min/api/reading/readers.ts'
import { sessionsPath } from '../../../../src/protocol/api.ts'
import { draft } from '../../rig/client.ts'
import { type Answer, ServerRig } from '../../rig/server.ts'
import { ReadingRig } from './rig.ts'

/** What a program reads of a refusal: its status, and our code among the causes. */
const refusalOf = (answer: Answer): readonly [number, unknown] => {
  const { kind, details } = answer.json() as { kind: string; details?: { causes?: { reason: string }[] } }
  expect(kind).toBe('Status')
  return [answer.status, details?.causes?.[0]?.reason]
}

describe('a reader is told by status and code', () => {
  let rig: ReadingRig
  beforeEach(async () => {
    rig = await ReadingRig.start({ readsPerUser: 1 })
  })
  afterEach(() => rig[Symbol.asyncDispose]())

  test('that there is no such session', async () => {
    const unknown = '0193d2f0-0000-7000-8000-000000000001'
    expect(refusalOf(await rig.log('alice', unknown))).toEqual([404, 'KAE_READ_NOT_FOUND'])
    expect(refusalOf(await rig.ask(sessionsPath('default', unknown as never), 'alice'))).toEqual([
      404,
      'KAE_READ_NOT_FOUND',
    ])
  })

  test.each([
    'text=a&regex=b',
    '',
    'text=',
    'regex=(',
    `text=${'a'.repeat(1025)}`,
    'text=a&text=b',
    'text=a&limit=x',
    'text=a&pods=b',
  ])('that a search is not understood: %j', async (query) => {
    expect(refusalOf(await rig.search('alice', `?${query}`))).toEqual([400, 'KAE_READ_QUERY_INVALID'])
  })

  test.each(['format=video', 'fromSeq=-1', 'follow=yes&follow=no'])(
    'that what is asked of a recording is not understood: %j',
    async (query) => {
      const id = await rig.session()
      expect(refusalOf(await rig.log('alice', id, `?${query}`))).toEqual([400, 'KAE_READ_QUERY_INVALID'])
    },
  )

  test.each(['nonsense', 'AAAA', Buffer.alloc(64).toString('base64url')])(
    'that a list does not go on from there: %s',
    async (token) => {
      await rig.session()
      expect(refusalOf(await rig.list('alice', `?continue=${token}`))).toEqual([410, 'KAE_READ_EXPIRED'])
    },
  )

  test('that a list does not go on with other filters than it began with', async () => {
    await rig.session()
    await rig.session()
    const first = (await rig.list('alice', '?limit=1')).json() as { metadata: { continue: string } }
    const token = encodeURIComponent(first.metadata.continue)
    expect(await rig.names('alice', `?limit=1&continue=${token}`)).toHaveLength(1)
    expect(refusalOf(await rig.list('alice', `?limit=1&continue=${token}&user=alice`))).toEqual([
      410,
      'KAE_READ_EXPIRED',
    ])
  })

  test('that they ask for the places in too many sessions at once, until those are told', async () => {
    const id = await rig.session()
    const [asked, told] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
    rig.library.waypoints = async () => {
      asked.resolve()
      await told.promise
      return []
    }
    const first = rig.log('alice', id, '?format=waypoints')
    await asked.promise
    expect(refusalOf(await rig.log('alice', id))).toEqual([429, 'KAE_READ_BUSY'])
    told.resolve()
    expect((await first).status).toBe(200)
    expect((await rig.log('alice', id)).status).toBe(200)
  })

  test('that they read too much at once, until they stop', async () => {
    const id = await rig.session({}, [draft('input', 'id\r')])
    const first = await rig.open(`${sessionsPath('default', id)}/log?follow=true&format=records`)
    expect(refusalOf(await rig.log('alice', id))).toEqual([429, 'KAE_READ_BUSY'])
    expect(refusalOf(await rig.search('alice', '?text=id'))).toEqual([429, 'KAE_READ_BUSY'])
    first.leave()
    await expect.poll(async () => (await rig.log('alice', id)).status).toBe(200)
  })

  test('that a session to be ended has ended', async () => {
    const id = await rig.session()
    const terminated = await rig.ask(sessionsPath('default', id, 'terminate'), 'alice', {
      method: 'POST',
      body: '{"reason":"x"}',
    })
    expect(refusalOf(terminated)).toEqual([409, 'KAE_SESSION_NOT_LIVE'])
  })

  test('what this server does not do', async () => {
    expect(refusalOf(await rig.list('alice', '?watch=true&sendInitialEvents=true'))).toEqual([
      422,
      'KAE_READ_UNSUPPORTED',
    ])
  })
})

test('a server that can record and not read says so, and is no less ready to record', async () => {
  await using rig = await ServerRig.start()
  expect(refusalOf(await rig.ask(sessionsPath('default')))).toEqual([503, 'KAE_READ_UNAVAILABLE'])
  expect((await rig.ask('/readyz/recording', { as: 'nobody', headers: {} })).status).toBe(200)
})

describe('places to read', () => {
  const enter = (readers: Readers, user: string) => () => readers.enter(user)
  const busy = (detail: string) => expect.objectContaining({ code: 'KAE_READ_BUSY', detail })

  test('are so many for one user, and others have theirs all the same', () => {
    const readers = new Readers({ inAll: 10, perUser: 2 })
    readers.enter('alice')
    readers.enter('alice')
    expect(enter(readers, 'alice')).toThrow(busy('2 of this user'))
    expect(enter(readers, 'bob')).not.toThrow()
  })

  test('are so many in all', () => {
    const readers = new Readers({ inAll: 2, perUser: 2 })
    readers.enter('alice')
    readers.enter('bob')
    expect(enter(readers, 'carol')).toThrow(busy('2 in all'))
  })

  test('are as many as before where a user leaves one of several', () => {
    const readers = new Readers({ inAll: 10, perUser: 2 })
    const first = readers.enter('alice')
    readers.enter('alice')
    first[Symbol.dispose]()
    readers.enter('alice')
    expect(enter(readers, 'alice')).toThrow(busy('2 of this user'))
  })

  test('are free again when they were left, and a refused one takes none', () => {
    const readers = new Readers({ inAll: 2, perUser: 1 })
    for (let turn = 0; turn < 5; turn += 1) {
      using _place = readers.enter('alice')
      expect(enter(readers, 'alice')).toThrow(busy('1 of this user'))
    }
    readers.enter('alice')
    expect(enter(readers, 'bob')).not.toThrow()
  })
})
