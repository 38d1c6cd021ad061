/** Places inside large sessions, at which reading can begin. */
import type { StatementSync } from 'node:sqlite'
import { decodePosition, encodePosition, type PlacedWaypoint } from './places.ts'
import type { SessionRow } from './session-row.ts'

/** What a store gives to those who read and write a table of it. */
interface Statements {
  statement(sql: string): StatementSync
}

export function keepWaypoints(store: Statements, session: number, waypoints: readonly PlacedWaypoint[]): void {
  const insert = store.statement('INSERT OR IGNORE INTO waypoints VALUES (?, ?, ?, ?)')
  for (const { seq, elapsed, position } of waypoints) insert.run(session, seq, elapsed, encodePosition(position))
}

/** What is told of a session takes no more than some hundred kilobytes, however large the session is. */
const MOST_TOLD = 4096

/** In their order; of very many, as many as are useful, evenly. */
export function waypointsOf(store: Statements, { key }: SessionRow): PlacedWaypoint[] {
  const ask = (sql: string) => store.statement(sql)
  const count = Number(ask('SELECT count(*) AS n FROM waypoints WHERE session = ?').get(key)?.n)
  const every = Math.ceil(count / MOST_TOLD)
  const rows = ask('SELECT seq, elapsed, position FROM waypoints WHERE session = ? ORDER BY seq').all(key)
  return rows.filter((_, index) => index % every === 0).map(waypoint)
}

/** The last one that is not behind a record. */
export function waypointBefore(store: Statements, { key }: SessionRow, seq: number): PlacedWaypoint | undefined {
  const sql = 'SELECT seq, elapsed, position FROM waypoints WHERE session = ? AND seq <= ? ORDER BY seq DESC LIMIT 1'
  const row = store.statement(sql).get(key, seq)
  return row && waypoint(row)
}

const waypoint = ({ seq, elapsed, position }: Record<string, unknown>): PlacedWaypoint => ({
  seq: Number(seq),
  elapsed: Number(elapsed),
  position: decodePosition(String(position)),
})
