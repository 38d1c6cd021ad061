/** What the end of a log costs to look at: bytes are counted where the operating system counts them. */
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, truncateSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { problemOf, stampOf } from '../../../../server-min/library/upkeep/log-end.ts'
import { type LogPosition, LogTail, oneRoom } from '../../../../server-min/log/log-tail.ts'
import { nodeStorage } from '../../../../server-min/log/node-storage.ts'
import { draftOf, openingOf } from '../../../rig/opening.ts'
import { freshId, openLog } from '../rig.ts'

const SEGMENT_BYTES = 64 * 1024 * 1024

/** A log that is just written: its last batch is half there, and its segment goes on for a long way behind it. */
interface HalfWritten {
  readonly log: Parameters<typeof problemOf>[0]
  readonly file: string
  readonly whole: Buffer
}

let home: string
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'kae-log-end-'))
})
afterEach(() => rmSync(home, { recursive: true, force: true }))

async function positions(folder: string): Promise<LogPosition[]> {
  await using tail = new LogTail({ storage: nodeStorage, folder })
  const found: LogPosition[] = []
  for (let located = await tail.next(); located !== undefined; located = await tail.next())
    for (const { start } of located.batches) found.push({ segment: located.segment, point: start })
  return found
}

async function halfWritten(): Promise<HalfWritten> {
  const [written, folder] = [join(home, 'written'), join(home, 'log')]
  const log = await openLog(written, { segmentBytes: SEGMENT_BYTES })
  const id = freshId()
  await log.append(id, [draftOf('open', openingOf())])
  await log.append(id, [draftOf('output', Buffer.alloc(60_000, 'x'))])
  await log.close()
  mkdirSync(folder)
  cpSync(written, folder, { recursive: true })
  const position = (await positions(folder)).at(-1)!
  const file = join(folder, position.segment)
  const whole = readFileSync(file)
  const half = Buffer.from(whole)
  half.fill(0, position.point.offset + 30_000)
  writeFileSync(file, half)
  truncateSync(file, SEGMENT_BYTES)
  const known = { key: 1, folder, logId: undefined, position, stamp: undefined, problem: undefined }
  return { log: known, file, whole }
}

/** Bytes that this process has read: see proc(5), /proc/PID/io. */
const bytesRead = (): number => Number(/^rchar: (\d+)$/m.exec(readFileSync('/proc/self/io', 'utf8'))?.[1])

async function costOf<Result>(work: () => Promise<Result>): Promise<{ readonly bytes: number; readonly came: Result }> {
  const before = bytesRead()
  const came = await work()
  return { bytes: bytesRead() - before, came }
}

describe.runIf(process.platform === 'linux')('a last batch that is half there', () => {
  test('and becomes whole is waited for, and what is behind it is not searched', async () => {
    const { log, file, whole } = await halfWritten()
    const { bytes, came } = await costOf(async () => {
      const problem = problemOf(log, oneRoom())
      writeFileSync(file, whole, { flag: 'r+' })
      return await problem
    })
    expect(came).toBeUndefined()
    expect(bytes).toBeLessThan(SEGMENT_BYTES / 8)
  })

  test('and stays so for long is searched for damage: what the test above must not see', async () => {
    const { log, file } = await halfWritten()
    utimesSync(file, new Date(0), new Date(0))
    const { bytes, came } = await costOf(() => problemOf(log, oneRoom()))
    expect(came).toBeUndefined()
    expect(bytes).toBeGreaterThan(SEGMENT_BYTES / 2)
  })

  test('has no stamp while it may change without showing it', async () => {
    const { log, file } = await halfWritten()
    expect(await stampOf(log)).toBeUndefined()
    utimesSync(file, new Date(1_000_000), new Date(1_000_000))
    expect(await stampOf(log)).toMatch(/^\d+,\d+,1000000$/)
  })
})
