/** The table of a list whose rows come one after the other: pages, and what is watched. */
import type { SessionObject } from '../../protocol/session-object.ts'
import type { Output } from './output.ts'
import { type ColumnChoice, sessionCells, sessionColumns, shortIds } from './session-columns.ts'
import { type Column, columnWidths, headingLine, laterRowLine, rowLine } from './table.ts'

export interface SessionTable {
  readonly headings: string
  row(session: SessionObject): string
}

export interface TableChoice extends Pick<ColumnChoice, 'wide' | 'namespaces'> {
  /** Sessions come that nobody knows yet, so that columns are no narrower than they may be cut to. */
  readonly goesOn: boolean
  /** µs since the Unix epoch: an age is of the time when its row is printed. */
  readonly clock: () => number
}

/** Columns are as wide as the first sessions need them. Later rows keep to them where they can. */
export function openSessionTable(
  first: readonly SessionObject[],
  { wide, namespaces, goesOn, clock }: TableChoice,
  { columns: terminal, paint }: Output,
): SessionTable {
  // A person who cuts a row out of a script's output must find the whole id in it.
  const idOf = terminal === undefined || wide ? wholeId : shortIds(first)
  const choice = { wide, namespaces, idOf }
  const columns = sessionColumns({ ...choice, now: clock() })
  const cellsOf = (session: SessionObject) => sessionCells(session, { ...choice, now: clock() })
  const total = wide ? undefined : terminal
  const rows = first.map(cellsOf)
  const widths = columnWidths(columns, goesOn ? [...rows, leastCells(columns)] : rows, total)
  const known = new Set(first)
  return {
    headings: `${headingLine(columns, widths, paint)}\n`,
    row: (session) => {
      const line = known.has(session) ? rowLine : laterRowLine
      return `${line({ columns, widths, paint, total }, cellsOf(session))}\n`
    },
  }
}

const wholeId = ({ metadata }: SessionObject): string => metadata.name

const leastCells = (columns: readonly Column[]) => columns.map(({ least = 0 }) => ({ text: ' '.repeat(least) }))
