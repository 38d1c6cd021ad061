/** A part of a line: words with one look. */
export interface Piece {
  readonly text: string
  readonly color?: string | undefined
  readonly bold?: boolean
  readonly underline?: boolean
}
