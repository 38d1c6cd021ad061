/** Walks the sessions of a selection, newest first, in pieces: between them others have their turn. */
import type { SQLInputValue } from 'node:sqlite'
import { setImmediate as nextTurn } from 'node:timers/promises'
import type { RecordedCommand } from '../../../src/protocol/recorded-command.ts'
import { type SessionId, sessionIdToBytes } from '../../../src/protocol/session-id.ts'
import type { SessionPhase } from '../../../src/protocol/session-object.ts'
import { conditionsOf, keyRange, type SessionSelection } from '../selection.ts'
import { ROW_COLUMNS, ROW_TABLES, type SessionRow, sessionRow } from '../store/session-row.ts'
import type { Store } from '../store/store.ts'
import { linesOf } from '../store/store-rows.ts'
import { fold, matchExpression } from '../upkeep/fold.ts'

export interface Walk {
  readonly store: Store
  readonly selection: SessionSelection
  readonly phaseOf: (row: { readonly folder: string; readonly ended: number | undefined }) => SessionPhase
  /** Only keys below this one. */
  readonly below?: number
  /** Only sessions with commands; folded texts that these together must contain, as far as the index can tell. */
  readonly texts?: readonly string[]
}

export interface Candidate {
  readonly key: number
  /** JSON of its command list; undefined where it has none. */
  readonly list: string | undefined
}

/** The first piece is a page; later ones grow, so that a rare find is not slowed by many small questions. */
const FIRST_PIECE = 64
const LARGEST_PIECE = 2048

export async function* walk(parts: Walk): AsyncGenerator<SessionRow> {
  for await (const piece of pieces(parts)) {
    for (const { key } of piece) {
      const row = rowOf(parts.store, key)
      if (row !== undefined) yield row
    }
  }
}

export async function* pieces(parts: Walk): AsyncGenerator<readonly Candidate[]> {
  const { store, selection, phaseOf } = parts
  const { phase, command } = selection
  const has = command === undefined ? undefined : lineFilter(fold(command))
  const { sql, bind } = questionOf(parts)
  let below = Math.min(keyRange(selection).below, parts.below ?? Number.MAX_SAFE_INTEGER)
  for (let piece = FIRST_PIECE; ; piece = Math.min(piece * 2, LARGEST_PIECE)) {
    const rows = store.statement(sql).all(...bind(below, piece))
    below = Number(rows.at(-1)?.key ?? below)
    const found = rows.map(({ key, list, folder, ended }) => ({
      key: Number(key),
      list: typeof list === 'string' ? list : undefined,
      folder: String(folder),
      ended: ended === null ? undefined : Number(ended),
    }))
    const kept = found
      .filter((one) => phase === undefined || phaseOf(one) === phase)
      .filter((one) => has?.(one.list) ?? true)
    if (kept.length > 0) yield kept
    if (rows.length < piece) return
    await nextTurn()
  }
}

/** One session, where it is of the selection. */
export function pick({ store, selection, phaseOf }: Walk, key: number): SessionRow | undefined {
  const { sql, values } = conditionsOf(selection)
  const question = `SELECT ${ROW_COLUMNS} FROM ${ROW_TABLES} WHERE s.key = ?${unindexed(sql)}`
  const raw = store.statement(question).get(key, ...values)
  if (raw === undefined) return undefined
  const row = sessionRow(raw)
  if (selection.phase !== undefined && phaseOf(row) !== selection.phase) return undefined
  if (selection.command === undefined) return row
  const list = store.statement('SELECT list FROM commands WHERE key = ?').get(key)?.list
  return lineFilter(fold(selection.command))(typeof list === 'string' ? list : undefined) ? row : undefined
}

/** Whether a line of a command list contains a folded text. */
function lineFilter(text: string): (list: string | undefined) => boolean {
  const mayHave = listFilter([text])
  return (list) =>
    list !== undefined && mayHave(list) && linesOf(JSON.parse(list)).some((line) => fold(line).includes(text))
}

