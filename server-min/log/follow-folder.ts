import type { SessionRecord } from '../../src/protocol/record.ts'
import type { SessionId } from '../../src/protocol/session-id.ts'
import { folderFault } from './faults.ts'
import { FolderChanges } from './folder-changes.ts'
import { type LogEnd, type LogPosition, LogTail, type TailOptions } from './log-tail.ts'
import { nodeStorage } from './node-storage.ts'
import { recordsOf } from './reader.ts'
import { isWritten } from './writer-mark.ts'

export interface FolderRange extends Pick<TailOptions, 'room'> {
  readonly folder: string
  readonly session: SessionId
  /** Before its first batch; without it the whole log is read. */
  readonly from?: LogPosition
  readonly until?: LogEnd
}

/** A session's records up to where they stand now, or up to `until`. */
export async function* readSessionOf({
  folder,
  session,
  from,
  until,
  ...room
}: FolderRange): AsyncGenerator<SessionRecord> {
  await using tail = new LogTail({ storage: nodeStorage, folder }, { position: from, ...room })
  try {
    for (let located = await tail.next(until); located !== undefined; located = await tail.next(until))
      yield* recordsOf(located.batches, session)
  } catch (error) {
    throw folderFault(error, folder)
  }
}

/**
 * A session's records in a log that another process writes: those that are there, then each batch when it is whole, some
 * tens of milliseconds later at most. Ends behind its `end`, when the signal is aborted, or when nobody writes the log any
 * more. What another process is just syncing cannot be told from what it has synced.
 */
export async function* followSessionOf(
  { folder, session, from, ...room }: Omit<FolderRange, 'until'>,
  signal: AbortSignal | undefined,
): AsyncGenerator<SessionRecord> {
  using changes = new FolderChanges([folder])
  await using tail = new LogTail({ storage: nodeStorage, folder }, { position: from, ...room })
  for (let orphaned = false; ; ) {
    await changes.next(signal)
    let located = await tail.next()
    const silent = located === undefined
    for (; located !== undefined; located = await tail.next()) {
      for (const record of recordsOf(located.batches, session)) {
        if (signal?.aborted) return
        yield record
        if (record.kind === 'end') return
      }
    }
    if (signal?.aborted || (silent && orphaned)) return
    // Its last words may come between the look at them and the look at it: so look once more.
    orphaned = silent && !(await isWritten(folder))
  }
}
