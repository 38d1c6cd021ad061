/** What is behind the last whole batch that the index read of a log. */
import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { LogTail } from '../../log/log-tail.ts'
import { nodeStorage } from '../../log/node-storage.ts'
import { scanSegment } from '../../log/scan-folder.ts'
import type { Room } from '../../log/scanner.ts'
import { decodeSegmentHeader, SEGMENT_HEADER_BYTES, segmentName, segmentNames } from '../../log/segment-header.ts'
import type { KnownLog } from '../store/store-rows.ts'

/** A file that was changed so shortly ago may be changed again without showing it: clocks of file systems are coarse. */
const SETTLED_MS = 2_000
/** So long a batch may be half there before the log's end is looked at more closely. */
const HALF_WRITTEN_MS = [5, 10, 20, 40, 80] as const

/** Of the segment that was read last: undefined where it may have changed without showing it. */
export async function stampOf({ folder, position }: KnownLog): Promise<string | undefined> {
  if (position === undefined) return undefined
  const found = await stat(join(folder, position.segment)).catch(() => undefined)
  if (found === undefined || !isSettled(found)) return undefined
  return `${found.ino},${found.size},${found.mtimeMs}`
}

/** Why the log ends where it was read to, in words; undefined where it simply ends there, or a batch is half written. */
export async function problemOf(log: KnownLog, room: Room): Promise<string | undefined> {
  const { folder, position } = log
  const names = segmentNames(await nodeStorage.list(folder))
  const last = names.at(-1)
  const segment = position?.segment ?? last
  if (segment === undefined || last === undefined) return undefined
  const place = join(folder, segment)
  const file = await nodeStorage.open(place, 'read')
  try {
    const header = decodeSegmentHeader(await file.read(0, SEGMENT_HEADER_BYTES))
    if (header === undefined) return `${place} is damaged at its start`
    const offset = position?.point.offset ?? SEGMENT_HEADER_BYTES
    if ((await file.size()) < offset) return `${place} ends before byte ${offset}`
    const beyond = await file.read(offset, 512)
    if (beyond.some((byte) => byte !== 0) && !(await goesOn(log, room))) {
      const scan = scanSegment(file, { header, ...(position && { start: position.point }), end: await file.size() })
      let step = await scan.next()
      while (step.done !== true) step = await scan.next()
      const { tail } = step.value
      if (tail.type === 'corrupt') return `${place} is damaged at byte ${tail.offset}: ${tail.reason}`
    }
    const continues = position !== undefined && names.includes(segmentName(position.point.record))
    return segment < last && !continues ? `${place} ends before ${last} begins` : undefined
  } finally {
    await file.close()
  }
}

/**
 * Whether a batch that was half there becomes whole: where a log is just written, that is what its end looks like most of
 * the time, and a close look at it reads the rest of the segment.
 */
async function goesOn({ folder, position }: KnownLog, room: Room): Promise<boolean> {
  if (position === undefined) return false
  for (const pause of HALF_WRITTEN_MS) {
    if (isSettled(await stat(join(folder, position.segment)))) return false
    await using tail = new LogTail({ storage: nodeStorage, folder }, { position, room })
    if ((await tail.next()) !== undefined) return true
    await wait(pause)
  }
  return false
}

const isSettled = ({ mtimeMs }: { readonly mtimeMs: number }): boolean => Date.now() - mtimeMs >= SETTLED_MS
