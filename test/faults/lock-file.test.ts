import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { openFileLog } from '../../server-min/log/file-log.ts'

test('A lock that cannot be taken since its file is broken is not called another process', async () => {
  const place = mkdtempSync(join(tmpdir(), 'lock-'))
  const folder = join(place, 'log')
  mkdirSync(folder, { mode: 0o700 })
  writeFileSync(join(folder, 'lock.db'), Buffer.alloc(4096, 'no database'))
  const opening = openFileLog({ folder, now: Date.now, lowWaterBytes: 1 })
  await expect(opening).rejects.toMatchObject({
    code: 'KAE_LOG_FOLDER_UNUSABLE',
    message: expect.stringContaining('lock.db'),
  })
  writeFileSync(join(folder, 'lock.db'), '')
  await (await openFileLog({ folder, now: Date.now, lowWaterBytes: 1 })).close()
  rmSync(place, { recursive: true })
})
