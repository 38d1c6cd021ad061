import { expect, test } from 'vitest'
import { openLogLibrary } from '../../../server-min/library/open-library.ts'
import type { SessionStatus } from '../../../src/protocol/session-object.ts'
import { draftOf, endOf, freshId, makePlace, openingOf, openLog } from './rig.ts'

/** The status of a session with this end record. */
async function statusOf(end: object, output: readonly string[] = []): Promise<SessionStatus> {
  await using place = await makePlace()
  const log = await openLog(place.folder)
  const id = freshId()
  const drafts = output.map((text) => draftOf('output', text))
  await log.append(id, [draftOf('open', openingOf({})), ...drafts, draftOf('end', end)])
  await log.close()
  await using library = await openLogLibrary({ place: 'here', folders: [place.folder] })
  return (await library.get(id)).status
}

const SHA = 'a'.repeat(64)

test('who ended a session is said', async () => {
  expect(await statusOf({ ...endOf(), reason: 'terminated', by: 'root', message: 'enough' })).toMatchObject({
    reason: 'terminated',
    by: 'root',
    message: 'enough',
  })
  expect(await statusOf(endOf())).not.toHaveProperty('by')
})

test('output that was counted and hashed alone is said, and output that is on record is not said twice', async () => {
  const output = { bytes: 1311, sha256: SHA }
  const counted = await statusOf({ ...endOf(), output, errorOutput: { bytes: 0, sha256: SHA } })
  expect(counted).toMatchObject({ outputBytes: 0, digests: { output } })
  expect(counted.digests).not.toHaveProperty('errorOutput')
  expect(await statusOf({ ...endOf(), output: { bytes: 3, sha256: SHA } }, ['abc'])).not.toHaveProperty('digests')
})

test('an end record from anywhere hides no session', async () => {
  const odd = await statusOf({ ...endOf(), by: 5, output: { bytes: 7, sha256: ['x'] } })
  expect(odd).toMatchObject({ phase: 'Ended', digests: { output: { bytes: 7 } } })
  expect(odd).not.toHaveProperty('by')
})
