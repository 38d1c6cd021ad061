/** Flags of time, and records that come no sooner than they were recorded. */
import { setTimeout as sleep } from 'node:timers/promises'
import type { ReadRecord } from '../protocol/read-record.ts'
import type { SessionLibrary } from '../protocol/session-library.ts'
import { fault } from './faults.ts'

export interface Pace {
  readonly speed: number
  /** µs: pauses are no longer than this. */
  readonly idleLimit: number | undefined
  /** µs since the session was opened: what was before comes at once. */
  readonly at: number
}

const MOST_SPEED = 1000

/** @throws Fault KAE_PLAYER_FLAGS */
export function parseSpeed(text: string): number {
  const speed = Number(text.replace(/[x×]$/, ''))
  if (!(speed >= 0.01 && speed <= MOST_SPEED)) throw fault('KAE_PLAYER_FLAGS', { detail: `--speed ${text}` })
  return speed
}

/** µs. @throws Fault KAE_PLAYER_FLAGS */
export function parseIdleLimit(text: string): number {
  const number = text.replace(/s$/, '').trim()
  const seconds = Number(number)
  if (!(number !== '' && seconds >= 0 && seconds <= 86_400)) {
    throw fault('KAE_PLAYER_FLAGS', { detail: `--idle-limit ${text}` })
  }
  return seconds * 1e6
}

/** The same library, whose records take their time. */
export const pacedLibrary = (library: SessionLibrary, pace: Pace): SessionLibrary => ({
  place: library.place,
  list: (query, page) => library.list(query, page),
  get: (id) => library.get(id),
  commands: (id) => library.commands(id),
  waypoints: (id) => library.waypoints(id),
  search: (search, signal) => library.search(search, signal),
  records: (id, request) => paced(library.records(id, request), pace),
  watch: (query, request) => library.watch(query, request),
  [Symbol.asyncDispose]: () => library[Symbol.asyncDispose](),
})

async function* paced(records: AsyncIterable<ReadRecord>, { speed, idleLimit, at }: Pace): AsyncGenerator<ReadRecord> {
  let due = performance.now()
  let before = at
  for await (const record of records) {
    const pause = Math.max(0, record.elapsed - before)
    before = Math.max(before, record.elapsed)
    due += Math.min(pause, idleLimit ?? pause) / 1000 / speed
    const wait = due - performance.now()
    // A timer of more than 2^31 ms would fire at once.
    if (wait > 1) await sleep(Math.min(wait, 2 ** 31 - 1))
    yield record
  }
}
