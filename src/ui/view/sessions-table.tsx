import { Box } from 'ink'
import { memo, useMemo } from 'react'
import { type List, onScreen } from '../state/list.ts'
import type { SessionRow } from '../state/model.ts'
import { commandOf, stateOf, targetIn, whoOf } from '../state/session-row.ts'
import { ageOf, clipped, clippedInside, padded, widthOf } from '../text.ts'
import { type Column, type FittedColumn, fitted, GAP } from './columns.ts'
import { Line } from './line.tsx'
import type { Piece } from './piece.ts'
import type { Theme } from './theme.ts'

type Id = 'age' | 'user' | 'target' | 'state' | 'length' | 'command'

const IMPORTANCE: readonly Id[] = ['age', 'user', 'target', 'state', 'command', 'length']

const MARK = 2

interface Props {
  readonly list: List<SessionRow>
  readonly height: number
  readonly width: number
  readonly theme: Theme
  readonly now: number
  /** Whether the cursor's row is a bar, or has its mark alone. */
  readonly bar: boolean
  /** Of all that are listed; '' where they are of several. */
  readonly namespace: string
}

export function SessionsTable({ list, height, width, theme, now, bar, namespace }: Props) {
  const columns = useMemo(
    () => fitted(columnsOf(list.visible, namespace), IMPORTANCE, width - MARK - GAP),
    [list.visible, namespace, width],
  )
  const headings = columns.map((column) => ({
    text: padded(column.heading, column.width, column.align) + ' '.repeat(GAP),
    color: theme.faint,
  }))
  return (
    <Box flexDirection="column" height={height + 1} width={width}>
      <Line theme={theme} pieces={[{ text: ' '.repeat(MARK) }, ...headings]} />
      {onScreen(list, height).map((row) => (
        <SessionLine
          key={row.key}
          row={row}
          columns={columns}
          namespace={namespace}
          theme={theme}
          age={ageOf(now - Date.parse(row.session.status.startTime))}
          selected={row.key === list.key && (bar ? width : 0)}
        />
      ))}
    </Box>
  )
}

function columnsOf(rows: readonly SessionRow[], namespace: string): Column<Id>[] {
  const widest = (cell: (row: SessionRow) => string, least: number): number =>
    rows.reduce((most, row) => Math.max(most, widthOf(cell(row))), least)
  const user = widest(({ session }) => whoOf(session), 4)
  const target = widest(({ session }) => targetIn(session, namespace), 6)
  const command = widest(({ session }) => commandOf(session), 7)
  return [
    { id: 'age', heading: 'AGE', least: 5, most: 5, align: 'right' },
    { id: 'user', heading: 'USER', least: Math.min(user, 12), most: Math.min(user, 32) },
    { id: 'target', heading: 'TARGET', least: Math.min(target, 16), most: target },
    { id: 'state', heading: 'STATE', least: 8, most: widest(({ session }) => stateOf(session), 8) },
    { id: 'length', heading: 'LENGTH', least: 6, most: 6, align: 'right' },
    { id: 'command', heading: 'COMMAND', least: 8, most: command },
  ]
}

interface SessionLineProps {
  readonly row: SessionRow
  readonly columns: readonly FittedColumn<Id>[]
  readonly theme: Theme
  readonly age: string
  readonly namespace: string
  /** The width of its bar. */
  readonly selected: number | false
}

const SessionLine = memo(function SessionLine({ row, columns, theme, age, namespace, selected }: SessionLineProps) {
  const cells = columns.map(({ id, width, align }): Piece => {
    const { text, color } = cellOf(id, { row, theme, age, namespace })
    const cut = id === 'target' ? clippedInside : clipped
    return { text: padded(cut(text, width, theme.glyphs.ellipsis), width, align) + ' '.repeat(GAP), color }
  })
  const mark = { text: padded(selected === false ? '' : theme.glyphs.mark, MARK) }
  return <Line theme={theme} pieces={[mark, ...cells]} selected={selected} />
})

interface CellSource {
  readonly row: SessionRow
  readonly theme: Theme
  readonly age: string
  readonly namespace: string
}

function cellOf(
  id: Id,
  { row: { session }, theme, age, namespace }: CellSource,
): { text: string; color?: string | undefined } {
  switch (id) {
    case 'age':
      return { text: age }
    case 'user':
      return { text: whoOf(session) }
    case 'target':
      return { text: targetIn(session, namespace) }
    case 'state':
      return { text: stateOf(session), color: stateColour(session.status, theme) }
    case 'length':
      return {
        text: session.status.durationMs === undefined ? '' : ageOf(session.status.durationMs),
        color: theme.faint,
      }
    case 'command':
      return { text: commandOf(session), color: theme.faint }
  }
}

function stateColour({ phase, exitCode }: SessionRow['session']['status'], theme: Theme): string | undefined {
  if (phase === 'Live') return theme.good
  return phase === 'Ended' && exitCode === 0 ? theme.faint : theme.pending
}
