/** A part of a line: words with one look. */
export interface Piece {
  readonly text: string
  readonly color?: string | undefined
  readonly bold?: boolean
  readonly underline?: boolean
}

/** Pieces that look alike as one: each costs the layout engine as much as a line does. */
export function joined(pieces: readonly Piece[]): readonly Piece[] {
  const all: Piece[] = []
  for (const piece of pieces) {
    const last = all.at(-1)
    if (last !== undefined && lookAlike(last, piece)) all[all.length - 1] = { ...last, text: last.text + piece.text }
    else all.push(piece)
  }
  return all
}

const lookAlike = (a: Piece, b: Piece): boolean =>
  a.color === b.color && (a.bold ?? false) === (b.bold ?? false) && (a.underline ?? false) === (b.underline ?? false)
