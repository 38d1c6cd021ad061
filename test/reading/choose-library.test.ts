import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { NO_LINK } from '../../src/protocol/chain.ts'
import type { ReadRecord } from '../../src/protocol/read-record.ts'
import { chooseLibrary } from '../../src/reading/choose-library.ts'
import { writeLog } from '../player/rig/write-log.ts'
import { ID } from './rig.ts'

const END: ReadRecord = {
  kind: 'end',
  session: ID,
  seq: 1,
  time: 0,
  elapsed: 5,
  link: NO_LINK,
  salt: Buffer.alloc(16),
  payload: Buffer.from(
    JSON.stringify({ version: 1, reason: 'exited', exitCode: 0, input: { bytes: 0 }, durationMs: 5 }),
  ),
}

it('a copy that was never listed has its counts of lines at the first look', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'kube-audit-exec-copy-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  for (const name of ['one', 'two', 'three']) {
    mkdirSync(join(folder, name), { mode: 0o700 })
    await writeLog(join(folder, name), [END])
  }
  const surroundings = { env: { XDG_CACHE_HOME: join(folder, 'cache') }, version: '0', say: () => undefined }
  await using chosen = await chooseLibrary({ log: [folder] }, surroundings)
  await chosen.settled()
  const { items } = await chosen.library.list({}, { limit: 10 })
  expect(items.map(({ status }) => status.commands)).toEqual([0, 0, 0])
})
