/** Lines that have no identity but their place. Each is one row: what is wider is cut, and none is squeezed out by others. */
import { Box } from 'ink'
import { Line } from './line.tsx'
import type { Piece } from './piece.ts'
import type { Theme } from './theme.ts'

export type Pieces = readonly Piece[]

interface Props {
  readonly lines: readonly Pieces[]
  readonly theme: Theme
}

export const Lines = ({ lines, theme }: Props) =>
  lines.map((pieces, index) => (
    // biome-ignore lint/suspicious/noArrayIndexKey: lines have no identity but their place
    <Box key={index} flexShrink={0} height={1} overflow="hidden">
      <Line pieces={pieces} theme={theme} />
    </Box>
  ))
