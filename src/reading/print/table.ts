/** Rows of cells as lines of a table that fits a terminal. Cells hold text that is safe already. */
import type { Paint, Style } from './paint.ts'
import { cutToWidth, textWidth } from './text-width.ts'

export interface Column {
  readonly heading: string
  /** May be cut down to so many columns where the terminal is narrow; absent: never. */
  readonly least?: number
  readonly right?: boolean
}

export interface Cell {
  readonly text: string
  readonly style?: Style | undefined
}

export interface TableOptions {
  readonly paint: Paint
  /** Of the terminal; undefined: as wide as the cells are. */
  readonly width: number | undefined
  readonly headings: boolean
}

const GAP = '  '

/** How wide each column is: as its widest cell, and then the widest of those that may shrink give way. */
export function columnWidths(columns: readonly Column[], rows: readonly (readonly Cell[])[], total?: number): number[] {
  const widths = columns.map(({ heading }, index) =>
    rows.reduce((most, row) => Math.max(most, textWidth(row[index]?.text ?? '')), heading.length),
  )
  if (total === undefined) return widths
  // Of a text of megabytes, column by column would take seconds.
  for (const [index, width] of widths.entries())
    if (columns[index]?.least !== undefined) widths[index] = Math.min(width, total)
  let surplus = lineWidth(widths) - total
  while (surplus > 0) {
    const room = columns.map(({ least }, index) => (least === undefined ? 0 : (widths[index] ?? 0) - least))
    const widest = widestOf(widths, room)
    if (widest === undefined) break
    widths[widest] = (widths[widest] ?? 0) - 1
    surplus -= 1
  }
  return widths
}

function widestOf(widths: readonly number[], room: readonly number[]): number | undefined {
  const able = widths.map((width, index) => ({ width, index })).filter(({ index }) => (room[index] ?? 0) > 0)
  return able.sort((a, b) => b.width - a.width)[0]?.index
}

export function headingLine(columns: readonly Column[], widths: readonly number[], paint: Paint): string {
  const cells = columns.map(({ heading }) => ({ text: heading, style: 'bold' as const }))
  return rowLine({ columns, widths, paint }, cells)
}

interface Layout {
  readonly columns: readonly Column[]
  readonly widths: readonly number[]
  readonly paint: Paint
}

/**
 * A row that came when the widths were settled: its cells take what room is left behind the columns, so that they are cut
 * only where the terminal ends, and never where there is none.
 *
 * @param total of the terminal; undefined: as wide as the cells are
 */
export function laterRowLine(layout: Layout & { readonly total: number | undefined }, cells: readonly Cell[]): string {
  const { widths, total } = layout
  let room = total === undefined ? Number.POSITIVE_INFINITY : total - lineWidth(widths)
  const grown = widths.map((width, index) => {
    const more = Math.max(0, Math.min(room, textWidth(cells[index]?.text ?? '') - width))
    room -= more
    return width + more
  })
  return rowLine({ ...layout, widths: grown }, cells)
}

const lineWidth = (widths: readonly number[]): number =>
  widths.reduce((sum, width) => sum + width + GAP.length, -GAP.length)

export function rowLine({ columns, widths, paint }: Layout, cells: readonly Cell[]): string {
  const parts = cells.map(({ text, style }, index) => {
    const width = widths[index] ?? 0
    const shown = columns[index]?.least === undefined ? text : cutToWidth(text, width)
    const last = index === cells.length - 1
    const fill = last ? '' : ' '.repeat(Math.max(0, width - textWidth(shown)))
    return columns[index]?.right ? fill + paint(style, shown) : paint(style, shown) + fill
  })
  return parts.join(GAP).trimEnd()
}

export function tableLines(
  columns: readonly Column[],
  rows: readonly (readonly Cell[])[],
  options: TableOptions,
): string[] {
  const widths = columnWidths(columns, rows, options.width)
  const layout = { columns, widths, paint: options.paint }
  const lines = rows.map((row) => rowLine(layout, row))
  return options.headings ? [headingLine(columns, widths, options.paint), ...lines] : lines
}
