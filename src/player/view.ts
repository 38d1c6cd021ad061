/** Composes a frame: the recorded screen, as much of it as fits, and our own rows around it. */
import type { TerminalSize } from '../protocol/channel.ts'
import type { Screen } from '../recording/screen.ts'
import { KEY_HELP } from './actions.ts'
import { markFound } from './found.ts'
import { blankRow, cellsOf, type Frame, glyphsOf, type Row, write } from './frame.ts'
import { type Status, statusRow } from './status.ts'
import type { Colors } from './style.ts'

export interface Picture {
  readonly recorded: Screen
  readonly size: TerminalSize
  readonly colors: Colors
  /** The first row and column of the recording that are shown. */
  readonly offset: Offset
  readonly status: Status
  /** Where there is no room for it, the status covers the last row while it is wanted. */
  readonly isStatusWanted: boolean
  /** A line of what was typed; undefined: not wanted. */
  readonly typed: string | undefined
  /** The list of keys is shown, from this one on. */
  readonly keysFrom: number | undefined
  /** Marked wherever it stands. */
  readonly found: string | undefined
}

export interface Offset {
  readonly row: number
  readonly column: number
}

/** How many rows are ours. A recording that needs them all gets them all, but while the status is wanted. */
export function ownRows({ recorded, size, typed, isStatusWanted }: Omit<Picture, 'offset' | 'status'>): number {
  const { rows } = recorded.size
  const hasRoom = size.rows > rows + (typed === undefined ? 0 : 1)
  const status = hasRoom || isStatusWanted ? 1 : 0
  return Math.min(size.rows - 1, status + (typed === undefined ? 0 : 1))
}

/** Stays while the cursor is in sight; then it is at the far edge, for what comes before it says more than what follows. */
export function followCursor(before: Offset, recorded: Screen, area: TerminalSize): Offset {
  const { size, cursor } = recorded
  const follow = (offset: number, place: number, room: number): number =>
    place >= offset && place < offset + room ? offset : Math.max(0, place - room + 1)
  return inside(
    {
      row: follow(before.row, cursor.row, area.rows),
      column: follow(before.column, Math.min(cursor.column, size.columns - 1), area.columns),
    },
    size,
    area,
  )
}

/** Not beyond the edges of the recording. */
export const inside = (offset: Offset, size: TerminalSize, area: TerminalSize): Offset => ({
  row: Math.max(0, Math.min(offset.row, size.rows - area.rows)),
  column: Math.max(0, Math.min(offset.column, size.columns - area.columns)),
})

export function compose(picture: Picture): Frame {
  const { recorded, size, status, typed } = picture
  const own = ownRows(picture)
  const area = { columns: size.columns, rows: size.rows - own }
  const rows = screenRows(picture, area)
  if (typed !== undefined && own > 0) rows.push(typedRow(typed, size.columns))
  if (rows.length < size.rows) rows.push(statusRow(status, size.columns))
  if (picture.keysFrom !== undefined) overlayKeys(rows.slice(0, area.rows), picture.keysFrom)
  const place = recorded.cursor
  const row = place.row - picture.offset.row
  const column = Math.min(place.column, recorded.size.columns - 1) - picture.offset.column
  const isSeen = row >= 0 && row < area.rows && column >= 0 && column < area.columns
  const cursor = isSeen && recorded.isCursorVisible && picture.keysFrom === undefined ? { row, column } : undefined
  return { columns: size.columns, rows, cursor }
}

function screenRows({ recorded, offset, colors, found }: Picture, area: TerminalSize): Row[] {
  const { size } = recorded
  const cell = recorded.newCell()
  const columns = Math.min(area.columns, size.columns - offset.column)
  return Array.from({ length: area.rows }, (_, index) => {
    const number = offset.row + index
    const row = blankRow(area.columns)
    const line = number < size.rows ? recorded.line(number) : undefined
    if (line !== undefined) {
      const cells = cellsOf(line, { cell, colors, from: offset.column, columns })
      if (found !== undefined) markFound(cells, found)
      for (let column = 0; column < columns; column += 1) {
        row.glyphs[column] = cells.glyphs[column] ?? ' '
        row.looks[column] = cells.looks[column] ?? ''
      }
      if (columns < area.columns) write(row, columns, { text: '│', look: '2' })
    } else if (number === size.rows) {
      const edge = `${'─'.repeat(columns)}${columns < area.columns ? '┘' : ''}`
      write(row, 0, { text: edge, look: '2' })
    }
    return row
  })
}

function typedRow(typed: string, columns: number): Row {
  const row = blankRow(columns)
  const label = ' typed: '
  const at = write(row, 0, { text: label, look: '2' })
  const characters = [...typed]
  write(row, at, { text: characters.slice(-Math.max(1, columns - label.length - 1)).join('') })
  return row
}

const HELP_WIDTH = 52

/** The first key of the next page, where there is one. */
export function keysAfter(from: number, rows: number): number | undefined {
  const next = from + Math.max(1, rows)
  return next < KEY_HELP.length ? next : undefined
}

function overlayKeys(rows: readonly Row[], first: number): void {
  const columns = rows[0]?.glyphs.length ?? 0
  const width = Math.min(HELP_WIDTH, columns)
  const shown = KEY_HELP.slice(first, first + rows.length)
  const from = Math.max(0, Math.floor((columns - width) / 2))
  const top = Math.max(0, Math.floor((rows.length - shown.length) / 2))
  shown.forEach(([keys, words], index) => {
    const row = rows[top + index]
    const text = glyphsOf(` ${keys.padEnd(13)} ${words}`)
    const cut = text.length < width ? text.join('') : `${text.slice(0, width - 2).join('')}…`
    if (row !== undefined) write(row, from, { text: cut.padEnd(width), look: '7' })
  })
}
