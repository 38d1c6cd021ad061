/** Frames as bytes for a terminal: only what changed since the frame before, in one synchronized update. */
import type { Frame, Row } from './frame.ts'

const CSI = '\x1b['
/** Terminals that know it show all of it at once (DECSET 2026); others ignore it. */
const BEGIN = `${CSI}?2026h`
const END = `${CSI}?2026l`

/** Where terminals agree on a width of one: ASCII, Latin, Greek, Cyrillic, lines, blocks. */
const SURE = /^[\x20-\x7e\u{a1}-\u{52f}\u{2500}-\u{259f}]$/u

/** '' where nothing changed. `before` undefined, or of another size: everything is painted. */
export function paint(before: Frame | undefined, next: Frame): string {
  const known = before?.columns === next.columns && before.rows.length === next.rows.length ? before : undefined
  const rows = next.rows.map((row, index) => paintRow(known?.rows[index], row, index)).join('')
  const sameCursor =
    known !== undefined && known.cursor?.row === next.cursor?.row && known.cursor?.column === next.cursor?.column
  if (rows === '' && sameCursor) return ''
  // Hidden meanwhile, so that it is not seen running.
  return `${BEGIN}${CSI}?25l${known === undefined ? `${CSI}0m${CSI}2J` : ''}${rows}${cursorTo(next)}${END}`
}

const cursorTo = ({ cursor }: Frame): string =>
  cursor === undefined ? '' : `${CSI}${cursor.row + 1};${cursor.column + 1}H${CSI}?25h`

function paintRow(before: Row | undefined, row: Row, index: number): string {
  const { glyphs, looks } = row
  let out = ''
  /** Where the terminal's cursor is in this row; undefined: not known for sure. */
  let at: number | undefined
  let look = ''
  for (let column = 0; column < glyphs.length; column += 1) {
    const glyph = glyphs[column] ?? ' '
    if (glyph === '' || !isChanged(before, row, column)) continue
    if (at !== column) out += `${CSI}${index + 1};${column + 1}H`
    const wanted = looks[column] ?? ''
    if (wanted !== look) out += `${CSI}0${wanted === '' ? '' : `;${wanted}`}m`
    look = wanted
    out += glyph
    at = SURE.test(glyph) ? column + 1 : undefined
  }
  return look === '' ? out : `${out}${CSI}0m`
}

/** A wide glyph changes with either half: what was in the right one may be there no more. */
function isChanged(before: Row | undefined, row: Row, column: number): boolean {
  if (before === undefined) return row.glyphs[column] !== ' ' || row.looks[column] !== ''
  const differs = (at: number): boolean => before.glyphs[at] !== row.glyphs[at] || before.looks[at] !== row.looks[at]
  if (differs(column)) return true
  return row.glyphs[column + 1] === '' && differs(column + 1)
}
