import { createHash } from 'node:crypto'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { openFileLog } from '../../../server-min/log/file-log.ts'
import { LogTail, oneRoom } from '../../../server-min/log/log-tail.ts'
import { nodeStorage } from '../../../server-min/log/node-storage.ts'
import type { Room } from '../../../server-min/log/scanner.ts'
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
