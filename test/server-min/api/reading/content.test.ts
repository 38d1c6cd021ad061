import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { fault as logFault } from '../../../../server-min/log/faults.ts'
import { sessionsPath } from '../../../../src/protocol/api.ts'
import { ContentDecoder } from '../../../../src/protocol/content.ts'
import type { ReadRecord } from '../../../../src/protocol/read-record.ts'
import type { SessionId } from '../../../../src/protocol/session-id.ts'
import { draft, endDraft, newId } from '../../rig/client.ts'
import { ReadingRig } from './rig.ts'

let rig: ReadingRig
beforeEach(async () => {
  rig = await ReadingRig.start({ reads: 4, readsPerUser: 3, readerStallMs: 300 })
  rig.grants.add('carol audit sessions *').add('carol audit sessions/log *')
  rig.grants.add('root audit sessions/log *').add('root get sessions/secrets *')
})
afterEach(() => rig[Symbol.asyncDispose]())

/** A session on a terminal in which a password was typed unseen. */
const withPassword = (record?: 'Input', more: object = {}): Promise<SessionId> =>
  rig.session({ ...(record === undefined ? {} : { record }), ...more }, [
    draft('input', 'su\r'),
    ...(record === undefined ? [draft('output', 'su\r\nPassword: ')] : []),
    draft('input', 'hunter2\r'),
    endDraft(),
  ])

const reads = () => rig.journal().filter(({ type }) => type === 'read')

async function records(user: string, id: SessionId, query = ''): Promise<readonly ReadRecord[]> {
  const reader = await rig.open(`${sessionsPath('default', id, 'log')}?format=records${query}`, user)
  await reader.end()
  const items = new ContentDecoder().push(Buffer.concat(reader.bytes))
  expect(items.at(-1)?.type).toBe('end')
  return items.flatMap((item) => (item.type === 'record' ? [item.record] : []))
}

test('a recording is given as text, as JSON lines, as records and as a cast', async () => {
  const id = await rig.session({}, [draft('input', 'id\r'), draft('output', '\x1b[31muid=0\r\n'), endDraft()])
  const text = await rig.log('root', id)
  expect(text.headers['content-type']).toBe('text/plain; charset=utf-8')
  expect(text.text.trimEnd().split('\n')).toHaveLength(4)
  expect(text.text).toContain('output        "\\e[31muid=0\\r\\n"')
  expect((await rig.log('root', id, '?format=text')).text).toBe(text.text)
  const json = (await rig.log('root', id, '?format=json&fromSeq=1')).text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line))
  expect(json.map(({ seq, kind }) => [seq, kind])).toEqual([
    [1, 'input'],
    [2, 'output'],
    [3, 'end'],
  ])
  expect(await records('root', id)).toEqual(rig.server.log.of(id))
  expect(JSON.parse((await rig.log('root', id, '?format=asciicast-v2')).text.split('\n')[0]!)).toMatchObject({
    version: 2,
  })
  expect(JSON.parse((await rig.log('root', id, '?format=asciicast-v3')).text.split('\n')[0]!)).toMatchObject({
    version: 3,
  })
})

test.each([
  '?format=html',
  '?follow=true&format=commands',
  '?fromSeq=-1',
  '?fromSeq=x',
  '?format=text&format=json',
  '?secrets=true',
  '?fromSeq=1&format=asciicast-v2',
])('%s is refused, and no read is on record', async (query) => {
  const id = await rig.session()
  const answer = await rig.log('alice', id, query)
  expect([answer.status, answer.json().reason]).toEqual([400, 'BadRequest'])
  expect(reads()).toEqual([])
})

