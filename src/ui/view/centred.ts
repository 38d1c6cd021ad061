/** A block of lines in the middle of the room that there is. Pure. */
import { widthOf } from '../text.ts'
import type { Piece } from './piece.ts'

export interface Room {
  readonly height: number
  readonly width: number
}

/** Where there is little room a block stands on top. */
const ROOMY_ROWS = 8

/** As many rows as there is room for; what is beyond is not shown. */
export function centred(block: readonly (readonly Piece[])[], { height, width }: Room): readonly (readonly Piece[])[] {
  const widest = Math.max(0, ...block.map((line) => line.reduce((sum, { text }) => sum + widthOf(text), 0)))
  const margin = { text: ' '.repeat(Math.max(0, Math.floor((width - widest) / 2))) }
  const above = height < ROOMY_ROWS ? 0 : Math.max(0, Math.floor((height - block.length) / 2))
  const rows = [...Array.from({ length: above }, () => []), ...block.map((line) => [margin, ...line])]
  return Array.from({ length: height }, (_, row) => rows[row] ?? [])
}
