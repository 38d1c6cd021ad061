import type { Screen } from '../screen.ts'
import { LONGEST_LINE } from './limits.ts'

/**
 * Whether a row goes on in the next one. Line editors move down by a line feed, which makes the emulator forget that it
 * wrapped there; but then the row is full to its last column.
 */
export const goesOn = (screen: Screen, row: number): boolean => screen.isWrapped(row + 1) || screen.isFull(row)

/** How many rows one line may have. */
export const mostRows = (screen: Screen): number => Math.ceil(LONGEST_LINE / screen.size.columns) + 1

/** The text of some rows: those that go on are one line. Undefined where they are more than any line has. */
export function lineFrom(screen: Screen, firstRow: number, lastRow: number): string | undefined {
  if (lastRow - firstRow > mostRows(screen)) return undefined
  let text = ''
  for (let row = firstRow; row <= lastRow; row += 1) {
    if (row === lastRow) return text + screen.row(row)
    if (!goesOn(screen, row)) text += `${screen.row(row)}\n`
    // A wide character that did not fit left the last column empty: that blank is not the line's.
    else text += screen.cells(row, 0, screen.size.columns - (screen.isFull(row) ? 0 : 1))
  }
  return text
}
