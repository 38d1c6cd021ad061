/** A picture for the viewer's terminal: cells with a glyph and a look each. */
import type * as Headless from '@xterm/headless'
import { type Colors, sgrOf } from './style.ts'

/** A glyph of '' is the right half of a wide one before it. */
export interface Row {
  readonly glyphs: string[]
  /** SGR parameters of each; '' is plain. */
  readonly looks: string[]
}

export interface Frame {
  readonly columns: number
  readonly rows: readonly Row[]
  /** Where the cursor is shown; undefined: nowhere. */
  readonly cursor: { readonly row: number; readonly column: number } | undefined
}

export const blankRow = (columns: number, look = ''): Row => ({
  glyphs: new Array<string>(columns).fill(' '),
  looks: new Array<string>(columns).fill(look),
})

// Controls, direction and format marks, halves of pairs, line breaks. Private characters stay: prompts draw with them.
const UNSAFE = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u
const EVERY_UNSAFE = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu

const STARTS_WITH_MARK = /^\p{M}/u

/** What of a cell's text may go to a terminal. Marks without a letter get one, or they would pile up on the cell before. */
export function safeGlyph(text: string): string {
  const safe = UNSAFE.test(text) ? text.replace(EVERY_UNSAFE, '') || '\u{fffd}' : text
  return STARTS_WITH_MARK.test(safe) ? `\u{25cc}${safe}` : safe
}

/** The cells of an emulator's line, as many as there is room for. */
export function cellsOf(line: Headless.IBufferLine, { cell, colors, from, columns }: CellView): Row {
  const row = blankRow(columns)
  for (let index = 0; index < columns; index += 1) {
    if (line.getCell(from + index, cell) === undefined) break
    const width = cell.getWidth()
    row.looks[index] = cell.isAttributeDefault() ? '' : sgrOf(cell, colors)
    if (width === 0) row.glyphs[index] = index === 0 ? ' ' : ''
    else if (width === 2 && index === columns - 1) row.glyphs[index] = ' '
    else row.glyphs[index] = cell.isInvisible() ? ' '.padEnd(width) : safeGlyph(cell.getChars()) || ' '
  }
  return row
}

export interface CellView {
  /** Used again for every cell: making one is dear. */
  readonly cell: Headless.IBufferCell
  readonly colors: Colors
  /** The first column, and how many. */
  readonly from: number
  readonly columns: number
}

/** How many columns a text of ours takes: wide are those that Unicode's East Asian Width has as W or F, roughly. */
const WIDE =
  /[\u{1100}-\u{115f}\u{2e80}-\u{a4cf}\u{ac00}-\u{d7a3}\u{f900}-\u{faff}\u{fe30}-\u{fe6f}\u{ff00}-\u{ff60}\u{ffe0}-\u{ffe6}\u{1f300}-\u{1faff}\u{20000}-\u{3fffd}]/u

export const glyphsOf = (text: string): string[] =>
  [...text].flatMap((char) => {
    if (/\p{M}/u.test(char)) return []
    const glyph = safeGlyph(char)
    return WIDE.test(glyph) ? [glyph, ''] : [glyph]
  })

export interface Piece {
  readonly text: string
  readonly look?: string
}

/** Writes text into a row; what does not fit is cut off. Returns the column after it. */
export function write(row: Row, column: number, { text, look = '' }: Piece): number {
  let at = column
  for (const glyph of glyphsOf(text)) {
    if (at >= row.glyphs.length) break
    row.glyphs[at] = glyph
    row.looks[at] = look
    at += 1
  }
  // Half of a wide character at the edge is none.
  const last = row.glyphs.length - 1
  if (at > last && WIDE.test(row.glyphs[last] ?? '')) row.glyphs[last] = ' '
  return at
}
