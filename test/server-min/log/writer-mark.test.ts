import { cp, mkdir, readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it, vi } from 'vitest'
import { openFileLog } from '../../../server-min/log/file-log.ts'
import { isWritten } from '../../../server-min/log/writer-mark.ts'
import { draft, freshSession } from './drafts.ts'
import { temporaryFolder } from './file-place.ts'
import { startHolder } from './holding.ts'

/** A local session's log, which has no lock, while it runs. */
async function running(path: string) {
  const folder = join(path, 'log')
  const log = await openFileLog({ folder, now: Date.now, lowWaterBytes: 1, lock: false })
  await log.append(freshSession(), [draft('open')])
  await vi.waitFor(async () => expect(await isWritten(folder)).toBe(true), 5000)
  return { folder, log }
}

describe('A log without a lock', () => {
  it('is written as long as it is open, and not after its close', async () => {
    await using temporary = await temporaryFolder()
    const { folder, log } = await running(temporary.path)
    await log.close()
    expect(await isWritten(folder)).toBe(false)
  })

  it('is not written in a copy', async () => {
    await using temporary = await temporaryFolder()
    const { folder, log } = await running(temporary.path)
    const copy = join(temporary.path, 'copy')
    await cp(folder, copy, { recursive: true })
    expect(await isWritten(copy)).toBe(false)
    await log.close()
  })

  it.each([
    ['is empty', ''],
    ['is no JSON', '{'],
    ['is null', 'null'],
    ['names no process', '{}'],
    ['names every process', '{"pid":-1,"inode":INODE}'],
    ['names its own group', '{"pid":0,"inode":INODE}'],
    ['names a process by a text', '{"pid":"1","inode":INODE}'],
    ['names another program that runs', '{"pid":1,"inode":INODE}'],
    ['names a number that no process has', '{"pid":99999999,"inode":INODE}'],
  ])('is not written where its mark %s', async (_, text) => {
    await using temporary = await temporaryFolder()
    const mark = join(temporary.path, 'writer.json')
    await writeFile(mark, '')
    await writeFile(mark, text.replace('INODE', String((await stat(mark)).ino)))
    expect(await isWritten(temporary.path)).toBe(false)
  })

  it('is not written by a program of the same number that has no segment of it open', async () => {
    await using temporary = await temporaryFolder()
    const { folder, log } = await running(temporary.path)
    const other = join(temporary.path, 'other')
    await mkdir(other)
    const mark = join(other, 'writer.json')
    await writeFile(mark, '')
    const { pid } = JSON.parse(await readFile(join(folder, 'writer.json'), 'utf8')) as { pid: number }
    await writeFile(mark, JSON.stringify({ pid, inode: (await stat(mark)).ino }))
    expect(await isWritten(other)).toBe(false)
    await log.close()
  })

  it('is not written where there is no folder', async () => expect(await isWritten('/nowhere')).toBe(false))
})

describe('A log with a lock', () => {
  it('is written until the process that holds it is killed', async () => {
    await using temporary = await temporaryFolder()
    const folder = join(temporary.path, 'log')
    const holder = await startHolder(folder)
    expect(await isWritten(folder)).toBe(true)
    await holder.kill()
    expect(await isWritten(folder)).toBe(false)
  })
})
