/**
 * The first frame as Ink will draw it, made without Ink, which takes as long to load as all before it. Both are the same to
 * the cell (a test compares them), so that nothing moves when Ink takes over. Pure.
 */
import { layoutOf, SMALLEST } from '../state/layout.ts'
import type { State } from '../state/model.ts'
import { widthOf } from '../text.ts'
import { footerPieces } from './footer.ts'
import { headerPieces } from './header.ts'
import type { Piece } from './piece.ts'
import { placardOf, placardRows } from './placards.ts'
import type { Theme } from './theme.ts'

/** To be written from a terminal's first cell on. Nothing where there is no room for a screen: Ink cuts what is too wide. */
export function firstFrame(state: State, theme: Theme): string {
  const { columns, rows } = state.size
  if (columns < SMALLEST.columns || rows < SMALLEST.rows) return ''
  const { rules, body } = layoutOf(state)
  const rule = rules ? [painted({ text: theme.glyphs.rule.repeat(columns), color: theme.faint })] : []
  const nothing = placardRows(placardOf(state) ?? { title: '' }, { height: body, width: columns }, theme)
  const bodyRows = nothing.map(line)
  const [header, footer] = [headerPieces(state, theme), footerPieces(state, theme)]
  if (Math.max(widthOfAll(header), widthOfAll(footer)) > columns) return ''
  return [line(header), ...rule, ...bodyRows, ...rule, line(footer)].join('\n')
}

const widthOfAll = (pieces: readonly Piece[]): number => pieces.reduce((sum, { text }) => sum + widthOf(text), 0)

const line = (pieces: readonly Piece[]): string => pieces.map(painted).join('')

const PALETTE = /^ansi256\((\d+)\)$/

/** ECMA-48 SGR. */
function painted({ text, color = '', bold = false }: Piece): string {
  const index = PALETTE.exec(color)?.[1]
  const codes = [...(bold ? ['1'] : []), ...(index === undefined ? [] : ['38', '5', index])]
  return codes.length === 0 ? text : `\x1b[${codes.join(';')}m${text}\x1b[0m`
}
