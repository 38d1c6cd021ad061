import { setImmediate as nextTurn } from 'node:timers/promises'
import type { ReadRecord } from '../../../src/protocol/read-record.ts'
import type { DerivedCommands } from '../../../src/recording/commands/derive.ts'
import { readsItsInput } from '../../../src/recording/commands/deriving.ts'
import { readSessionOf } from '../../log/follow-folder.ts'
import { endOf, isBefore, oneRoom } from '../../log/log-tail.ts'
import { troubleOf } from '../store/database.ts'
import { ROW_COLUMNS, ROW_TABLES, type SessionRow, sessionRow } from '../store/session-row.ts'
import type { AppliedChange, Store } from '../store/store.ts'
import type { PendingSession } from '../store/store-rows.ts'
import { gatherSessions } from './derivation-pass.ts'
import { recordsAt } from './truth.ts'

/** So many are looked for at once; from so many on, the log is read for all of them together. */
const AT_ONCE = 20_000
const WORTH_A_PASS = 64
const TURN_MS = 10
/** A session at which this process ended twice is left alone, and a warning says so. */
const MOST_TRIES = 2

export type Derive = (records: AsyncIterable<ReadRecord>) => Promise<DerivedCommands>

export interface DerivationParts {
  readonly derive: Derive
  readonly store: Store
  readonly onChanges: (changes: readonly AppliedChange[]) => void
  readonly signal: AbortSignal
  readonly onProgress?: (done: number, total: number) => void
}

/** Derives the command lists of sessions that have ended, the newest first, until none is left. */
export async function derivePending(parts: DerivationParts): Promise<void> {
  const { store, signal, onProgress } = parts
  const total = onProgress === undefined ? 0 : store.pendingCount()
  onProgress?.(0, total)
  while (!signal.aborted) {
    const pending = store.pending(AT_ONCE)
    if (pending.length === 0) return
    const fresh = pending.filter(({ tries }) => tries === 0)
    if (fresh.length >= WORTH_A_PASS) await derivePass(parts, fresh, total)
    // One of those that were begun before may be why that came to nothing: so each alone.
    const left = fresh.length > 0 ? store.stillPending(fresh) : pending.slice(0, 1)
    for (const one of left) await deriveAlone(parts, one)
    onProgress?.(total - store.pendingCount(), total)
  }
}

async function derivePass(parts: DerivationParts, sessions: readonly PendingSession[], total: number): Promise<void> {
  const { store, derive, signal, onProgress } = parts
  const folder = sessions[0]?.folder ?? ''
  let done = total === 0 ? 0 : total - store.pendingCount()
  try {
    await gatherSessions(folder, sessions, async (some) => {
      if (some.length === 0 || signal.aborted) return
      store.begin(some.map(({ key }) => key))
      const derived: KeptCommands[] = []
      for (const { key, records } of some) {
        const commands = await derive(asIterable(records)).catch(() => undefined)
        if (commands !== undefined) derived.push({ key, commands })
      }
      keep(parts, derived)
      done += some.length
      onProgress?.(done, total)
    })
  } catch (error) {
    // What cannot be read in one go is tried session by session, and given up where that fails too.
    if (troubleOf(error) !== undefined) throw error
  }
}

async function deriveAlone(parts: DerivationParts, { key, tries }: PendingSession): Promise<void> {
  const { store, signal } = parts
  if (signal.aborted) return
  if (tries >= MOST_TRIES) return store.giveUp(key)
  store.begin([key])
  const commands = await deriveOne(parts, key)
  // Left in its midst, it is not to blame.
  if (signal.aborted) return store.begin([key], -1)
  if (commands !== undefined) keep(parts, [{ key, commands }])
}

interface KeptCommands {
  readonly key: number
  readonly commands: DerivedCommands
}

function keep({ store, onChanges }: DerivationParts, derived: readonly KeptCommands[]): void {
  store.keepCommands(derived)
  onChanges(derived.map(({ key }) => ({ key, type: 'MODIFIED' })))
}

async function* asIterable<T>(items: readonly T[]): AsyncGenerator<T> {
  yield* items
}

/** Undefined where the log cannot be read there: it is tried again later. */
async function deriveOne(
  { store, derive, signal }: DerivationParts,
  key: number,
): Promise<DerivedCommands | undefined> {
  const raw = store.statement(`SELECT ${ROW_COLUMNS} FROM ${ROW_TABLES} WHERE s.key = ?`).get(key)
  if (raw === undefined) return undefined
  try {
    return await derive(recordsForCommands(sessionRow(raw), signal))
  } catch {
    return undefined
  }
}

/** Those of a session's records that its command list is made of: of a large copy through a pipe, its first and its last. */
export function recordsForCommands(row: SessionRow, signal: AbortSignal): AsyncIterable<ReadRecord> {
  const { command, ...streams } = row.spec.target
  // Without a command its opening could not be read.
  return command.length === 0 || readsItsInput({ command, ...streams })
    ? untilAborted(recordsOfRow(row), signal)
    : endsOf(row)
}

/** Whoever derives must not take a part for the whole. */
async function* untilAborted(records: AsyncIterable<ReadRecord>, signal: AbortSignal): AsyncGenerator<ReadRecord> {
  for await (const record of records) {
    signal.throwIfAborted()
    yield record
  }
}

async function* endsOf(row: SessionRow): AsyncGenerator<ReadRecord> {
  const { first, last } = row.place
  yield* await recordsAt(row, first)
  if (isBefore(endOf(first), endOf(last))) yield* await recordsAt(row, last)
}

/**
 * All records of a session that the index knows of, with turns for others between them. Each is valid until the next one is
 * asked for.
 */
export async function* recordsOfRow({ id, place }: Pick<SessionRow, 'id' | 'place'>): AsyncGenerator<ReadRecord> {
  const { folder, first, last, until } = place
  let turn = performance.now()
  for await (const record of readSessionOf({
    folder,
    session: id,
    from: first,
    until: { segment: last.segment, end: until },
    room: oneRoom(),
  })) {
    yield record
    if (performance.now() - turn < TURN_MS) continue
    await nextTurn()
    turn = performance.now()
  }
}