/** Looks for folded texts in the JSON of a list, which costs less than to parse it. False: they are not all there. */
export function listFilter(texts: readonly string[]): (list: string) => boolean {
  // What folding has put in place of a NUL is not what JSON has there.
  const escaped = texts
    .filter((text) => !text.includes('\u0001'))
    .map((text) => fold(JSON.stringify(text).slice(1, -1)))
  return (list) => {
    if (escaped.length === 0) return true
    const folded = fold(list)
    return escaped.every((text) => folded.includes(text))
  }
}

/** As they were derived. */
export function commandListOf(store: Store, key: number): { commands: RecordedCommand[]; hiddenSeqs: number[] } {
  const row = store.statement('SELECT list, hidden FROM commands WHERE key = ?').get(key)
  if (row === undefined) return { commands: [], hiddenSeqs: [] }
  return { commands: JSON.parse(String(row.list)), hiddenSeqs: JSON.parse(String(row.hidden)) }
}

export function rowOf(store: Store, key: number): SessionRow | undefined {
  const raw = store.statement(`SELECT ${ROW_COLUMNS} FROM ${ROW_TABLES} WHERE s.key = ?`).get(key)
  return raw === undefined ? undefined : sessionRow(raw)
}

export function findRow(store: Store, id: SessionId): SessionRow | undefined {
  const key = store.statement('SELECT key FROM sessions WHERE id = ?').get(sessionIdToBytes(id))?.key
  return key === undefined ? undefined : rowOf(store, Number(key))
}

/** Logs whose sessions run, or were cut off. */
export const foldersWithUnended = (store: Store): string[] =>
  store
    .statement('SELECT folder FROM logs WHERE key IN (SELECT log FROM sessions WHERE unended = 1)')
    .all()
    .map(({ folder }) => String(folder))

interface Question {
  readonly sql: string
  readonly bind: (below: number, limit: number) => SQLInputValue[]
}

/** Exported for the test that looks at the plans of SQLite. */
export function questionOf({ selection, texts }: Pick<Walk, 'selection' | 'texts'>): Question {
  const { sql, values } = conditionsOf(selection)
  const { from } = keyRange(selection)
  const wanted = [...(texts ?? []), ...(selection.command === undefined ? [] : [fold(selection.command)])]
  const withLists = texts !== undefined || selection.command !== undefined
  const lists = withLists ? 'JOIN commands c ON c.key = s.key' : ''
  const columns = `s.key AS key, s.ended AS ended, l.folder AS folder, ${withLists ? 'c.list' : 'NULL'} AS list`
  const match = matchExpression(wanted)
  if (match === undefined) {
    const tables = `sessions s CROSS JOIN logs l ON l.key = s.log ${lists}`
    const question = `SELECT ${columns} FROM ${tables} WHERE s.key < ? AND s.key >= ?${sql} ORDER BY s.key DESC LIMIT ?`
    return { sql: question, bind: (below, limit) => [below, from, ...values, limit] }
  }
  // The hits of the full-text index lead, newest first; a row of each is looked up by its key. Of a range of rowids beside
  // MATCH, SQLite 3.53 does not always keep to the bounds (`rowid = ?` gives the first hit), so they are asked for twice.
  const tables = `command_text f CROSS JOIN sessions s ON s.key = f.rowid CROSS JOIN logs l ON l.key = s.log ${lists}`
  const question = `SELECT ${columns} FROM ${tables}
    WHERE f.command_text MATCH ? AND f.rowid < ? AND f.rowid >= ? AND +s.key < ? AND +s.key >= ?${unindexed(sql)} ORDER BY f.rowid DESC LIMIT ?`
  return { sql: question, bind: (below, limit) => [match, below, from, below, from, ...values, limit] }
}

/** A unary plus keeps SQLite from choosing an index of a column's. */
const unindexed = (sql: string): string => sql.replaceAll(/(?<!\+)s\./g, '+s.')
