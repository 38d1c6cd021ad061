/** A query as SQL. Values are bound, never pasted. Which index leads is decided here and not left to SQLite's guess. */
import type { SQLInputValue } from 'node:sqlite'
import type { Authentication } from '../../src/protocol/session.ts'
import type { SessionQuery } from '../../src/protocol/session-library.ts'

/** Whose sessions alone: a name is only itself together with who vouches for it. */
export interface Owner {
  readonly username: string
  readonly authentication: Authentication
}

export interface SessionSelection extends SessionQuery {
  readonly owner?: Owner
  /** Only sessions of which the record can tell what was echoed: without a terminal, or with output. */
  readonly echoed?: boolean
}

export interface Condition {
  readonly sql: string
  readonly values: readonly SQLInputValue[]
}

interface Term extends Condition {
  /** How much an index on it narrows down; 0: there is none. */
  readonly rank: number
}

/** The conditions on the row of `s` alone; phase and command text need more (see candidates.ts). */
export function conditionsOf(selection: SessionSelection): Condition {
  const terms = termsOf(selection)
  const best = Math.max(...terms.map(({ rank }) => rank))
  // A unary plus keeps SQLite from choosing that column's index: https://sqlite.org/optoverview.html#uplus
  const sql = terms.map((term) => (term.rank === best ? term.sql : term.sql.replace('s.', '+s.')))
  return { sql: sql.map((one) => ` AND ${one}`).join(''), values: terms.flatMap(({ values }) => values) }
}

function termsOf(selection: SessionSelection): Term[] {
  const { namespace, user, owner, pod, container, since, until, phase, interactive, exitCode, echoed } = selection
  const terms: (Term | undefined)[] = [
    where('s.pod = ?', pod, 5),
    phase === 'Live' || phase === 'Lost' ? { sql: 's.unended = 1', values: [], rank: 4 } : undefined,
    where('s.username = ?', user, 3),
    // Whoever gives both asks for the sessions of one that are the other's too.
    where('s.username = ?', owner?.username, user === undefined ? 3 : 0),
    where('s.authentication = ?', owner?.authentication, 0),
    exitCode === undefined || exitCode === 0 ? undefined : { sql: 's.failed = 1', values: [], rank: 2 },
    exitCode === 'nonzero' ? undefined : where('s.exit_code = ?', exitCode, 0),
    where('s.namespace = ?', namespace, 1),
    where('s.container = ?', container, 0),
    where('s.interactive = ?', interactive === undefined ? undefined : Number(interactive), 0),
    where('s.started >= ?', since, 0),
    where('s.started <= ?', until, 0),
    echoed ? { sql: '(s.interactive = 0 OR s.output_bytes > 0)', values: [], rank: 0 } : undefined,
    phase === 'Ended' ? { sql: 's.ended IS NOT NULL', values: [], rank: 0 } : undefined,
  ]
  return terms.filter((term) => term !== undefined)
}

const where = (sql: string, value: SQLInputValue | undefined, rank: number): Term | undefined =>
  value === undefined ? undefined : { sql, values: [value], rank }

const SLOTS = 4096
/** A key is at most 2^53: beyond this (the year 2039) all sessions stand in the last milliseconds, in the order they came. */
const LAST_MS = 2 ** 41 - 2 ** 20

/** The first key of a time's millisecond. Damaged and hostile logs have any time: one must not take the others with it. */
export const firstKey = (micros: number): number => Math.min(Math.floor(micros / 1000), LAST_MS) * SLOTS

/** A time as the index holds it: up to the last one that is a date. */
export const storedTime = (micros: number): number => Math.min(micros, Number.MAX_SAFE_INTEGER)

/** The keys that the times of a selection leave: `from` ≤ key < `below`. */
export const keyRange = ({ since, until }: SessionSelection): { readonly from: number; readonly below: number } => ({
  from: since === undefined ? 0 : firstKey(since),
  // A crowded millisecond reaches into the next ones: the condition on the time itself decides.
  below:
    until === undefined
      ? Number.MAX_SAFE_INTEGER
      : until >= LAST_MS * 1000
        ? Number.MAX_SAFE_INTEGER
        : firstKey(until + 1_000_000),
})