describe('each read is on record', () => {
  test('with who, which session, what and how, before its first byte', async () => {
    const id = await rig.session()
    const path = `${sessionsPath('default', id, 'log')}?format=json`
    const release = rig.server.log.hold()
    const answered = rig.open(path, 'carol', { 'audit-id': 'from-the-api-server' })
    let answeredYet = false
    void answered.then(() => {
      answeredYet = true
    })
    while (!rig.reviews.some(({ attributes }) => attributes.subresource === 'secrets')) await new Promise(setImmediate)
    for (let turn = 0; turn < 50; turn += 1) await new Promise(setImmediate)
    expect(answeredYet).toBe(false)
    release()
    await (await answered).end()
    expect(reads()).toMatchObject([
      {
        user: { username: 'carol', uid: 'uid-carol' },
        authentication: 'request-header',
        auditId: 'from-the-api-server',
        session: id,
        format: 'json',
        follow: false,
        secrets: false,
      },
    ])
  })

  test('of one’s own sessions too, and of the command list', async () => {
    const id = await rig.session()
    await rig.log('alice', id, '?format=commands')
    expect(reads()).toMatchObject([{ user: { username: 'alice' }, session: id, format: 'commands' }])
  })

  test('a refused one is none', async () => {
    const id = await rig.session()
    await Promise.all([rig.log('bob', id), rig.log('carol', newId())])
    expect(reads()).toEqual([])
  })

  test('or nothing is shown: a disk that takes no record lets nobody read', async () => {
    const id = await rig.session()
    rig.server.log.refuse(() => logFault('KAE_LOG_DISK_FULL'))
    for (const query of ['', '?format=commands', '?follow=true']) {
      const answer = await rig.log('alice', id, query)
      expect([answer.status, answer.json()]).toMatchObject([
        503,
        { details: { causes: [{ reason: 'KAE_READ_UNRECORDED' }] } },
      ])
    }
    const search = await rig.search('alice', '?text=x')
    expect(search.status).toBe(503)
    expect((await rig.list('alice')).status).toBe(200)
  })

  test('on a full disk out of the reserve, of which reads take a small part at most', async () => {
    const id = await rig.session()
    rig.server.log.refuse((_drafts, { reserve }) => (reserve === true ? undefined : logFault('KAE_LOG_DISK_FULL')))
    let shown = 0
    while ((await rig.log('alice', id, '?format=commands')).status === 200) shown += 1
    const bytes = rig.journal().reduce((sum, event) => sum + JSON.stringify(event).length, 0)
    expect(shown).toBeGreaterThan(10)
    expect(bytes).toBeLessThan(70 * 1024)
    rig.server.log.refuse(undefined)
    expect((await rig.log('alice', id)).status).toBe(200)
  })

  test('a search with what was asked, and the sessions that it found', async () => {
    const id = await rig.session()
    rig.library.lists.set(id, [{ type: 'command', source: 'seen', line: 'id', doubts: [], elapsed: 1, seq: 1 }])
    await rig.search('carol', '?text=id&output=true&pod=web-0')
    expect(rig.journal().at(-1)).toMatchObject({
      type: 'search',
      user: { username: 'carol' },
      search: { pattern: { type: 'text', text: 'id' }, output: true, sessions: { pod: 'web-0', namespace: 'default' } },
      hits: [],
    })
    const shown = await rig.session({}, [draft('output', 'id'), endDraft()])
    rig.library.lists.set(shown, [{ type: 'command', source: 'seen', line: 'id', doubts: [], elapsed: 1, seq: 1 }])
    await rig.search('carol', '?text=id')
    expect(rig.journal().at(-1)).toMatchObject({ type: 'search', hits: [shown] })
  })
})

