/**
 * The first frame as Ink will draw it, made without Ink, which takes as long to load as all before it. Both are the same to
 * the cell (a test compares them), so that nothing moves when Ink takes over. Pure.
 */
import { layoutOf, SMALLEST } from '../state/layout.ts'
import type { State } from '../state/model.ts'
import { footerPieces } from './footer.ts'
import { headerPieces } from './header.ts'
import type { Piece } from './piece.ts'
import { PLACARD_COLUMNS, placardOf, placardRow } from './placards.ts'
import { widthOf } from './text.ts'
import type { Theme } from './theme.ts'

/** To be written from a terminal's first cell on. Nothing where there is no room for the words of an empty screen in one line. */
export function firstFrame(state: State, theme: Theme): string {
  const { columns, rows } = state.size
  const title = placardOf(state)?.title ?? ''
  const own = Math.min(PLACARD_COLUMNS, columns - 2)
  if (columns < SMALLEST.columns || rows < SMALLEST.rows || widthOf(title) > own) return ''
  const { rules, body } = layoutOf(state)
  const rule = rules ? [painted({ text: theme.glyphs.rule.repeat(columns), color: theme.faint })] : []
  const words = ' '.repeat(Math.round((columns - own) / 2)) + painted({ text: title, bold: true })
  const at = placardRow(body)
  const bodyRows = Array.from({ length: body }, (_, row) => (row === at ? words : ''))
  return [line(headerPieces(state, theme)), ...rule, ...bodyRows, ...rule, line(footerPieces(state, theme))].join('\n')
}

const line = (pieces: readonly Piece[]): string => pieces.map(painted).join('')

const PALETTE = /^ansi256\((\d+)\)$/

/** ECMA-48 SGR. */
function painted({ text, color = '', bold = false }: Piece): string {
  const index = PALETTE.exec(color)?.[1]
  const codes = [...(bold ? ['1'] : []), ...(index === undefined ? [] : ['38', '5', index])]
  return codes.length === 0 ? text : `\x1b[${codes.join(';')}m${text}\x1b[0m`
}
