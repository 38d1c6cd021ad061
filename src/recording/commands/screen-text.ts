import type { Screen } from '../screen.ts'
import { LONGEST_LINE } from './limits.ts'

/**
 * Whether a row goes on in the next one. Line editors move down by a line feed, which makes the emulator forget that it
 * wrapped there; but then the row is full to its last column.
 */
export const goesOn = (screen: Screen, row: number): boolean => screen.isWrapped(row + 1) || screen.isFull(row)

/** How many rows one line may have. */
const mostRows = (screen: Screen): number => Math.ceil(LONGEST_LINE / screen.size.columns) + 1

/** All of a row that goes on. A wide character that did not fit left the last column empty: that blank is not the line's. */
const wholeRow = (screen: Screen, row: number): string =>
  screen.cells(row, 0, screen.size.columns - (screen.isFull(row) ? 0 : 1))

/** The text of some rows: those that go on are one line. Undefined where they are more than any line has. */
export function lineFrom(screen: Screen, firstRow: number, lastRow: number): string | undefined {
  if (lastRow - firstRow > mostRows(screen)) return undefined
  const parts: string[] = []
  for (let row = firstRow; row < lastRow; row += 1) {
    parts.push(goesOn(screen, row) ? wholeRow(screen, row) : `${screen.row(row)}\n`)
  }
  return parts.join('') + (lastRow < firstRow ? '' : screen.row(lastRow))
}

/** What stands from a row to the end of the line that goes through it. */
export interface LineEnd {
  readonly firstRow: number
  readonly text: string
}

/** The ends of the line that ends with this row, the shortest first: rows above belong to it while they go on. */
export function lineEnds(screen: Screen, lastRow: number): readonly LineEnd[] {
  const rows = [screen.row(lastRow)]
  let firstRow = lastRow
  while (lastRow - firstRow < mostRows(screen) && goesOn(screen, firstRow - 1)) {
    firstRow -= 1
    rows.push(wholeRow(screen, firstRow))
  }
  const whole = rows.toReversed().join('')
  let length = 0
  return rows.map((row, above) => {
    length += row.length
    return { firstRow: lastRow - above, text: whole.slice(whole.length - length) }
  })
}

/** Editors that write no prompt to go on leave as much room as the prompt takes. */
export function withoutMargin(text: string, columns: number): string {
  const [first = '', ...rest] = text.split('\n')
  const isMargin = rest.every((row) => row.slice(0, columns).trim() === '')
  return isMargin ? [first, ...rest.map((row) => row.slice(columns))].join('\n') : text
}

/** A screen does not tell blanks at the end of a line. */
export const trimmed = (text: string): string =>
  text
    .split('\n')
    .map((line) => line.trimEnd())
    .join('\n')
