/** More than records can hold, from a server that lies: it is refused before anything measures or shows it. */
import { describe, expect, test } from 'vitest'
import type { SessionObject } from '../../../src/protocol/session-object.ts'
import { ID, SESSION, sendJson, serve } from '../../reading/rig.ts'

const LONG = 'x'.repeat(1024 * 1024)
const command = (line: string) => ({ type: 'command', line, source: 'seen', doubts: [], elapsed: 0, seq: 1 })
const invalid = { code: 'KAE_READING_ANSWER_INVALID' }
const { user } = SESSION.spec
const withUser = (username: string): SessionObject => ({
  ...SESSION,
  spec: { ...SESSION.spec, user: { ...user, username } },
})

describe('a session whose words no record can hold', () => {
  const long = withUser(LONG)
  test('is none by its id', async () => {
    await using served = await serve((_url, response) => sendJson(response, long))
    await expect(served.library.get(ID)).rejects.toMatchObject(invalid)
  })

  test('is none in a list', async () => {
    await using served = await serve((_url, response) => sendJson(response, { items: [SESSION, long] }))
    await expect(served.library.list({}, { limit: 5 })).rejects.toMatchObject(invalid)
  })

  test('is none beside a hit', async () => {
    const hit = { session: long, where: 'command', line: 'ls', elapsed: 0 }
    await using served = await serve((_url, response) => sendJson(response, { items: [hit] }))
    const search = { pattern: { type: 'text', text: 'ls' }, output: false, sessions: {}, limit: 1 } as const
    await expect(served.library.search(search)[Symbol.asyncIterator]().next()).rejects.toMatchObject(invalid)
  })

  test('is none in a watch', async () => {
    await using served = await serve((_url, response) =>
      response.end(`${JSON.stringify({ type: 'ADDED', object: long })}\n`),
    )
    const { signal } = new AbortController()
    const watch = served.library.watch({}, { signal })[Symbol.asyncIterator]()
    await expect(watch.next()).rejects.toMatchObject(invalid)
  })

  test('but the longest that one can hold is one', async () => {
    const longest = withUser('\x01'.repeat(64 * 1024))
    await using served = await serve((_url, response) => sendJson(response, longest))
    expect(await served.library.get(ID)).toEqual(longest)
  })
})

test('a command that no record can hold is none', async () => {
  await using served = await serve((url, response) =>
    sendJson(response, url.pathname.endsWith('/log') ? { items: [command('ls'), command(`${LONG}x`)] } : SESSION),
  )
  await expect(served.library.commands(ID)).rejects.toMatchObject(invalid)
})

test('a version of a session that is no text is not asked for', async () => {
  const metadata = { ...SESSION.metadata, resourceVersion: { toString: 1 } }
  const change = JSON.stringify({ type: 'ADDED', object: { ...SESSION, metadata } })
  await using served = await serve((_url, response) => response.end(`${change}\n`))
  const { signal } = new AbortController()
  const watch = served.library.watch({}, { signal })[Symbol.asyncIterator]()
  await expect(watch.next()).rejects.toMatchObject(invalid)
})
