import { setImmediate as nextTurn } from 'node:timers/promises'
import type { ReadRecord } from '../../../src/protocol/read-record.ts'
import type { DerivedCommands } from '../../../src/recording/commands/derive.ts'
import { readsItsInput } from '../../../src/recording/commands/deriving.ts'
import { folderFault } from '../../log/faults.ts'
import { endOf, isBefore, type LogEnd, LogTail, oneRoom } from '../../log/log-tail.ts'
import { nodeStorage } from '../../log/node-storage.ts'
import { recordsOf } from '../../log/reader.ts'
import type { LocatedBatches } from '../../log/scan-folder.ts'
import { troubleOf } from '../store/database.ts'
import { ROW_COLUMNS, ROW_TABLES, type SessionRow, sessionRow } from '../store/session-row.ts'
import type { AppliedChange, Store } from '../store/store.ts'
import type { PendingSession } from '../store/store-rows.ts'
import { gatherSessions, type WholeSession } from './derivation-pass.ts'
import type { Derivations } from './derivations.ts'
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
  /** Ends it soon, wherever it is. */
  readonly signal: AbortSignal
  /** Those under way, also for who asks for one session. */
  readonly derivations: Derivations
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
  const { store, signal, onProgress } = parts
  const folder = sessions[0]?.folder ?? ''
  let done = total === 0 ? 0 : total - store.pendingCount()
  try {
    await gatherSessions({ folder, sessions, signal }, async (some) => {
      if (some.length === 0 || signal.aborted) return
      await deriveHandful(parts, some)
      done += some.length
      onProgress?.(done, total)
    })
  } catch (error) {
    // What cannot be read in one go is tried session by session, and given up where that fails too.
    if (troubleOf(error) !== undefined) throw error
  }
}

async function deriveHandful(parts: DerivationParts, some: readonly WholeSession[]): Promise<void> {
  const { store, derive, signal } = parts
  store.begin(some.map(({ key }) => key))
  const derived: KeptCommands[] = []
  let reached = 0
  for (const { key, records } of some) {
    const commands = await derive(untilAborted(asIterable(records), signal)).catch(() => undefined)
    if (signal.aborted) break
    reached += 1
    if (commands !== undefined) derived.push({ key, commands })
  }
  // Left in their midst, they are not to blame.
  store.begin(
    some.slice(reached).map(({ key }) => key),
    -1,
  )
  keep(parts, derived)
}

async function deriveAlone(parts: DerivationParts, one: PendingSession): Promise<void> {
  const { store, signal } = parts
  const { key, tries } = one
  if (signal.aborted) return
  if (tries >= MOST_TRIES) return store.giveUp(key)
  // Somebody who asked for it may have been faster.
  if (store.stillPending([one]).length === 0) return
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

/** What was derived for somebody who asked need not be derived again. */
export function keepAsked(parts: DerivationParts, { key, ended }: SessionRow, commands: DerivedCommands): void {
  if (ended === undefined || parts.signal.aborted) return
  try {
    keep(parts, [{ key, commands }])
  } catch (error) {
    // Where the index cannot be written, whoever keeps it up finds that out; the answer is there all the same.
    if (troubleOf(error) === undefined) throw error
  }
}

async function* asIterable<T>(items: readonly T[]): AsyncGenerator<T> {
  yield* items
}

/** Undefined where the log cannot be read there: it is tried again later. */
async function deriveOne(
  { store, derive, derivations, signal }: DerivationParts,
  key: number,
): Promise<DerivedCommands | undefined> {
  const raw = store.statement(`SELECT ${ROW_COLUMNS} FROM ${ROW_TABLES} WHERE s.key = ?`).get(key)
  if (raw === undefined) return undefined
  const row = sessionRow(raw)
  try {
    return await derivations.share(row, () =>
      derive(derivations.givingWay(row, recordsForCommands(row, signal), signal)),
    )
  } catch {
    return undefined
  }
}

/** Those of a session's records that its command list is made of: of a large copy through a pipe, its first and its last. */
export function recordsForCommands(row: SessionRow, signal: AbortSignal): AsyncIterable<ReadRecord> {
  const { command, ...streams } = row.spec.target
  // Without a command its opening could not be read.
  return command.length === 0 || readsItsInput({ command, ...streams })
    ? untilAborted(recordsOfRow(row, signal), signal)
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
 * All records of a session that the index knows of, with turns for others between them, also where a log is full of others'.
 * Each is valid until the next one is asked for.
 */
export async function* recordsOfRow(
  { id, place }: Pick<SessionRow, 'id' | 'place'>,
  signal?: AbortSignal,
): AsyncGenerator<ReadRecord> {
  const { folder, first, last, until } = place
  const end = { segment: last.segment, end: until }
  await using tail = new LogTail({ storage: nodeStorage, folder }, { position: first, room: oneRoom() })
  let turn = performance.now()
  for (
    let located = await readOn(tail, end, folder);
    located !== undefined;
    located = await readOn(tail, end, folder)
  ) {
    signal?.throwIfAborted()
    for (const record of recordsOf(located.batches, id)) {
      yield record
      if (performance.now() - turn < TURN_MS) continue
      await nextTurn()
      turn = performance.now()
    }
  }
}

async function readOn(tail: LogTail, until: LogEnd, folder: string): Promise<LocatedBatches | undefined> {
  try {
    return await tail.next(until)
  } catch (error) {
    throw folderFault(error, folder)
  }
}
