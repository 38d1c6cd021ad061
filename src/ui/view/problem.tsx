/** Why what was opened did not come to anything, in all its words: an error in one clipped line helps nobody. */
import { Box, Text } from 'ink'
import { coloured } from './line.tsx'
import { wrapped } from './text.ts'
import type { Theme } from './theme.ts'

interface Props {
  readonly lines: readonly string[]
  readonly height: number
  readonly width: number
  readonly theme: Theme
}

export function Problem({ lines, height, width, theme }: Props) {
  const own = Math.max(1, Math.min(100, width - 2))
  const [first = [], ...rest] = lines.map((line) => wrapped(line, own))
  return (
    <Box height={height} width={width} justifyContent="center" alignItems="center" overflow="hidden">
      <Box flexDirection="column" width={own} maxHeight={height} overflow="hidden">
        {[...first, ...rest.flat()].map((line, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: lines have no identity but their place
          <Text key={index} {...(index < first.length ? { bold: true, ...coloured(theme.bad) } : {})}>
            {line}
          </Text>
        ))}
      </Box>
    </Box>
  )
}
