/** Compares what a log holds after a fault with what its clients had seen before: I1, and each record exactly once. */
import { openFileLog } from '../../server-min/log/file-log.ts'
import { readLogFolder, verifyLogFolder } from '../../server-min/log/reader.ts'
import { isFault } from '../../src/protocol/fault.ts'
import type { SessionRecord } from '../../src/protocol/record.ts'
import type { SessionId } from '../../src/protocol/session-id.ts'
import { type Stories, type Story, wordsOf } from './witness.ts'

export type LogSizes = Readonly<Record<'segmentBytes' | 'reserveBytes' | 'lowWaterBytes', number>>

/** What is wrong with these records, in words; nothing where all is as it must be. Pure. */
export function violations(records: Iterable<SessionRecord>, stories: Stories): string[] {
  const found = new Map<SessionId, { readonly kind: string; readonly words: string }[]>()
  const wrong: string[] = []
  for (const record of records) {
    const session = found.get(record.session) ?? []
    found.set(record.session, session)
    if (record.seq !== session.length) wrong.push(`${record.session}: record ${record.seq} in place ${session.length}`)
    session.push({ kind: record.kind, words: wordsOf(record) })
  }
  for (const [session, story] of stories) {
    const own = found.get(session) ?? []
    wrong.push(...sessionViolations(story, own).map((words) => `${session}: ${words}`))
  }
  return wrong
}

const TO_CONTAINER: ReadonlySet<string> = new Set(['input', 'resize', 'inputEnd'])

function sessionViolations(
  story: Story,
  records: readonly { readonly kind: string; readonly words: string }[],
): string[] {
  const wrong: string[] = []
  if (story.acked >= records.length) wrong.push(`${story.acked} was acknowledged, ${records.length} records are there`)
  for (const [seq, { kind, words }] of records.entries()) {
    if (seq === 0 || (kind === 'end' && seq > story.acked)) continue
    if (story.sent.get(seq) !== words) wrong.push(`record ${seq} is not the one that was sent`)
  }
  const recorded = records.filter(({ kind }) => TO_CONTAINER.has(kind))
  for (const [index, words] of story.forwarded.entries())
    if (recorded[index]?.words !== words) wrong.push(`event ${index} reached the container and is not in the log`)
  return wrong
}

export async function recordsIn(folder: string): Promise<SessionRecord[]> {
  const records: SessionRecord[] = []
  for await (const record of readLogFolder(folder))
    records.push({ ...record, salt: Buffer.from(record.salt), payload: Buffer.from(record.payload) })
  return records
}

/** Reads a log as its process left it, recovers it, and compares it both times. */
export async function checkRecovery(folder: string, stories: Stories, sizes: LogSizes): Promise<string[]> {
  try {
    const left = await verifyLogFolder(folder).catch(undefinedOnMissing)
    if (left?.type === 'corrupt') return [`left corrupt: ${JSON.stringify(left)}`]
    const before = left === undefined ? [] : violations(await recordsIn(folder), stories)
    const log = await openFileLog({ folder, now: Date.now, ...sizes })
    const unended = log.unended.length
    await log.close()
    const verdict = await verifyLogFolder(folder)
    if (verdict.type === 'corrupt' || verdict.torn !== undefined) return [`recovered: ${JSON.stringify(verdict)}`]
    if (verdict.unended !== unended) return [`${unended} sessions to resume, ${verdict.unended} without an end`]
    return [...before, ...violations(await recordsIn(folder), stories)]
  } catch (error) {
    return [`recovery threw ${error instanceof Error ? error.stack : String(error)}`]
  }
}

function undefinedOnMissing(error: unknown): undefined {
  if (!isFault(error) || error.code !== 'KAE_LOG_MISSING') throw error
}
