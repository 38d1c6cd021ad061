import { chmod, chown, mkdir, readdir, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { openFileLog } from '../../../server-min/log/file-log.ts'
import { readLogFolder, verifyLogFolder } from '../../../server-min/log/reader.ts'
import { collect, recordsOf } from '../../contracts/append-log.ts'
import { draft, freshSession } from './drafts.ts'
import { temporaryFolder } from './file-place.ts'
import { startHolder } from './holding.ts'

const open = (folder: string, more: object = {}) => openFileLog({ folder, now: Date.now, lowWaterBytes: 1, ...more })

describe('The folder of a log', () => {
  it('is made for its owner alone, with files for their owner alone', async () => {
    await using temporary = await temporaryFolder()
    const folder = join(temporary.path, 'a', 'log')
    const log = await open(folder)
    expect((await stat(folder)).mode & 0o777).toBe(0o700)
    for (const file of await readdir(folder)) expect((await stat(join(folder, file))).mode & 0o777, file).toBe(0o600)
    await log.close()
  })

  it.each([0o770, 0o707, 0o1777])(
    'is refused with mode %o, since others could rewrite the record there',
    async (mode) => {
      await using temporary = await temporaryFolder()
      const folder = join(temporary.path, 'log')
      await mkdir(folder)
      await chmod(folder, mode)
      await expect(open(folder)).rejects.toMatchObject({ code: 'KAE_LOG_FOLDER_UNSAFE' })
      expect(await readdir(folder)).toEqual([])
    },
  )

  it.skipIf(process.getuid?.() !== 0)(
    'is refused where it is somebody else’s, who could give rights on it',
    async () => {
      await using temporary = await temporaryFolder()
      const folder = join(temporary.path, 'log')
      await mkdir(folder, { mode: 0o700 })
      await chown(folder, 12345, 12345)
      await expect(open(folder)).rejects.toMatchObject({
        code: 'KAE_LOG_FOLDER_UNSAFE',
        message: expect.stringContaining('belongs to user 12345'),
      })
      expect(await readdir(folder)).toEqual([])
    },
  )

  it('must be there and hold a log where it is not to be made', async () => {
    await using temporary = await temporaryFolder()
    const folder = join(temporary.path, 'log')
    await expect(open(folder, { create: false })).rejects.toMatchObject({ code: 'KAE_LOG_MISSING' })
    await mkdir(folder, { mode: 0o700 })
    await expect(open(folder, { create: false })).rejects.toMatchObject({ code: 'KAE_LOG_MISSING' })
    await expect(collect(readLogFolder(folder))).rejects.toMatchObject({ code: 'KAE_LOG_MISSING' })
    await expect(verifyLogFolder(join(folder, 'none'))).rejects.toMatchObject({ code: 'KAE_LOG_MISSING' })
  })

  it('is named where it cannot be used: it is a file', async () => {
    await using temporary = await temporaryFolder()
    const file = join(temporary.path, 'file')
    await writeFile(file, '')
    for (const folder of [file, join(file, 'log')])
      await expect(open(folder)).rejects.toMatchObject({
        code: 'KAE_LOG_FOLDER_UNUSABLE',
        message: expect.stringContaining(folder),
      })
    await expect(verifyLogFolder(file)).rejects.toMatchObject({ code: 'KAE_LOG_FOLDER_UNUSABLE' })
  })

  it('has one holder in a process, and is free again after its close', async () => {
    await using temporary = await temporaryFolder()
    const folder = join(temporary.path, 'log')
    const log = await open(folder)
    const second = await open(folder).catch((error: Error) => error)
    expect(second).toMatchObject({ code: 'KAE_LOG_LOCKED', message: expect.stringContaining(folder) })
    await log.close()
    await (await open(folder)).close()
  })

  it('is held against other processes until its own is killed, and then has all that it acknowledged', async () => {
    await using temporary = await temporaryFolder()
    const folder = join(temporary.path, 'log')
    const holder = await startHolder(folder)
    await expect(open(folder)).rejects.toMatchObject({ code: 'KAE_LOG_LOCKED' })
    // A reader needs no lock, and a writer at work is no damage.
    expect((await collect(readLogFolder(folder))).length).toBeGreaterThan(0)
    expect(await verifyLogFolder(folder)).toMatchObject({ type: 'intact', unended: 1 })
    await holder.kill()
    const log = await open(folder)
    expect(log.unended.map(({ id }) => id)).toEqual([holder.session])
    await log.close()
  })

  it('takes nothing more after a close, and says so by its code', async () => {
    await using temporary = await temporaryFolder()
    const log = await open(join(temporary.path, 'log'))
    const session = freshSession()
    await log.append(session, [draft('open')])
    const [last, closed] = [log.append(session, [draft('input')]), log.close()]
    const late = log.append(session, [draft('input')])
    await expect(late).rejects.toMatchObject({ code: 'KAE_LOG_CLOSED', http: 503 })
    expect(await last).toMatchObject({ lastSeq: 1 })
    await closed
    await expect(log.append(session, [draft('input')])).rejects.toMatchObject({ code: 'KAE_LOG_CLOSED' })
    expect(await verifyLogFolder(join(temporary.path, 'log'))).toMatchObject({ type: 'intact', records: 2 })
  })

  it('has no zeros behind its last record after a close', async () => {
    await using temporary = await temporaryFolder()
    const folder = join(temporary.path, 'log')
    const log = await open(folder, { lock: false })
    const session = freshSession()
    await log.append(session, [draft('open'), draft('end')])
    await log.close()
    const [segment] = await readdir(folder)
    expect((await stat(join(folder, segment!))).size).toBeLessThan(1024)
    const again = await open(folder, { lock: false })
    expect(await recordsOf(again, session)).toHaveLength(2)
    await again.close()
  })
})
