/** Nobody hides a session from its auditors by what they write into it, and none takes the others with it. */
import { expect, test } from 'vitest'
import { openLogLibrary } from '../../../server-min/library/open-library.ts'
import type { SessionOpening } from '../../../src/protocol/session.ts'
import { collect, draftOf, endOf, freshId, makePlace, openingOf, openLog } from '../../server-min/library/rig.ts'

const { target, ...plain } = openingOf({})

const WRITTEN: Readonly<Record<string, object>> = {
  'half a surrogate pair in the reason': { ...plain, target, reason: 'a\ud800b' },
  'half a surrogate pair in the command': { ...plain, target: { ...target, command: ['\udfff'] } },
  'half a surrogate pair in names': { ...plain, target: { ...target, namespace: '\ud800', pod: '\ud801' } },
  'a NUL in names and reason': { ...plain, target: { ...target, container: 'a\0b' }, reason: '\0b' },
  'a user of another shape': { ...plain, target, user: { username: '\ud800', groups: 7, extra: null } },
  'a prototype': { ...plain, target, client: JSON.parse('{"__proto__":{"name":1}}') as unknown },
  'a terminal that is a word': { ...plain, target: { ...target, tty: 'yes' } },
}

async function check(opening: object | SessionOpening, now: () => number = Date.now): Promise<void> {
  await using place = await makePlace()
  const id = freshId()
  const before = freshId()
  const log = await openLog(place.folder, { now })
  await log.append(before, [draftOf('open', openingOf({ user: 'before' })), draftOf('end', endOf())])
  await log.append(id, [draftOf('open', opening), draftOf('end', endOf())])
  await log.close()
  await using library = await openLogLibrary({ place: 'here', folders: [place.folder], indexFile: place.indexFile })
  const { items } = await library.list({}, { limit: 10 })
  expect(items.map(({ metadata }) => metadata.name).sort()).toEqual([id, before].sort())
  for (const each of [id, before]) {
    expect((await library.get(each)).metadata.name).toBe(each)
    expect(await collect(library.records(each))).toHaveLength(2)
  }
}

test.each(Object.entries(WRITTEN))('a session with %s is found and read', async (_, opening) => {
  await check(opening)
})

test.each([
  ['2045', Date.parse('2045-01-01')],
  ['9999', Date.parse('9999-01-01')],
  ['no calendar', 9e15],
])('a clock in the year %s hides nothing', async (_, now) => {
  await check(openingOf({}), () => now)
})
