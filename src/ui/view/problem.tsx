/** Why what was opened did not come to anything, in all its words: an error in one clipped line helps nobody. */
import { Box, Text } from 'ink'
import { coloured } from './line.tsx'
import type { Theme } from './theme.ts'

interface Props {
  readonly lines: readonly string[]
  readonly height: number
  readonly width: number
  readonly theme: Theme
}

export function Problem({ lines, height, width, theme }: Props) {
  const [first = '', ...rest] = lines
  return (
    <Box height={height} width={width} justifyContent="center" alignItems="center" overflow="hidden">
      <Box flexDirection="column" width={Math.max(1, Math.min(100, width - 2))} maxHeight={height} overflow="hidden">
        <Text bold {...coloured(theme.bad)}>
          {first}
        </Text>
        {rest.map((line, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: lines have no identity but their place
          <Text key={index}>{line}</Text>
        ))}
      </Box>
    </Box>
  )
}
