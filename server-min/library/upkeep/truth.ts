/** The index against the log: what is said of one session is first seen there. */
import { isDeepStrictEqual } from 'node:util'
import type { SessionRecord } from '../../../src/protocol/record.ts'
import { parseEnd, parseOpening } from '../../../src/recording/payload.ts'
import { type LogPosition, LogTail } from '../../log/log-tail.ts'
import { nodeStorage } from '../../log/node-storage.ts'
import { recordsOf } from '../../log/reader.ts'
import { storedTime } from '../selection.ts'
import { digestsOf, enderOf, type SessionRow, specOfOpening, UNREADABLE_OPENING } from '../store/session-row.ts'

/** Whether the log says the same: of the session's opening, and of its last record, which stands for all before it. */
export async function isTrue(row: SessionRow): Promise<boolean> {
  const { first, last } = row.place
  const [opened, final] = [(await recordsAt(row, first))[0], (await recordsAt(row, last)).at(-1)]
  if (opened?.kind !== 'open' || opened.seq !== 0 || final === undefined) return false
  return isOpening(row, opened) && final.seq === row.records - 1 && isEnding(row, final)
}

function isOpening(row: SessionRow, { time, payload }: SessionRecord): boolean {
  const opening = parseOpening(payload) ?? UNREADABLE_OPENING
  const said = [storedTime(time), opening.target.namespace, specOfOpening(opening)]
  return isDeepStrictEqual(asStored(said), asStored([row.started, row.namespace, row.spec]))
}

/**
 * As the index can hold it: what is absent is absent, and texts are well-formed, since SQLite's are. Without this, half a
 * surrogate pair in a reason would hide its session from whoever audits it.
 */
const asStored = (value: unknown): unknown =>
  JSON.parse(JSON.stringify(value), (_key, each: unknown) => (typeof each === 'string' ? each.toWellFormed() : each))

function isEnding(row: SessionRow, { kind, time, payload, link }: SessionRecord): boolean {
  if (kind !== 'end') return row.ended === undefined
  if (row.ended !== storedTime(time) || row.link === undefined || !Buffer.from(row.link).equals(link)) return false
  const end = parseEnd(payload)
  if (end === undefined) return row.ending.reason === undefined
  const { reason, message, by } = row.ending
  return (
    end.reason === reason &&
    end.message === message &&
    enderOf(end) === by &&
    isDeepStrictEqual(digestsOf(end), row.digests)
  )
}

/** The session's records of the batch there; none where there is no such batch, whatever the reason. */
export async function recordsAt({ id, place }: SessionRow, position: LogPosition): Promise<SessionRecord[]> {
  try {
    await using tail = new LogTail({ storage: nodeStorage, folder: place.folder }, { position })
    const located = await tail.next()
    return [...recordsOf(located?.batches.slice(0, 1) ?? [], id)]
  } catch {
    return []
  }
}
