/** A recorded screen inside ours: its cells in its colours, cut to the room that there is. */
import { Box, Text } from 'ink'
import type { PreviewRow } from '../../player/preview.ts'
import type { StyledRun } from '../../recording/screen.ts'
import type { Theme } from './theme.ts'

/** Rows below the last one that shows something are not worth room. */
export function withoutBlankEnd(rows: readonly PreviewRow[]): readonly PreviewRow[] {
  const last = rows.findLastIndex((row) => row.some(({ text }) => text.trim() !== ''))
  return rows.slice(0, last + 1)
}

interface Props {
  readonly rows: readonly PreviewRow[]
  readonly columns: number
  readonly theme: Theme
}

export function Picture({ rows, columns, theme }: Props) {
  return (
    <Box flexDirection="column" width={columns} height={rows.length} flexShrink={0} overflow="hidden">
      {rows.map((row, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: rows have no identity but their place
        <Text key={index} wrap="truncate-end">
          {row.length === 0 ? ' ' : row.map((run) => <Run key={run.column} run={run} theme={theme} before={row} />)}
        </Text>
      ))}
    </Box>
  )
}

interface RunProps {
  readonly run: StyledRun
  readonly before: PreviewRow
  readonly theme: Theme
}

function Run({ run, before, theme }: RunProps) {
  const { style } = run
  const at = before.indexOf(run)
  const end = at <= 0 ? 0 : (before[at - 1]?.column ?? 0) + (before[at - 1]?.width ?? 0)
  const text = style.invisible === true ? ' '.repeat(run.width) : run.text
  // Without colour there is the picture's text alone, but for what is in reverse.
  const colours = theme.accent === undefined ? {} : coloursOf(run)
  return (
    <Text {...colours} bold={style.bold === true} inverse={style.inverse === true} underline={style.underline === true}>
      {' '.repeat(Math.max(0, run.column - end)) + text}
    </Text>
  )
}

const colourOf = (color: number | `#${string}`): string => (typeof color === 'number' ? `ansi256(${color})` : color)

const coloursOf = ({ style: { foreground, background, dim } }: StyledRun) => ({
  ...(foreground === undefined ? {} : { color: colourOf(foreground) }),
  ...(background === undefined ? {} : { backgroundColor: colourOf(background) }),
  dimColor: dim === true,
})
