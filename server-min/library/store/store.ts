import type { DatabaseSync, SQLInputValue, StatementSync } from 'node:sqlite'
import { sessionIdToBytes } from '../../../src/protocol/session-id.ts'
import type { DerivedCommands } from '../../../src/recording/commands/derive.ts'
import { firstKey } from '../selection.ts'
import { fold } from '../upkeep/fold.ts'
import { contentBytes, type SessionNews, WAYPOINT_BYTES } from '../upkeep/intake.ts'
import { encodePosition } from './places.ts'
import { UNREADABLE_OPENING, whoOf } from './session-row.ts'
import {
  countsOf,
  endingOf,
  INSERT_SESSION,
  type KnownLog,
  knownLog,
  linesOf,
  type PendingSession,
  pendingSession,
  type Slice,
  sessionValues,
  UPDATE_SESSION,
} from './store-rows.ts'
import { keepWaypoints } from './waypoints.ts'

export interface AppliedChange {
  readonly key: number
  readonly type: 'ADDED' | 'MODIFIED'
}

const SLOTS = 4096

const COUNTED_SESSION =
  'SELECT key, input_bytes + output_bytes + error_bytes AS bytes FROM sessions WHERE id = ? AND log = ?'

/** Writes to the index. Statements are prepared once; every method is one transaction. */
export class Store {
  readonly database: DatabaseSync
  readonly #prepared = new Map<string, StatementSync>()
  readonly #texts = new Map<string, number>()
  /** The newest key, as far as this transaction knows. */
  #largest: number | undefined

  constructor(database: DatabaseSync) {
    this.database = database
  }

  statement(sql: string): StatementSync {
    const known = this.#prepared.get(sql)
    if (known !== undefined) return known
    const statement = this.database.prepare(sql)
    this.#prepared.set(sql, statement)
    return statement
  }

  logs(): KnownLog[] {
    return this.statement('SELECT * FROM logs').all().map(knownLog)
  }

  log(folder: string): KnownLog {
    const found = this.statement('SELECT * FROM logs WHERE folder = ?').get(folder)
    if (found !== undefined) return knownLog(found)
    this.#run('INSERT INTO logs (folder) VALUES (?) ON CONFLICT DO NOTHING', folder)
    return this.log(folder)
  }

  note(log: KnownLog, { stamp, problem }: { stamp: string | undefined; problem: string | undefined }): void {
    if (log.stamp === stamp && log.problem === problem) return
    this.#run('UPDATE logs SET stamp = ?, problem = ? WHERE key = ?', stamp ?? null, problem ?? null, log.key)
  }

  /** Undefined where another process has changed what is known of the log in the meantime: nothing is written then. */
  apply({ log, logId, news, position }: Slice): AppliedChange[] | undefined {
    return this.transaction(() => {
      const now = this.statement('SELECT position FROM logs WHERE key = ?').get(log.key)
      const before = log.position === undefined ? null : encodePosition(log.position)
      if (now === undefined || now.position !== before) return undefined
      const changes: AppliedChange[] = []
      for (const one of news) {
        const change = one.opened === undefined ? this.#update(log, one) : this.#insert(log, one)
        if (change !== undefined) changes.push(change)
      }
      this.#run('UPDATE logs SET log_id = ?, position = ? WHERE key = ?', logId, encodePosition(position), log.key)
      return changes
    })
  }

  /** What others have written of this. */
  changesOf(news: Iterable<SessionNews>): AppliedChange[] {
    const find = this.statement('SELECT key FROM sessions WHERE id = ?')
    return Array.from(news).flatMap(({ id, opened }): AppliedChange[] => {
      const row = find.get(sessionIdToBytes(id))
      return row === undefined ? [] : [{ key: Number(row.key), type: opened === undefined ? 'MODIFIED' : 'ADDED' }]
    })
  }

  /** Forgets all that came from a log. */
  drop(log: KnownLog): void {
    this.transaction(() => {
      const keys = '(SELECT key FROM sessions WHERE log = ?)'
      this.#run(`DELETE FROM command_text WHERE rowid IN (SELECT key FROM commands WHERE key IN ${keys})`, log.key)
      this.#run(`DELETE FROM commands WHERE key IN ${keys}`, log.key)
      this.#run(`DELETE FROM waypoints WHERE session IN ${keys}`, log.key)
      this.#run('DELETE FROM sessions WHERE log = ?', log.key)
      this.#run('DELETE FROM logs WHERE key = ?', log.key)
    })
  }

  /** The newest sessions whose commands are to be derived, at most so many, all of one log. */
  pending(limit: number): PendingSession[] {
    const columns = 's.key, s.id, s.tries, s.first, s.last, s.until, s.log, l.folder'
    const sql = `SELECT ${columns} FROM sessions s JOIN logs l ON l.key = s.log WHERE s.pending = 1 ORDER BY s.key DESC LIMIT ?`
    const found = this.statement(sql).all(limit)
    return found.filter(({ log }) => log === found[0]?.log).map(pendingSession)
  }

  /** Of these, those whose commands are still to be derived. */
  stillPending(sessions: readonly PendingSession[]): PendingSession[] {
    const ask = this.statement('SELECT tries FROM sessions WHERE key = ? AND pending = 1')
    return sessions.flatMap((one) => {
      const row = ask.get(one.key)
      return row === undefined ? [] : [{ ...one, tries: Number(row.tries) }]
    })
  }

