/** A few lines in the middle of an empty screen: why it is empty, and what to do. */
import { Box, Text } from 'ink'
import { coloured } from './line.tsx'
import type { Theme } from './theme.ts'

interface Props {
  readonly title: string
  readonly lines?: readonly string[]
  readonly tone?: 'bad' | 'pending' | undefined
  readonly height: number
  readonly width: number
  readonly theme: Theme
}

export function Placard({ title, lines = [], tone, height, width, theme }: Props) {
  return (
    <Box
      height={height}
      width={width}
      flexDirection="column"
      justifyContent={height < 8 ? 'flex-start' : 'center'}
      alignItems="center"
      overflow="hidden"
    >
      <Box flexDirection="column" width={Math.max(1, Math.min(72, width - 2))}>
        <Text bold {...coloured(tone === undefined ? undefined : theme[tone])}>
          {title}
        </Text>
        {lines.map((line) => (
          <Text key={line} {...coloured(theme.faint)}>
            {line}
          </Text>
        ))}
      </Box>
    </Box>
  )
}
