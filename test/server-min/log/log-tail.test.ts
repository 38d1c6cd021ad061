import { createHash } from 'node:crypto'
import { copyFile, mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openFileLog } from '../../../server-min/log/file-log.ts'
import { type LogEnd, type LogPosition, LogTail, oneRoom } from '../../../server-min/log/log-tail.ts'
import { nodeStorage } from '../../../server-min/log/node-storage.ts'
import type { Room } from '../../../server-min/log/scanner.ts'
import { segmentNames } from '../../../server-min/log/segment-header.ts'
import { draft, freshSession } from './drafts.ts'
import { type TemporaryFolder, temporaryFolder } from './file-place.ts'

const KIB = 1024
const LONGEST_BATCH_BYTES = 2 * 1024 * KIB

let temporary: TemporaryFolder
let folder: string

beforeEach(async () => {
  temporary = await temporaryFolder()
  folder = join(temporary.path, 'log')
})
afterEach(() => temporary[Symbol.asyncDispose]())

/** Batches of one record to more than what is read at once, over several segments; no two payloads are alike. */
async function writeLog(): Promise<void> {
  const log = await openFileLog({
    folder,
    now: Date.now,
    segmentBytes: 8 * KIB * KIB,
    reserveBytes: 4096,
    lowWaterBytes: 1,
  })
  const id = freshSession()
  await log.append(id, [draft('open', '{}')])
  const sizes = [1, 40, 3, 57, 64, 2, 17]
  for (const [turn, records] of sizes.entries())
    await log.append(
      id,
      Array.from({ length: records }, (_, at) => draft('input', Buffer.alloc((1 + (at % 60)) * KIB, `${turn}:${at} `))),
    )
  await log.close()
}

async function entriesBy(room?: Room): Promise<string[]> {
  const found: string[] = []
  await using tail = new LogTail({ storage: nodeStorage, folder }, room === undefined ? {} : { room })
  for (let located = await tail.next(); located !== undefined; located = await tail.next())
    for (const { mark, entries } of located.batches)
      found.push(
        ...entries.map(({ offset, entry }) => `${located.segment} ${offset} ${digest(entry)}`),
        digest(Buffer.from(mark)),
      )
  return found
}

const digest = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex')

it('reads the same in one room as in fresh ones, also where a batch is longer than what is read at once', async () => {
  await writeLog()
  const fresh = await entriesBy()
  expect(new Set(fresh).size).toBe(1 + 184 + 8)
  expect(await entriesBy(oneRoom())).toEqual(fresh)
})

it('grows its one room to what it reads at once behind the longest batch, and to twice that at most', async () => {
  await writeLog()
  const rooms: number[] = []
  const room = oneRoom()
  await entriesBy((bytes) => {
    const given = room(bytes)
    rooms.push(given.length)
    return given
  })
  expect(rooms).toEqual(rooms.toSorted((one, other) => one - other))
  expect(rooms.at(-1)).toBeLessThanOrEqual(2 * (LONGEST_BATCH_BYTES + 1024 * KIB))
})

describe('A tail', () => {
  const small = { lowWaterBytes: 1, segmentBytes: 8 * KIB, reserveBytes: 1024, lock: false } as const
  const openLog = (at = folder) => openFileLog({ ...small, folder: at, now: Date.now })
  const openTail = (position?: LogPosition) =>
    new LogTail({ storage: nodeStorage, folder }, position === undefined ? {} : { position })

  /** A log of several segments, closed, and its session. */
  async function closedLog(at = folder): Promise<void> {
    const log = await openLog(at)
    const id = freshSession()
    await log.append(id, [draft('open', '{}')])
    for (let turn = 0; turn < 30; turn += 1) await log.append(id, [draft('input', Buffer.alloc(KIB, `${turn}`))])
    await log.close()
  }

  async function payloadsOf(tail: LogTail, until?: LogEnd): Promise<string[]> {
    const found: string[] = []
    for (let located = await tail.next(until); located !== undefined; located = await tail.next(until))
      for (const { entries } of located.batches) found.push(...entries.map(({ entry }) => digest(entry)))
    return found
  }

  it('goes on from any place where another one stopped, with nothing left out and nothing twice', async () => {
    await closedLog()
    await using whole = openTail()
    const all = await payloadsOf(whole)
    expect(all).toHaveLength(31)
    await using first = openTail()
    const before: string[] = []
    for (let located = await first.next(); located !== undefined; located = await first.next()) {
      for (const { entries } of located.batches) before.push(...entries.map(({ entry }) => digest(entry)))
      await using rest = openTail(first.position)
      expect([...before, ...(await payloadsOf(rest))]).toEqual(all)
    }
  })

  it('reads no further than it is told, though more is on the disk', async () => {
    await closedLog()
    await using reader = openTail()
    const located = await reader.next()
    const [batch] = located?.batches ?? []
    if (located === undefined || batch === undefined) throw new Error('a log has a batch')
    await using bounded = openTail()
    expect(await payloadsOf(bounded, { segment: located.segment, end: batch.end.offset })).toHaveLength(
      batch.entries.length,
    )
  })

  it('finds a log that is made later, and what is appended later', async () => {
    await mkdir(folder, { mode: 0o700 })
    await using tail = openTail()
    expect([await tail.next(), tail.position, tail.logId]).toEqual([undefined, undefined, undefined])
    const log = await openLog()
    const id = freshSession()
    await log.append(id, [draft('open', '{}')])
    expect(await payloadsOf(tail)).toHaveLength(1)
    expect(await payloadsOf(tail)).toHaveLength(0)
    await log.append(id, [draft('input'), draft('end', '{}')])
    expect(await payloadsOf(tail)).toHaveLength(2)
    expect(tail.logId?.length).toBe(16)
    await log.close()
  })

  it('does not go on into a segment of another log that stands in its way', async () => {
    await closedLog()
    const other = join(temporary.path, 'other')
    await closedLog(other)
    const [, second = ''] = segmentNames(await readdir(folder))
    const [, theirs = ''] = segmentNames(await readdir(other))
    await using whole = openTail()
    const all = await payloadsOf(whole)
    await copyFile(join(other, theirs), join(folder, second))
    await using tail = openTail()
    const found = await payloadsOf(tail)
    expect(found.length).toBeGreaterThan(0)
    expect(found.length).toBeLessThan(all.length)
    expect(all.slice(0, found.length)).toEqual(found)
  })

  it('waits at a segment whose header is not all there yet', async () => {
    await closedLog()
    const [first = ''] = segmentNames(await readdir(folder))
    const path = join(folder, first)
    const bytes = await readFile(path)
    await writeFile(path, bytes.subarray(0, 10))
    await using tail = openTail()
    expect(await tail.next()).toBeUndefined()
    await writeFile(path, bytes)
    expect(await payloadsOf(tail)).toHaveLength(31)
  })
})