  counts(): { readonly logs: number; readonly sessions: number } {
    const row = this.statement(
      'SELECT (SELECT count(*) FROM logs) AS logs, (SELECT count(*) FROM sessions) AS sessions',
    ).get()
    return { logs: Number(row?.logs), sessions: Number(row?.sessions) }
  }

  pendingCount(): number {
    return Number(this.statement('SELECT count(*) AS n FROM sessions WHERE pending = 1').get()?.n)
  }

  /** Before each attempt, so that a session which ends this process is not tried for ever. */
  begin(keys: readonly number[], more = 1): void {
    this.transaction(() => {
      for (const key of keys) this.#run('UPDATE sessions SET tries = tries + ? WHERE key = ?', more, key)
    })
  }

  /** Sessions whose commands nobody will find, since they could not be derived. */
  underivable(): number {
    return Number(this.statement('SELECT count(*) AS n FROM sessions WHERE commands = -1').get()?.n)
  }

  giveUp(key: number): void {
    this.#run('UPDATE sessions SET commands = -1 WHERE key = ? AND pending = 1', key)
  }

  keepCommands(derived: readonly { readonly key: number; readonly commands: DerivedCommands }[]): void {
    this.transaction(() => {
      for (const { key, commands } of derived) this.#keepCommands(key, commands)
    })
  }

  transaction<T>(work: () => T): T {
    this.database.exec('BEGIN IMMEDIATE')
    this.#largest = undefined
    try {
      const result = work()
      this.database.exec('COMMIT')
      return result
    } catch (error) {
      // A full disk has rolled back already.
      if (this.database.isTransaction) this.database.exec('ROLLBACK')
      this.#texts.clear()
      throw error
    }
  }

  close(): void {
    this.database.close()
  }

  #keepCommands(key: number, { commands, hiddenSeqs }: DerivedCommands): void {
    // Another process may have derived them first.
    const done = 'UPDATE sessions SET commands = ? WHERE key = ? AND pending = 1'
    const { changes } = this.#run(done, commands.length, key)
    if (changes === 0 || (commands.length === 0 && hiddenSeqs.length === 0)) return
    const keep = 'INSERT OR REPLACE INTO commands (key, list, hidden) VALUES (?, ?, ?)'
    this.#run(keep, key, JSON.stringify(commands), JSON.stringify(hiddenSeqs))
    const lines = linesOf(commands)
    if (lines.length > 0) this.#run('INSERT INTO command_text (rowid, text) VALUES (?, ?)', key, fold(lines.join('\n')))
  }

  #insert(log: KnownLog, one: SessionNews): AppliedChange | undefined {
    const { time, opening = UNREADABLE_OPENING } = one.opened ?? { time: 0 }
    const key = this.#freeKey(time)
    const { changes } = this.#run(
      INSERT_SESSION,
      key,
      log.key,
      this.#text(whoOf(opening)),
      ...sessionValues(one, opening),
    )
    if (changes === 0) return undefined
    // It begins where the session does.
    keepWaypoints(this, key, one.waypoints.slice(1))
    return { key, type: 'ADDED' }
  }

  #update(log: KnownLog, one: SessionNews): AppliedChange | undefined {
    // The same session in two logs is a copy: the one that was read first holds.
    const row = this.statement(COUNTED_SESSION).get(sessionIdToBytes(one.id), log.key)
    if (row === undefined) return undefined
    const [key, before] = [Number(row.key), Number(row.bytes)]
    const isPassed = Math.floor(before / WAYPOINT_BYTES) < Math.floor((before + contentBytes(one)) / WAYPOINT_BYTES)
    if (isPassed) keepWaypoints(this, key, one.waypoints)
    this.#run(UPDATE_SESSION, ...countsOf(one), ...endingOf(one.ended), encodePosition(one.last), one.until, key)
    return { key, type: 'MODIFIED' }
  }

  /** The next one behind the last session of the same millisecond; more than 4096 of them reach into the next. */
  #freeKey(time: number): number {
    const first = firstKey(time)
    this.#largest ??= Number(this.statement('SELECT max(key) AS key FROM sessions').get()?.key ?? 0)
    const last = this.#largest < first ? undefined : this.#lastBelow(first + SLOTS)
    let key = Math.max(first, (last ?? 0) + 1)
    while (this.#largest >= key && this.#has(key)) key += 1
    this.#largest = Math.max(this.#largest, key)
    return key
  }

  #lastBelow(key: number): number {
    return Number(this.statement('SELECT max(key) AS key FROM sessions WHERE key < ?').get(key)?.key ?? 0)
  }

  #has(key: number): boolean {
    return this.statement('SELECT 1 FROM sessions WHERE key = ?').get(key) !== undefined
  }

  #text(text: string): number {
    const known = this.#texts.get(text)
    if (known !== undefined) return known
    this.#run('INSERT INTO texts (text) VALUES (?) ON CONFLICT DO NOTHING', text)
    const key = Number(this.statement('SELECT key FROM texts WHERE text = ?').get(text)?.key)
    if (this.#texts.size > 10_000) this.#texts.clear()
    this.#texts.set(text, key)
    return key
  }

  #run(sql: string, ...values: SQLInputValue[]) {
    return this.statement(sql).run(...values)
  }
}
