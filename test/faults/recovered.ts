/** Compares what a log holds after a fault with what its clients had seen before: I1, and each record exactly once. */
import { openFileLog } from '../../server-min/log/file-log.ts'
import { readLogFolder, verifyLogFolder } from '../../server-min/log/reader.ts'
import { isFault } from '../../src/protocol/fault.ts'
import type { SessionRecord } from '../../src/protocol/record.ts'
import type { Durability, SessionOpening } from '../../src/protocol/session.ts'
import type { SessionId } from '../../src/protocol/session-id.ts'
import { flowOf, owedToLog } from './flow.ts'
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
  const [got, recorded] = [flowOf(story.forwarded), flowOf(records.map(({ words }) => words))]
  const owed = owedToLog(got, durabilityOf(records[0]?.words))
  if (!recorded.startsWith(owed))
    wrong.push(`of ${owed.length} bytes some reached the container and are not in the log`)
  const sent = flowOf([...story.sent].sort(([a], [b]) => a - b).map(([, words]) => words))
  if (!sent.startsWith(got)) wrong.push(`of ${got.length} bytes some reached the container that nobody sent`)
  return wrong
}

/** As the session's open record has it. */
function durabilityOf(open: string | undefined): Durability {
  const opening = JSON.parse(Buffer.from(open?.split(' ')[1] ?? '7b7d', 'hex').toString()) as Partial<SessionOpening>
  return opening.policy?.durability ?? 'Strict'
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
