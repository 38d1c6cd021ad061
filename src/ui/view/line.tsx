/** One line of the screen, made of pieces. */
import { Text } from 'ink'
import { joined, type Piece } from './piece.ts'
import { padded } from './text.ts'
import type { Theme } from './theme.ts'

/** The property for a colour that may be absent. */
export const coloured = (color: string | undefined): { readonly color?: string } =>
  color === undefined ? {} : { color }

interface LineProps {
  readonly pieces: readonly Piece[]
  readonly theme: Theme
  /** Under the cursor: in reverse, which needs no colour, and over this width. */
  readonly selected?: number | false
}

export function Line({ pieces, theme, selected = false }: LineProps) {
  if (selected !== false) {
    const text = padded(pieces.map((piece) => piece.text).join(''), selected)
    return (
      <Text wrap="truncate-end" bold inverse {...coloured(theme.accent)}>
        {text}
      </Text>
    )
  }
  return (
    <Text wrap="truncate-end">
      {joined(pieces).map((piece, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: pieces have no identity but their place
        <Text key={index} {...coloured(piece.color)} bold={piece.bold ?? false} underline={piece.underline ?? false}>
          {piece.text}
        </Text>
      ))}
    </Text>
  )
}
