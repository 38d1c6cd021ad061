import { endOf, isBefore, type LogPosition, LogTail } from '../../log/log-tail.ts'
import { nodeStorage } from '../../log/node-storage.ts'
import type { Room } from '../../log/scanner.ts'
import type { AppliedChange, Store } from '../store/store.ts'
import type { KnownLog } from '../store/store-rows.ts'
import { type SessionNews, takeNews } from './intake.ts'
import { problemOf, stampOf } from './log-end.ts'

/** Read so much, then write it to the index in one transaction. */
const SLICE_BYTES = 8 * 1024 * 1024

export interface CatchUpParts {
  readonly store: Store
  readonly onChanges: (changes: readonly AppliedChange[]) => void
  /** Of the bytes that were read since the last call. */
  readonly onBytes: (bytes: number) => void
  /** Up to where this process knows what came to each folder's log. */
  readonly seen: Map<string, LogPosition>
  /** Where the logs are read: nothing of it is kept. */
  readonly room: Room
  /** Ends it behind the slice that is just read: the next time goes on there. */
  readonly signal: AbortSignal
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
      if (parts.signal.aborted) return 'done'
      if (!slice.more) break
    }
  } catch (error) {
    if (!isFileError(error)) throw error
    store.note(known, { stamp: undefined, problem: `${folder}: ${error.message}` })
    return 'done'
  }
  const problem = await problemOf(log, parts.room)
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
  const until = endOf(position)
  if (before === undefined || !isBefore(endOf(before), until)) return
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

const isFileError = (error: unknown): error is Error => error instanceof Error && 'syscall' in error
