/** A few lines in the middle of an empty screen: why it is empty, and what to do. */
import { Box, Text } from 'ink'
import { coloured } from './line.tsx'
import { PLACARD_COLUMNS, PLACARD_ROOMY_ROWS } from './placards.ts'
import { wrapped } from './text.ts'
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
  const own = Math.max(1, Math.min(PLACARD_COLUMNS, width - 2))
  const [first, rest] = [wrapped(title, own), lines.flatMap((line) => wrapped(line, own))]
  const heading = { bold: true, ...coloured(tone === undefined ? undefined : theme[tone]) }
  return (
    <Box
      height={height}
      width={width}
      flexDirection="column"
      justifyContent={height < PLACARD_ROOMY_ROWS ? 'flex-start' : 'center'}
      alignItems="center"
      overflow="hidden"
    >
      <Box flexDirection="column" width={own}>
        {[...first, ...rest].map((line, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: lines have no identity but their place
          <Text key={index} {...(index < first.length ? heading : coloured(theme.faint))}>
            {line}
          </Text>
        ))}
      </Box>
    </Box>
  )
}