describe('input that may be secret', () => {
  test('is withheld where no output was recorded, since nothing tells what was echoed', async () => {
    const id = await withPassword('Input')
    for (const format of ['text', 'json', 'records', 'asciicast-v2']) {
      const { text } = await rig.log('carol', id, `?format=${format}`)
      expect(text).not.toContain('hunter2')
      expect(text).not.toContain(Buffer.from('hunter2\r').toString('base64'))
    }
    expect((await rig.log('carol', id)).text).toContain('input         withheld, 8 bytes')
    expect((await records('carol', id)).map(({ kind }) => kind)).toEqual(['open', 'withheld', 'withheld', 'end'])
    expect((await rig.log('root', id)).text).toContain('hunter2')
  })

  test('is withheld from its own user as well: whoever has their token now may not be them', async () => {
    const id = await withPassword('Input')
    expect((await rig.log('alice', id)).text).not.toContain('hunter2')
  })

  test('is withheld while the session runs, followed or not', async () => {
    const id = await rig.session({}, [draft('output', '# '), draft('input', 'hunter2\r')])
    expect((await rig.log('carol', id)).text).not.toContain('hunter2')
    const follower = await rig.open(`${sessionsPath('default', id, 'log')}?follow=true`, 'carol')
    await follower.until((text) => text.includes('withheld, 8 bytes'))
    await rig.server.log.append(id, [endDraft()])
    expect(await follower.end()).toBe('whole')
    expect(follower.text).not.toContain('hunter2')
  })

  test('stands in no command list of such a session, and is found by no search', async () => {
    const id = await withPassword('Input')
    rig.library.lists.set(id, [
      { type: 'command', source: 'exec', line: 'sh -l', doubts: [], elapsed: 0, seq: 0 },
      { type: 'command', source: 'typed', line: 'hunter2', doubts: [], elapsed: 1, seq: 2 },
    ])
    const list = (await rig.log('carol', id, '?format=commands')).json()
    expect(list).toMatchObject({ items: [{ line: 'sh -l' }, { type: 'hidden', seq: 2 }] })
    expect((await rig.search('carol', '?text=hunter')).json().items).toEqual([])
    expect((await rig.search('root', '?text=hunter')).json().items).toHaveLength(1)
    expect((await rig.log('root', id, '?format=commands')).text).toContain('hunter2')
  })

  test('is given to whoever may see secrets, and the record of the read says so', async () => {
    const id = await withPassword()
    expect((await rig.log('root', id)).text).toContain('hunter2')
    expect(reads()).toMatchObject([{ user: { username: 'root' }, secrets: true }])
  })

  test('is not hidden without a terminal: what is piped in is data', async () => {
    const id = await withPassword('Input', { target: { tty: false } })
    expect((await rig.log('carol', id)).text).toContain('hunter2')
  })
})

describe('following', () => {
  const follow = (id: SessionId, user = 'alice', format = 'text') =>
    rig.open(`${sessionsPath('default', id, 'log')}?follow=true&format=${format}`, user)

  test('gives each record at once, and ends with the session', async () => {
    const id = await rig.session({}, [])
    const reader = await follow(id)
    await reader.until((text) => text.includes('open'))
    await rig.server.log.append(id, [draft('output', 'tick')])
    await reader.until((text) => text.includes('tick'))
    await rig.server.log.append(id, [endDraft()])
    expect(await reader.end()).toBe('whole')
    expect(reader.text).toContain('exited with 0')
  })

  test('a stream that the server breaks off does not look whole', async () => {
    const id = await rig.session({}, [])
    const [text, whole] = [await follow(id), await follow(id, 'alice', 'records')]
    await Promise.all([text.until((seen) => seen.includes('open')), whole.until((seen) => seen !== '')])
    await rig.server.server.close()
    expect(await text.end()).toBe('cut')
    await whole.end()
    expect(new ContentDecoder().push(Buffer.concat(whole.bytes)).some(({ type }) => type === 'end')).toBe(false)
  })

  test('a reader that takes nothing is let go, and nobody waits for it', async () => {
    const id = await rig.session({}, [])
    const reader = await follow(id)
    await reader.until((text) => text.includes('open'))
    reader.response.pause()
    const payload = Buffer.alloc(60_000, 'x')
    for (let written = 0; written < 20_000_000; written += payload.length)
      await rig.server.log.append(id, [draft('output', payload)])
    // The third of three places is free again only when the first reader was let go.
    const others = [await follow(id), await follow(id)]
    while ((await follow(id)).response.statusCode !== 200) await new Promise((resolve) => setTimeout(resolve, 20))
    expect(await others[0]!.until((text) => text.length > 1_000_000)).toBeTruthy()
    for (const other of others) other.leave()
    reader.leave()
  })

  test('no user has more readers than they may, and all together no more either', async () => {
    const id = await rig.session({}, [])
    const readers = [await follow(id), await follow(id), await follow(id)]
    const fourth = await follow(id)
    expect(fourth.response.statusCode).toBe(429)
    readers.push(await follow(id, 'carol'))
    expect((await follow(id, 'root')).response.statusCode).toBe(429)
    for (const reader of readers) reader.leave()
    while ((await follow(id)).response.statusCode !== 200) await new Promise((resolve) => setTimeout(resolve, 20))
  })
})
