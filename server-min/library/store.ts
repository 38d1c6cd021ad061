import type { DatabaseSync, SQLInputValue, StatementSync } from 'node:sqlite'
import type { RecordedCommand } from '../../src/protocol/recorded-command.ts'
import { sessionIdToBytes } from '../../src/protocol/session-id.ts'
import type { DerivedCommands } from '../../src/recording/commands/derive.ts'
import type { LogPosition } from '../log/log-tail.ts'
import { fold } from './fold.ts'
import type { EndFacts, SessionNews } from './intake.ts'
import { decodePosition, encodePosition } from './places.ts'
import { UNREADABLE_OPENING, whatOf, whoOf } from './session-row.ts'

export interface KnownLog {
  readonly key: number
  readonly folder: string
  readonly logId: string | undefined
  readonly position: LogPosition | undefined
  readonly stamp: string | undefined
  readonly problem: string | undefined
}

/** What a slice of a log changes, all of it or nothing. */
export interface Slice {
  readonly log: KnownLog
  readonly logId: string
  readonly news: Iterable<SessionNews>
  readonly position: LogPosition
}

export interface AppliedChange {
  readonly key: number
  readonly type: 'ADDED' | 'MODIFIED'
}

const SLOTS = 4096

/** Writes to the index. Statements are prepared once; every method is one transaction. */
export class Store {
  readonly database: DatabaseSync
  readonly #prepared = new Map<string, StatementSync>()
  readonly #texts = new Map<string, number>()

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

  /** Forgets all that came from a log. */
  drop(log: KnownLog): void {
    this.transaction(() => {
      const keys = '(SELECT key FROM sessions WHERE log = ?)'
      this.#run(`DELETE FROM command_text WHERE rowid IN (SELECT key FROM commands WHERE key IN ${keys})`, log.key)
      this.#run(`DELETE FROM commands WHERE key IN ${keys}`, log.key)
      this.#run('DELETE FROM sessions WHERE log = ?', log.key)
      this.#run('DELETE FROM logs WHERE key = ?', log.key)
    })
  }

  /** The newest sessions whose commands are to be derived, at most so many. */
  pending(limit: number): { readonly key: number; readonly tries: number }[] {
    const sql = 'SELECT key, tries FROM sessions WHERE pending = 1 ORDER BY key DESC LIMIT ?'
    return this.statement(sql)
      .all(limit)
      .map(({ key, tries }) => ({ key: Number(key), tries: Number(tries) }))
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
  begin(keys: readonly number[]): void {
    this.transaction(() => {
      for (const key of keys) this.#run('UPDATE sessions SET tries = tries + 1 WHERE key = ?', key)
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
    const { changes } = this.#run(
      'UPDATE sessions SET commands = ? WHERE key = ? AND pending = 1',
      commands.length,
      key,
    )
    if (changes === 0 || (commands.length === 0 && hiddenSeqs.length === 0)) return
    const list = JSON.stringify(commands)
    this.#run(
      'INSERT OR REPLACE INTO commands (key, list, hidden) VALUES (?, ?, ?)',
      key,
      list,
      JSON.stringify(hiddenSeqs),
    )
    const lines = linesOf(commands)
    if (lines.length > 0) this.#run('INSERT INTO command_text (rowid, text) VALUES (?, ?)', key, fold(lines.join('\n')))
  }

  #insert(log: KnownLog, one: SessionNews): AppliedChange | undefined {
    const { time, opening = UNREADABLE_OPENING } = one.opened ?? { time: 0 }
    const { target, user, authentication, reason } = opening
    const { key, ...places } = { key: this.#freeKey(time), ...placesOf(one) }
    const { changes } = this.#run(
      INSERT_SESSION,
      key,
      sessionIdToBytes(one.id),
      log.key,
      time,
      target.namespace,
      target.pod,
      target.container,
      user.username,
      authentication,
      target.tty === true ? 1 : 0,
      this.#text(whoOf(opening)),
      this.#text(whatOf(opening)),
      reason ?? null,
      one.records,
      one.inputBytes,
      one.outputBytes,
      one.errorBytes,
      ...endingOf(one.ended),
      places.first,
      places.last,
      one.until,
    )
    return changes === 0 ? undefined : { key, type: 'ADDED' }
  }

  #update(log: KnownLog, one: SessionNews): AppliedChange | undefined {
    // The same session in two logs is a copy: the one that was read first holds.
    const row = this.statement('SELECT key FROM sessions WHERE id = ? AND log = ?').get(
      sessionIdToBytes(one.id),
      log.key,
    )
    if (row === undefined) return undefined
    const counts = [one.records, one.inputBytes, one.outputBytes, one.errorBytes]
    const key = Number(row.key)
    this.#run(UPDATE_SESSION, ...counts, ...endingOf(one.ended), encodePosition(one.last), one.until, key)
    return { key, type: 'MODIFIED' }
  }

  /** The next one behind the last session of the same millisecond; more than 4096 of them reach into the next. */
  #freeKey(time: number): number {
    const first = Math.floor(time / 1000) * SLOTS
    const last = this.statement('SELECT max(key) AS key FROM sessions WHERE key < ?').get(first + SLOTS)?.key
    let key = last === null || last === undefined ? first : Math.max(first, Number(last) + 1)
    while (this.statement('SELECT 1 FROM sessions WHERE key = ?').get(key) !== undefined) key += 1
    return key
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

const INSERT_SESSION = `INSERT INTO sessions (key, id, log, started, namespace, pod, container, username, authentication,
  interactive, who, what, why, records, input_bytes, output_bytes, error_bytes, ended, ending, exit_code, link, first, last,
  until) VALUES (${Array.from({ length: 24 }, () => '?').join(', ')}) ON CONFLICT (id) DO NOTHING`

const UPDATE_SESSION = `UPDATE sessions SET records = records + ?, input_bytes = input_bytes + ?,
  output_bytes = output_bytes + ?, error_bytes = error_bytes + ?, ended = coalesce(?, ended), ending = coalesce(?, ending),
  exit_code = coalesce(?, exit_code), link = coalesce(?, link), last = ?, until = ? WHERE key = ?`

const placesOf = ({ first, last }: SessionNews) => ({
  first: encodePosition(first),
  last: last === first ? null : encodePosition(last),
})

function endingOf(ended: EndFacts | undefined): SQLInputValue[] {
  if (ended === undefined) return [null, null, null, null]
  const { time, end, link } = ended
  if (end === undefined) return [time, '{}', null, link]
  const { reason, message, durationMs, exitCode } = end
  const status = Number.isSafeInteger(exitCode) ? (exitCode ?? null) : null
  return [time, JSON.stringify({ reason, message, durationMs }), status, link]
}

export const linesOf = (commands: readonly RecordedCommand[]): string[] =>
  commands.flatMap((command) => (command.type === 'command' ? [command.line] : []))

const knownLog = ({ key, folder, log_id, position, stamp, problem }: Record<string, SQLInputValue>): KnownLog => ({
  key: Number(key),
  folder: String(folder),
  logId: textOf(log_id),
  position: typeof position === 'string' ? decodePosition(position) : undefined,
  stamp: textOf(stamp),
  problem: textOf(problem),
})

const textOf = (value: SQLInputValue | undefined): string | undefined => (typeof value === 'string' ? value : undefined)
