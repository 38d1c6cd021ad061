import { setImmediate as nextTurn } from 'node:timers/promises'
import type { ReadRecord } from '../../src/protocol/read-record.ts'
import type { DerivedCommands } from '../../src/recording/commands/derive.ts'
import { readSessionOf } from '../log/follow-folder.ts'
import { ROW_COLUMNS, ROW_TABLES, type SessionRow, sessionRow } from './session-row.ts'
import type { AppliedChange, Store } from './store.ts'

const TOGETHER = 256
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
  for (let done = 0; !signal.aborted; ) {
    done += await deriveNext(parts)
    onProgress?.(done, total)
    if (store.pending(1).length === 0) return
  }
}

/** How many it dealt with. */
async function deriveNext(parts: DerivationParts): Promise<number> {
  const { store } = parts
  const pending = store.pending(TOGETHER)
  const fresh = pending.filter(({ tries }) => tries === 0)
  // One of those that were begun before may be why that came to nothing: so each alone.
  const some = fresh.length > 0 ? fresh : pending.slice(0, 1)
  const lost = some.filter(({ tries }) => tries >= MOST_TRIES)
  for (const { key } of lost) store.giveUp(key)
  if (lost.length === 0 && some.length > 0)
    await deriveSome(
      parts,
      some.map(({ key }) => key),
    )
  return some.length
}

async function deriveSome(parts: DerivationParts, keys: readonly number[]): Promise<void> {
  const { store, onChanges, signal } = parts
  store.begin(keys)
  const derived: { key: number; commands: DerivedCommands }[] = []
  for (const key of keys) {
    const commands = signal.aborted ? undefined : await deriveOne(parts, key)
    if (commands !== undefined) derived.push({ key, commands })
  }
  store.keepCommands(derived)
  onChanges(derived.map(({ key }) => ({ key, type: 'MODIFIED' })))
}

/** Undefined where the log cannot be read there: it is tried again later. */
async function deriveOne({ store, derive }: DerivationParts, key: number): Promise<DerivedCommands | undefined> {
  const raw = store.statement(`SELECT ${ROW_COLUMNS} FROM ${ROW_TABLES} WHERE s.key = ?`).get(key)
  if (raw === undefined) return undefined
  try {
    return await derive(recordsOfRow(sessionRow(raw)))
  } catch {
    return undefined
  }
}

/** All records of a session that the index knows of, with turns for others between them. */
export async function* recordsOfRow({ id, place }: Pick<SessionRow, 'id' | 'place'>): AsyncGenerator<ReadRecord> {
  const { folder, first, last, until } = place
  let turn = performance.now()
  for await (const record of readSessionOf({
    folder,
    session: id,
    from: first,
    until: { segment: last.segment, end: until },
  })) {
    yield record
    if (performance.now() - turn < TURN_MS) continue
    await nextTurn()
    turn = performance.now()
  }
}
