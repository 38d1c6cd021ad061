import { keyLines } from '../state/keys.ts'
import { keyPage } from '../state/layout.ts'
import type { State } from '../state/model.ts'
import { centred } from './centred.ts'
import type { Pieces } from './lines.tsx'
import type { Theme } from './theme.ts'

/** All keys where there is room for them, else those from `from` on. */
export function keyRows(state: State, from: number, { accent }: Theme): readonly Pieces[] {
  const { rows, lines } = keyPage(state)
  const shown = keyLines(state.size)
    .slice(from, from + rows)
    .map(({ keys, meaning }): Pieces => [{ text: keys, color: accent, bold: true }, { text: meaning }])
  const title: readonly Pieces[] = rows >= lines + 2 ? [[{ text: 'Keys', bold: true }], []] : []
  return centred([...title, ...shown], { height: rows, width: state.size.columns })
}
