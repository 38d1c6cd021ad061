import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { isBefore, type LogPosition, LogTail } from '../log/log-tail.ts'
import { nodeStorage } from '../log/node-storage.ts'
import { scanSegment } from '../log/scan-folder.ts'
import type { Room } from '../log/scanner.ts'
import { decodeSegmentHeader, SEGMENT_HEADER_BYTES, segmentName, segmentNames } from '../log/segment-header.ts'
import { type SessionNews, takeNews } from './intake.ts'
import type { AppliedChange, Store } from './store.ts'
import type { KnownLog } from './store-rows.ts'

/** Read so much, then write it to the index in one transaction. */
const SLICE_BYTES = 8 * 1024 * 1024
/** A file that was changed so shortly ago may be changed again without showing it: clocks of file systems are coarse. */
const SETTLED_MS = 2_000

export interface CatchUpParts {
  readonly store: Store
  readonly onChanges: (changes: readonly AppliedChange[]) => void
  /** Of the bytes that were read since the last call. */
  readonly onBytes: (bytes: number) => void
  /** Up to where this process knows what came to each folder's log. */
  readonly seen: Map<string, LogPosition>
  /** Where the logs are read: nothing of it is kept. */
  readonly room: Room
}

/** Brings what the index knows of one log up to the log's end. The log is right: what does not fit it is forgotten. */
export async function catchUp(parts: CatchUpParts, folder: string): Promise<void> {
  // Once more from the start where what was known does not fit; a log that is damaged itself stays so.
  if ((await readOn(parts, folder)) === 'misfit') {
    parts.store.drop(parts.store.log(folder))
    await readOn(parts, folder)
  }
}

async function readOn(parts: CatchUpParts, folder: string): Promise<'done' | 'misfit'> {
  const { store } = parts
  const known = store.log(folder)
  await hearOthers(parts, known)
  const stamp = await stampOf(known)
  if (stamp !== undefined && stamp === known.stamp) return 'done'
  let log = known
  try {
    await using tail = new LogTail({ storage: nodeStorage, folder }, { position: known.position, room: parts.room })
    for (;;) {
      const slice = await readSlice(tail)
      if (tail.logId === undefined) return gone(parts, known)
      const logId = tail.logId.toString('hex')
      if (known.logId !== undefined && known.logId !== logId) return 'misfit'
      parts.onBytes(slice.bytes)
      if (slice.bytes > 0 && tail.position !== undefined) {
        const changes = store.apply({ log, logId, news: slice.news.values(), position: tail.position })
        if (changes === undefined) return await readOn(parts, folder)
        parts.onChanges(changes)
        parts.seen.set(folder, tail.position)
        log = { ...log, position: tail.position }
      }
      if (!slice.more) break
    }
  } catch (error) {
    if (!isFileError(error)) throw error
    store.note(known, { stamp: undefined, problem: `${folder}: ${error.message}` })
    return 'done'
  }
  const problem = await problemOf(log)
  if (problem !== undefined && known.position !== undefined && known.problem === undefined) return 'misfit'
  // Of what was there before it was read: a change in between is not missed.
  store.note(known, { stamp, problem })
  return 'done'
}

/** Another process may have read on into the same index: what it found there is news to those who watch here. */
async function hearOthers(
  { store, seen, room, onChanges }: CatchUpParts,
  { folder, position }: KnownLog,
): Promise<void> {
  if (position === undefined) return
  const before = seen.get(folder)
  seen.set(folder, position)
  const until = { segment: position.segment, end: position.point.offset }
  if (before === undefined || !isBefore({ segment: before.segment, end: before.point.offset }, until)) return
  const news = new Map<SessionNews['id'], SessionNews>()
  await using tail = new LogTail({ storage: nodeStorage, folder }, { position: before, room })
  for (let located = await tail.next(until); located !== undefined; located = await tail.next(until))
    takeNews(news, located)
  onChanges(store.changesOf(news.values()))
}

/** Where what the index knows is gone, begin anew; where there is no log at all, there is nothing to know. */
function gone({ store }: CatchUpParts, known: KnownLog): 'done' | 'misfit' {
  if (known.position !== undefined) return 'misfit'
  store.note(known, { stamp: undefined, problem: `${known.folder}: there is no log that can be read` })
  return 'done'
}

interface ReadSlice {
  readonly news: Map<string, SessionNews>
  readonly bytes: number
  readonly more: boolean
}

async function readSlice(tail: LogTail): Promise<ReadSlice> {
  const news = new Map<SessionNews['id'], SessionNews>()
  let bytes = 0
  for (;;) {
    const located = await tail.next()
    if (located === undefined) return { news, bytes, more: false }
    takeNews(news, located)
    const [first, last] = [located.batches[0], located.batches.at(-1)]
    bytes += (last?.end.offset ?? 0) - (first?.start.offset ?? 0)
    if (bytes >= SLICE_BYTES) return { news, bytes, more: true }
  }
}

/** Of the segment that was read last: undefined where it may have changed without showing it. */
async function stampOf({ folder, position }: KnownLog): Promise<string | undefined> {
  if (position === undefined) return undefined
  const found = await stat(join(folder, position.segment)).catch(() => undefined)
  if (found === undefined || Date.now() - found.mtimeMs < SETTLED_MS) return undefined
  return `${found.ino},${found.size},${found.mtimeMs}`
}

/** Why the log ends where it was read to, in words; undefined where it simply ends there, or a batch is half written. */
async function problemOf({ folder, position }: KnownLog): Promise<string | undefined> {
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
    if (beyond.some((byte) => byte !== 0)) {
      const scan = scanSegment(file, { header, ...(position && { start: position.point }), end: await file.size() })
      let step = await scan.next()
      while (step.done !== true) step = await scan.next()
      const { tail } = step.value
      if (tail.type === 'corrupt') return `${place} is damaged at byte ${tail.offset}: ${tail.reason}`
    }
    const goesOn = position !== undefined && names.includes(segmentName(position.point.record))
    return segment < last && !goesOn ? `${place} ends before ${last} begins` : undefined
  } finally {
    await file.close()
  }
}

const isFileError = (error: unknown): error is Error => error instanceof Error && 'syscall' in error
