/** Walks the sessions of a selection, newest first, in pieces: between them others have their turn. */
import { setImmediate as nextTurn } from 'node:timers/promises'
import type { RecordedCommand } from '../../src/protocol/recorded-command.ts'
import { type SessionId, sessionIdToBytes } from '../../src/protocol/session-id.ts'
import type { SessionPhase } from '../../src/protocol/session-object.ts'
import { fold, matchExpression } from './fold.ts'
import { conditionsOf, keyRange, type SessionSelection } from './selection.ts'
import { ROW_COLUMNS, ROW_TABLES, type SessionRow, sessionRow } from './session-row.ts'
import { linesOf, type Store } from './store.ts'

export interface Walk {
  readonly store: Store
  readonly selection: SessionSelection
  readonly phaseOf: (row: SessionRow) => SessionPhase
  /** Only keys below this one. */
  readonly below?: number
  /** Folded texts that all its command lines together must contain, as far as the index can tell. */
  readonly texts?: readonly string[]
}

/** The first piece is a page; later ones grow, so that a rare find is not slowed by many small questions. */
const FIRST_PIECE = 64
const LARGEST_PIECE = 2048

export async function* walk(parts: Walk): AsyncGenerator<SessionRow> {
  const { store, selection, phaseOf } = parts
  const { phase, command } = selection
  const text = command === undefined ? undefined : fold(command)
  const { sql, bind } = questionOf(parts, text)
  let { below } = keyRange(selection)
  below = Math.min(below, parts.below ?? below)
  for (let piece = FIRST_PIECE; ; piece = Math.min(piece * 2, LARGEST_PIECE)) {
    const rows = store.statement(sql).all(...bind(below, piece))
    for (const raw of rows) {
      below = Number(raw.key)
      const row = sessionRow(raw)
      if (phase !== undefined && phaseOf(row) !== phase) continue
      if (text !== undefined && !hasLine(store, row.key, text)) continue
      yield row
    }
    if (rows.length < piece) return
    await nextTurn()
  }
}

/** One session, where it is of the selection. */
export function pick({ store, selection, phaseOf }: Walk, key: number): SessionRow | undefined {
  const { sql, values } = conditionsOf(selection)
  const question = `SELECT ${ROW_COLUMNS} FROM ${ROW_TABLES} WHERE s.key = ?${sql.replaceAll(/(?<!\+)s\./g, '+s.')}`
  const raw = store.statement(question).get(key, ...values)
  if (raw === undefined) return undefined
  const row = sessionRow(raw)
  if (selection.phase !== undefined && phaseOf(row) !== selection.phase) return undefined
  const text = selection.command === undefined ? undefined : fold(selection.command)
  return text === undefined || hasLine(store, key, text) ? row : undefined
}

const hasLine = (store: Store, key: number, folded: string): boolean =>
  linesOf(commandListOf(store, key).commands).some((line) => fold(line).includes(folded))

/** As they were derived. */
export function commandListOf(store: Store, key: number): { commands: RecordedCommand[]; hiddenSeqs: number[] } {
  const row = store.statement('SELECT list, hidden FROM commands WHERE key = ?').get(key)
  if (row === undefined) return { commands: [], hiddenSeqs: [] }
  return { commands: JSON.parse(String(row.list)), hiddenSeqs: JSON.parse(String(row.hidden)) }
}

interface Question {
  readonly sql: string
  readonly bind: (below: number, limit: number) => (string | number | bigint | null | NodeJS.ArrayBufferView)[]
}

/** Exported for the test that looks at the plans of SQLite. */
export function questionOf({ selection, texts = [] }: Pick<Walk, 'selection' | 'texts'>, text?: string): Question {
  const { sql, values } = conditionsOf(selection)
  const { from } = keyRange(selection)
  const match = matchExpression(text === undefined ? texts : [...texts, text])
  if (match === undefined) {
    const mayHave = text === undefined && texts.length === 0 ? '' : ' AND s.commands > 0'
    const question = `SELECT ${ROW_COLUMNS} FROM ${ROW_TABLES} WHERE s.key < ? AND s.key >= ?${sql}${mayHave} ORDER BY s.key DESC LIMIT ?`
    return { sql: question, bind: (below, limit) => [below, from, ...values, limit] }
  }
  // The hits of the full-text index lead, newest first; a row of each is looked up by its key.
  const others = sql.replaceAll(/(?<!\+)s\./g, '+s.')
  const question = `SELECT ${ROW_COLUMNS} FROM command_text f CROSS JOIN ${ROW_TABLES.replace('sessions s', 'sessions s ON s.key = f.rowid')}
    WHERE f.command_text MATCH ? AND f.rowid < ? AND f.rowid >= ?${others} ORDER BY f.rowid DESC LIMIT ?`
  return { sql: question, bind: (below, limit) => [match, below, from, ...values, limit] }
}

export function findRow(store: Store, id: SessionId): SessionRow | undefined {
  const raw = store.statement(`SELECT ${ROW_COLUMNS} FROM ${ROW_TABLES} WHERE s.id = ?`).get(sessionIdToBytes(id))
  return raw === undefined ? undefined : sessionRow(raw)
}

/** Logs whose sessions run, or were cut off. */
export const foldersWithUnended = (store: Store): string[] =>
  store
    .statement('SELECT folder FROM logs WHERE key IN (SELECT log FROM sessions WHERE unended = 1)')
    .all()
    .map(({ folder }) => String(folder))
