import { Box, Text } from 'ink'
import { Line } from './line.tsx'
import { padded } from './text.ts'
import type { Theme } from './theme.ts'

/** Every key, in the order in which one needs them. docs/tui.md has the same table; a test compares them. */
export const KEYS: readonly (readonly [keys: string, meaning: string])[] = [
  ['Enter', 'pods: open an audited shell; sessions: replay or watch'],
  ['f', 'filter this list as you type; Enter keeps it, Esc clears it'],
  ['c', 'another context'],
  ['n', 'another namespace'],
  ['0', 'all namespaces'],
  ['p', 'pods'],
  ['r', 'recent sessions'],
  ['w', 'sessions that run now, to watch'],
  ['/', 'search commands; Ctrl-O output too, Tab filters pods'],
  ['Up Down, j k', 'one row'],
  ['PgUp PgDn, Space', 'one screen'],
  ['Home End, g G', 'first, last'],
  ['Ctrl-R', 'fetch everything again'],
  ['Esc', 'back'],
  ['q, Ctrl-C', 'quit'],
]

const WIDEST = Math.max(...KEYS.map(([keys]) => keys.length))

interface Props {
  readonly height: number
  readonly width: number
  readonly theme: Theme
}

export function Help({ height, width, theme }: Props) {
  const own = Math.min(78, width - 2)
  return (
    <Box height={height} width={width} justifyContent="center" alignItems="center" overflow="hidden">
      <Box flexDirection="column" width={own} height={Math.min(height, KEYS.length + 2)} overflow="hidden">
        <Text bold>Keys</Text>
        {KEYS.map(([keys, meaning]) => (
          <Line
            key={keys}
            theme={theme}
            pieces={[{ text: padded(keys, WIDEST + 3), color: theme.accent, bold: true }, { text: meaning }]}
          />
        ))}
      </Box>
    </Box>
  )
}
