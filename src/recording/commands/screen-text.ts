import type { Screen } from '../screen.ts'
import { LONGEST_LINE } from './limits.ts'

/**
 * Whether a row goes on in the next one. Line editors move down by a line feed, which makes the emulator forget that it
 * wrapped there; but then the row is full to its last column.
 */
export const goesOn = (screen: Screen, row: number): boolean =>
  screen.isWrapped(row + 1) || screen.cells(row, screen.size.columns - 1, screen.size.columns).trim() !== ''

/** How many rows one line may have. */
export const mostRows = (screen: Screen): number => Math.ceil(LONGEST_LINE / screen.size.columns) + 1

/** The text of some rows: those that go on are one line. Undefined where they are more than any line has. */
export function lineFrom(screen: Screen, firstRow: number, lastRow: number): string | undefined {
  if (lastRow - firstRow > mostRows(screen)) return undefined
  let text = ''
  for (let row = firstRow; row <= lastRow; row += 1) {
    if (row === lastRow) return text + screen.row(row)
    if (!goesOn(screen, row)) text += `${screen.row(row)}\n`
    else text += screen.isWrapped(row + 1) ? wrappedRow(screen, row) : screen.row(row)
  }
  return text
}

/** A wide character that did not fit left the last column empty: that blank is not the line's. */
function wrappedRow(screen: Screen, row: number): string {
  const { columns } = screen.size
  const isSqueezed = screen.cells(row, columns - 1, columns).trim() === '' && isWide(screen.cells(row + 1, 0, 2))
  return screen.cells(row, 0, isSqueezed ? columns - 1 : columns)
}

const isWide = (cells: string): boolean => [...cells].length === 1
