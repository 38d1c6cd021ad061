/** Over the whole server: a log on the disk, its index in a thread, content in another. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { sessionsPath } from '../../../../src/protocol/api.ts'
import type { SessionId } from '../../../../src/protocol/session-id.ts'
import { draftOf, endOf, freshId, openingOf, openLog, record } from '../../library/rig.ts'
import { AS_ALICE, ServerRig } from '../../rig/server.ts'

const RECORDS = 200
let folder: string
let rig: ServerRig
let id: SessionId
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'kae-waypoints-'))
  const log = await openLog(join(folder, 'log'))
  id = await writeLarge(log)
  await log.close()
  rig = await ServerRig.start({ log: { folder: join(folder, 'log') } })
})
afterEach(async () => {
  await rig[Symbol.asyncDispose]()
  await rm(folder, { recursive: true })
})

/** 4 MB, of alice; one second a record. */
async function writeLarge(log: Awaited<ReturnType<typeof openLog>>): Promise<SessionId> {
  const session = freshId()
  const opening = openingOf({ tty: true, namespace: 'default' })
  await log.append(session, [draftOf('open', { ...opening, user: { ...opening.user, uid: 'uid-alice' } })])
  for (let seq = 1; seq <= RECORDS; seq += 1) {
    await log.append(session, [draftOf('output', `${seq}`.padEnd(20_000, '.'), seq * 1e6)])
    if (seq % 20 === 0) await record(log)
  }
  await log.append(session, [draftOf('end', endOf(), (RECORDS + 1) * 1e6)])
  return session
}

const logPath = (query: string): string => `${sessionsPath('default', id, 'log')}?format=${query}`

test('places inside a large session are told, and content from one of them on is whole', async () => {
  const { items } = (await rig.ask(logPath('waypoints'))).json() as { items: { seq: number; elapsed: number }[] }
  expect(items.length).toBe(3)
  for (const { seq, elapsed } of items) {
    expect(elapsed).toBe(seq * 1e6)
    const lines = (await rig.ask(logPath(`json&fromSeq=${seq}`))).text.trimEnd().split('\n')
    const seqs = lines.map((line) => (JSON.parse(line) as { seq: number }).seq)
    expect(seqs).toEqual(Array.from({ length: RECORDS + 2 - seq }, (_, index) => seq + index))
  }
})

test.each(['&fromSeq=1', '&follow=true'])(
  'they are a list, which is neither followed nor begun later: %s',
  async (more) => {
    expect((await rig.ask(logPath(`waypoints${more}`))).status).toBe(400)
  },
)

test('they are told to nobody who may not read the session', async () => {
  const headers = { ...AS_ALICE, 'X-Remote-User': 'mallory', 'X-Remote-Uid': 'uid-mallory' }
  const refused = await rig.ask(logPath('waypoints'), { headers })
  expect([403, 404]).toContain(refused.status)
  expect(refused.text).not.toContain('elapsed')
})
