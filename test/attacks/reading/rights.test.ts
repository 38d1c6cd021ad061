/** Rights that reach further than they should: what a filter tells, what goes on after it was forbidden, what is not on record. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { openLogLibrary } from '../../../server-min/library/open-library.ts'
import { commandsPath, sessionsPath } from '../../../src/protocol/api.ts'
import type { SessionId } from '../../../src/protocol/session-id.ts'
import { as, ReadingRig } from '../../server-min/api/reading/rig.ts'
import { collect, draftOf, endOf, freshId, makePlace, openingOf, openLog } from '../../server-min/library/rig.ts'
import { draft, endDraft } from '../../server-min/rig/client.ts'

const PASSWORD = 'hunter2'

let rig: ReadingRig
let typed: SessionId

beforeEach(async () => {
  rig = await ReadingRig.start({ readAgainMs: 5 })
  rig.grants.add('carol audit sessions *').add('carol audit sessions/log *')
  rig.grants.add('dora audit sessions *').add('dora audit sessions/log *').add('dora get sessions/secrets *')
  typed = await rig.session({ target: { tty: true }, record: 'Input' }, [draft('input', `${PASSWORD}\r`), endDraft()])
  rig.library.lists.set(typed, [{ type: 'command', source: 'typed', line: PASSWORD, doubts: [], elapsed: 1, seq: 1 }])
})
afterEach(() => rig[Symbol.asyncDispose]())

describe('which sessions contain a text tells nothing of what was only typed', () => {
  test.each(['carol', 'alice'])('not letter by letter to %s, who may not see secrets', async (user) => {
    for (const guess of ['h', 'hu', PASSWORD]) {
      expect(await rig.names(user, `?command=${guess}`)).toEqual([])
      expect((await rig.search(user, `?text=${guess}&command=${guess}&output=true`)).json().items).toEqual([])
    }
    expect(await rig.names('dora', '?command=hunt')).toEqual([typed])
  })

  test('not by how long a library looks: it is not asked for them', async () => {
    await using place = await makePlace()
    const id = freshId()
    const log = await openLog(place.folder)
    const opening = openingOf({ tty: true, command: ['bash'] })
    const policy = { ...opening.policy, record: 'Input' }
    const keys = draftOf('input', `${PASSWORD}\r`)
    await log.append(id, [draftOf('open', { ...opening, policy }), keys, draftOf('end', endOf())])
    await log.close()
    await using library = await openLogLibrary({ place: 'here', folders: [place.folder] })
    const found = (sessions: object) =>
      collect(library.search({ pattern: { type: 'regex', source: 'hunter' }, output: true, sessions, limit: 9 }))
    expect(await found({})).toHaveLength(1)
    expect(await found({ echoed: true })).toEqual([])
    expect((await library.list({ command: 'hunt', echoed: true }, { limit: 9 })).items).toEqual([])
  })
})

/** Resolves when the server has looked so often whether somebody still may. */
async function askedAgain(times: number): Promise<void> {
  const { library } = rig
  const get = library.get.bind(library)
  await new Promise<void>((resolve) => {
    let left = times
    library.get = (id) => {
      left -= 1
      if (left === 0) resolve()
      return get(id)
    }
  })
}

describe('whoever may not begin to read may not go on', () => {
  test('to know what was typed unseen, when that right alone was taken away', async () => {
    const live = await rig.session({ target: { tty: true } }, [draft('input', 'first\r')])
    const reader = await rig.open(`${sessionsPath('default', live, 'log')}?follow=true`, 'dora')
    await reader.until((text) => text.includes('first'))
    rig.grants.delete('dora get sessions/secrets *')
    expect(await reader.end()).toBe('cut')
    await rig.server.log.append(live, [draft('input', `${PASSWORD}\r`)])
    expect(reader.text).not.toContain(PASSWORD)
  })

  test('a stream that has words for it says why', async () => {
    const live = await rig.session({}, [draft('input', 'first\r')])
    const reader = await rig.open(`${sessionsPath('default', live, 'log')}?follow=true&format=records`, 'carol')
    rig.grants.clear()
    expect(await reader.end()).toBe('whole')
    expect(reader.text).toContain('KAE_READ_REVOKED')
  })

  test('to watch others’ sessions', async () => {
    const reader = await rig.open(`${sessionsPath('default')}?watch=true`, 'carol')
    await reader.until((text) => text.includes(typed))
    rig.grants.clear()
    await reader.end()
    expect(reader.text).toContain('"code":403')
    const later = await rig.session()
    expect(reader.text).not.toContain(later)
  })

  test('but whoever still may goes on', async () => {
    const live = await rig.session({ target: { tty: false } }, [draft('input', 'first\r')])
    const reader = await rig.open(`${sessionsPath('default', live, 'log')}?follow=true`, 'carol')
    await reader.until((text) => text.includes('first'))
    await askedAgain(3)
    await rig.server.log.append(live, [draft('input', 'second\r'), endDraft()])
    await reader.until((text) => text.includes('second'))
    expect(await reader.end()).toBe('whole')
  })
})

describe('every question about content is on record', () => {
  test('also one that fails: how it fails can tell as much', async () => {
    rig.library.search = async function* () {
      yield await Promise.reject(new Error('too slow'))
    }
    expect((await rig.search('carol', '?regex=(a*)*b')).status).toBe(500)
    expect(rig.journal().at(-1)).toMatchObject({ type: 'search', user: { username: 'carol' }, hits: [] })
  })

  test('and one whose reader hung up before the answer', async () => {
    const before = rig.journal().length
    const reader = await rig.open(sessionsPath('default', typed, 'log'), 'carol')
    reader.leave()
    expect(rig.journal()).toHaveLength(before + 1)
  })

  test.each(['HEAD', 'OPTIONS', 'PUT', 'PATCH', 'DELETE', 'TRACE', 'PROPFIND'])(
    'no other method gives any: %s',
    async (method) => {
      const before = rig.journal().length
      for (const path of [sessionsPath('default', typed, 'log'), sessionsPath('default'), commandsPath('default')]) {
        const answer = await rig.ask(path, 'carol', { method, headers: as('carol') })
        expect(answer.status).toBeGreaterThanOrEqual(400)
        expect(answer.text).not.toContain(typed)
      }
      expect(rig.journal()).toHaveLength(before)
    },
  )
})
