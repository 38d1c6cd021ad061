import { Box } from 'ink'
import { memo, useMemo } from 'react'
import { escapeText } from '../../recording/escape.ts'
import { type List, onScreen } from '../state/list.ts'
import type { PodRow } from '../state/pod-row.ts'
import { ageOf, clipped, clippedInside, padded } from '../text.ts'
import { type Column, type FittedColumn, fitted, GAP } from './columns.ts'
import { Line } from './line.tsx'
import type { Piece } from './piece.ts'
import type { Theme } from './theme.ts'

type Id = 'namespace' | 'name' | 'ready' | 'status' | 'restarts' | 'age' | 'containers' | 'record' | 'node'

/** What goes last where there is no room: who the pod is, how it does, then what it is made of. */
const IMPORTANCE: readonly Id[] = [
  'name',
  'status',
  'namespace',
  'age',
  'ready',
  'restarts',
  'containers',
  'record',
  'node',
]

const MARK = 2
/** Of the screen, before any other column but the most important has room: names are what one looks for. */
const NAMES_SHARE = 0.4
const ROOMY_COLUMNS = 140
/** From here on there is room for `CrashLoopBackOff`. */
const EASY_COLUMNS = 76

interface Props {
  readonly list: List<PodRow>
  readonly height: number
  readonly width: number
  readonly theme: Theme
  readonly now: number
  readonly record: string
  /** Whether the cursor's row is a bar, or has its mark alone. */
  readonly bar: boolean
  /** Pods of several namespaces are together. */
  readonly namespaced: boolean
}

export function PodsTable({ list, height, width, theme, now, record, bar, namespaced }: Props) {
  const columns = useMemo(
    () => fitted(columnsOf(list.visible, { namespaced, width }), IMPORTANCE, width - MARK - GAP),
    [list.visible, namespaced, width],
  )
  const rows = onScreen(list, height)
  return (
    <Box flexDirection="column" height={height + 1}>
      <Line theme={theme} pieces={headingOf(columns, theme)} />
      {rows.map((row) => (
        <PodLine
          key={row.key}
          row={row}
          columns={columns}
          theme={theme}
          age={ageOf(now - row.created)}
          record={record}
          selected={row.key === list.key && (bar ? width : 0)}
        />
      ))}
    </Box>
  )
}

const widest = (rows: readonly PodRow[], cell: (row: PodRow) => number): number => {
  let most = 0
  for (const row of rows) most = Math.max(most, cell(row))
  return most
}

interface Kind {
  readonly namespaced: boolean
  readonly width: number
}

/** Widths come from all rows, not from those on the screen: columns must not move while one scrolls. */
function columnsOf(rows: readonly PodRow[], { namespaced, width }: Kind): Column<Id>[] {
  const name = Math.max(
    4,
    widest(rows, (row) => row.title.length),
  )
  const status = Math.max(
    7,
    widest(rows, (row) => row.status.length),
  )
  const containers = Math.max(
    10,
    widest(rows, (row) => containersOf(row).length),
  )
  const namespace = Math.max(
    9,
    widest(rows, (row) => row.namespace.length),
  )
  const node = Math.max(
    4,
    widest(rows, (row) => row.node.length),
  )
  return [
    ...(namespaced ? [column('namespace', 'NAMESPACE', [9, Math.min(24, namespace)])] : []),
    column('name', 'NAME', [Math.min(name, Math.max(14, Math.floor(width * NAMES_SHARE))), name]),
    { ...column('ready', 'READY', [5, 5]), align: 'right' },
    column('status', 'STATUS', [Math.min(status, width >= EASY_COLUMNS ? 16 : 10), status]),
    { ...column('restarts', 'RESTARTS', [8, 8]), align: 'right' },
    { ...column('age', 'AGE', [5, 5]), align: 'right' },
    column('containers', 'CONTAINERS', [10, containers]),
    column('record', 'RECORD', [8, 8]),
    ...(width >= ROOMY_COLUMNS ? [column('node', 'NODE', [4, node])] : []),
  ]
}

const column = (id: Id, heading: string, [least, most]: [number, number]): Column<Id> => ({ id, heading, least, most })

const headingOf = (columns: readonly FittedColumn<Id>[], { faint, glyphs }: Theme): Piece[] => [
  { text: ' '.repeat(MARK) },
  ...columns.map(({ heading, width, align }) => ({
    text: padded(clipped(heading, width, glyphs.ellipsis), width, align) + ' '.repeat(GAP),
    color: faint,
  })),
]

interface PodLineProps {
  readonly row: PodRow
  readonly columns: readonly FittedColumn<Id>[]
  readonly theme: Theme
  readonly age: string
  readonly record: string
  /** The width of its bar. */
  readonly selected: number | false
}

/** Drawn again only where it changed: a key moves the cursor over two lines, not over sixty. */
const PodLine = memo(function PodLine({ row, columns, theme, age, record, selected }: PodLineProps) {
  const cells = columns.map(({ id, width, align }): Piece => {
    const { text, color } = cellOf(id, { row, age, record, theme })
    const cut = id === 'name' || id === 'node' ? clippedInside : clipped
    return { text: padded(cut(text, width, theme.glyphs.ellipsis), width, align) + ' '.repeat(GAP), color }
  })
  const mark = { text: padded(selected === false ? '' : theme.glyphs.mark, MARK) }
  return <Line theme={theme} pieces={[mark, ...cells]} selected={selected} />
})

interface CellSource {
  readonly row: PodRow
  readonly age: string
  readonly record: string
  readonly theme: Theme
}

function cellOf(id: Id, { row, age, record, theme }: CellSource): { text: string; color?: string | undefined } {
  switch (id) {
    case 'namespace':
      return { text: escapeText(row.namespace), color: theme.faint }
    case 'name':
      return { text: row.title }
    case 'ready':
      return { text: `${row.ready}/${row.total}` }
    case 'status':
      return { text: row.status, color: row.tone === 'over' ? theme.faint : theme[row.tone] }
    case 'restarts':
      return { text: String(row.restarts), color: row.restarts > 0 ? theme.pending : undefined }
    case 'age':
      return { text: age }
    case 'containers':
      return { text: containersOf(row), color: theme.faint }
    case 'record':
      return { text: record, color: theme.faint }
    case 'node':
      return { text: row.node, color: theme.faint }
  }
}

const containersOf = ({ containers }: PodRow): string =>
  escapeText(
    containers
      .filter(({ role, running }) => role === undefined || running)
      .map(({ name }) => name)
      .join(', '),
  )
