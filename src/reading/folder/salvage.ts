/** What can still be read of a log that is damaged somewhere: each of its segments, up to its own first damage. */
import { join } from 'node:path'
import { nodeStorage } from '../../../server-min/log/node-storage.ts'
import { recordsOf } from '../../../server-min/log/reader.ts'
import { scanSegment } from '../../../server-min/log/scan-folder.ts'
import { decodeSegmentHeader, SEGMENT_HEADER_BYTES, segmentNames } from '../../../server-min/log/segment-header.ts'
import { isFault } from '../../protocol/fault.ts'
import type { SessionRecord } from '../../protocol/record.ts'
import type { SessionId } from '../../protocol/session-id.ts'

/**
 * The records of one session that can be read, in their order. Whoever takes them MUST check their chain: what cannot be read
 * is left out without a word, and whether the segments belong together nobody looked at.
 */
export async function* salvageRecords(log: string, session: SessionId): AsyncGenerator<SessionRecord> {
  const names = segmentNames(await nodeStorage.list(log).catch(nothingIfUnreadable))
  for (const name of names) {
    try {
      yield* recordsIn(join(log, name), session)
    } catch (error) {
      nothingIfUnreadable(error)
    }
  }
}

async function* recordsIn(path: string, session: SessionId): AsyncGenerator<SessionRecord> {
  const file = await nodeStorage.open(path, 'read')
  try {
    const header = decodeSegmentHeader(await file.read(0, SEGMENT_HEADER_BYTES))
    if (header === undefined) return
    for await (const batches of scanSegment(file, { header, end: await file.size() }))
      yield* recordsOf(batches, session)
  } finally {
    await file.close()
  }
}

/** A bug of ours is no damage. */
function nothingIfUnreadable(error: unknown): never[] {
  if (isFault(error) || (error instanceof Error && 'syscall' in error)) return []
  throw error
}
