/** One line of the screen, made of pieces. */
import { Text } from 'ink'
import { widthOf } from '../text.ts'
import { joined, type Piece } from './piece.ts'
import type { Theme } from './theme.ts'

/** The property for a colour that may be absent. */
export const coloured = (color: string | undefined): { readonly color?: string } =>
  color === undefined ? {} : { color }

interface LineProps {
  readonly pieces: readonly Piece[]
  readonly theme: Theme
  /** Under the cursor: in reverse, which needs no colour, and over this width; 0 where something else has the keys. */
  readonly selected?: number | false
}

export function Line({ pieces, theme, selected = false }: LineProps) {
  const isBar = selected !== false && selected > 0
  return (
    <Text wrap="truncate-end">
      {joined(isBar ? barOf(pieces, theme, selected) : pieces).map((piece, index) => (
        <Text
          // biome-ignore lint/suspicious/noArrayIndexKey: pieces have no identity but their place
          key={index}
          {...coloured(piece.color)}
          bold={piece.bold ?? false}
          underline={piece.underline ?? false}
          inverse={isBar}
        >
          {piece.text}
        </Text>
      ))}
    </Text>
  )
}

/** All of one look, but for what is underlined. */
function barOf(pieces: readonly Piece[], { accent }: Theme, width: number): readonly Piece[] {
  const used = pieces.reduce((sum, { text }) => sum + widthOf(text), 0)
  const rest: Piece = { text: ' '.repeat(Math.max(0, width - used)) }
  return [...pieces, rest].map(({ text, underline = false }) => ({ text, underline, bold: true, color: accent }))
}
