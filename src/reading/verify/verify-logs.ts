/** Checks whole logs in folders: every byte, every link, and what each session's end says of it. */
import { join } from 'node:path'
import { FRAME_HEAD_BYTES } from '../../../server-min/log/frame.ts'
import { nodeStorage } from '../../../server-min/log/node-storage.ts'
import { readLogFolder, verifyLogFolder } from '../../../server-min/log/reader.ts'
import { HEADER_BYTES, readSafeInteger } from '../../protocol/record.ts'
import { parseSessionId, type SessionId, sessionIdFromBytes } from '../../protocol/session-id.ts'
import { SessionCheck } from './session-check.ts'

/** The first thing that is wrong, and where. */
export interface BadPlace {
  readonly why: string
  readonly file?: string
  readonly offset?: number
  readonly session?: SessionId
  readonly seq?: number
}

export type LogReport =
  | {
      readonly type: 'intact'
      readonly log: string
      readonly records: number
      readonly sessions: number
      readonly unended: number
      /** At the end, never acknowledged. */
      readonly tornBytes: number
      readonly notes: readonly string[]
    }
  | { readonly type: 'wrong'; readonly log: string; readonly bad: BadPlace }

/** @throws Fault KAE_LOG_* where a log cannot be read at all */
export async function verifyLog(log: string): Promise<LogReport> {
  const verdict = await verifyLogFolder(log)
  if (verdict.type === 'corrupt') return { type: 'wrong', log, bad: await locate(log, verdict) }
  const contents = await checkContents(log)
  if ('why' in contents) return { type: 'wrong', log, bad: contents }
  const { records, sessions, unended, torn } = verdict
  return { type: 'intact', log, records, sessions, unended, tornBytes: torn?.bytes ?? 0, notes: contents.notes }
}

/** What the chain cannot tell: whether each session's end speaks of what is there. */
async function checkContents(log: string): Promise<BadPlace | { readonly notes: readonly string[] }> {
  const checks = new Map<SessionId, SessionCheck>()
  const notes: string[] = []
  for await (const record of readLogFolder(log)) {
    if (record.kind === 'journal') continue
    const check = checks.get(record.session) ?? new SessionCheck(record.session)
    checks.set(record.session, check)
    check.take(record)
    if (check.wrong !== undefined) return { session: record.session, ...check.wrong }
    if (record.kind !== 'end') continue
    const verdict = check.verdict()
    if (verdict.type === 'intact') notes.push(...verdict.notes.map((note) => `${record.session}: ${note}`))
    checks.delete(record.session)
  }
  return { notes }
}

/** The record at the damage, as its own header calls it: that may be what is damaged. */
async function locate(log: string, damage: { file: string; offset: number; reason: string }): Promise<BadPlace> {
  const { file, offset, reason: why } = damage
  const header = await headerAt(join(log, file), offset + FRAME_HEAD_BYTES)
  const session = header === undefined ? undefined : parseSessionId(sessionIdFromBytes(header.subarray(8, 24)))
  const seq = header === undefined ? 0 : readSafeInteger(header, 24)
  if (session === undefined || !Number.isSafeInteger(seq)) return { why, file, offset }
  return { why, file, offset, session, seq }
}

async function headerAt(path: string, offset: number): Promise<Buffer | undefined> {
  const file = await nodeStorage.open(path, 'read').catch(() => undefined)
  if (file === undefined) return undefined
  try {
    const header = await file.read(offset, HEADER_BYTES)
    return header.length === HEADER_BYTES ? header : undefined
  } finally {
    await file.close()
  }
}
