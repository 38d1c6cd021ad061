import { Box } from 'ink'
import { memo, useMemo } from 'react'
import { escapeText } from '../../recording/escape.ts'
import { type List, onScreen } from '../state/list.ts'
import type { HitRow } from '../state/model.ts'
import { targetIn, whoOf } from '../state/session-row.ts'
import { ageOf, clipped, clippedInside, padded, widthOf } from '../text.ts'
import { type Column, type FittedColumn, fitted, GAP } from './columns.ts'
import { foundPieces } from './found.ts'
import { Line } from './line.tsx'
import type { Piece } from './piece.ts'
import type { Theme } from './theme.ts'

type Id = 'age' | 'user' | 'target' | 'where' | 'line'

const IMPORTANCE: readonly Id[] = ['line', 'age', 'where', 'user', 'target']
const MARK = 2

interface Props {
  readonly list: List<HitRow>
  readonly height: number
  readonly width: number
  readonly theme: Theme
  readonly now: number
  /** Whether the cursor's row is a bar, or has its mark alone. */
  readonly bar: boolean
  /** Of all that are listed; '' where they are of several. */
  readonly namespace: string
  /** What was looked for. */
  readonly text: string
}

/** The line has the room that is left: it is what was looked for. */
export function HitsTable({ list, height, width, theme, now, bar, namespace, text }: Props) {
  const own = width - MARK - GAP
  const columns = useMemo(
    () => fitted(columnsOf(list.visible, { width: own, namespace }), IMPORTANCE, own),
    [list.visible, own, namespace],
  )
  const headings = columns.map((column) => ({
    text: padded(clipped(column.heading, column.width, ''), column.width, column.align) + ' '.repeat(GAP),
    color: theme.faint,
  }))
  return (
    <Box flexDirection="column" height={height + 1} width={width}>
      <Line theme={theme} pieces={[{ text: ' '.repeat(MARK) }, ...headings]} />
      {onScreen(list, height).map((row) => (
        <HitLine
          key={row.key}
          row={row}
          columns={columns}
          namespace={namespace}
          text={text}
          theme={theme}
          age={ageOf(now - Date.parse(row.hit.session.status.startTime) - row.hit.elapsed / 1000)}
          selected={row.key === list.key && (bar ? width : 0)}
        />
      ))}
    </Box>
  )
}

/** Only where not all of them are commands. */
const WHERE: Column<Id> = { id: 'where', heading: 'IN', least: 7, most: 7 }

/** The line has at least a good part of the screen. */
function columnsOf(
  rows: readonly HitRow[],
  { width, namespace }: { readonly width: number; readonly namespace: string },
): Column<Id>[] {
  const widest = (cell: (row: HitRow) => string): number =>
    rows.reduce((most, row) => Math.max(most, widthOf(cell(row))), 4)
  const line = widest(({ hit }) => escapeText(hit.line))
  const user = widest(({ hit }) => whoOf(hit.session))
  const target = widest(({ hit }) => targetIn(hit.session, namespace))
  return [
    { id: 'age', heading: 'AGE', least: 5, most: 5, align: 'right' },
    { id: 'user', heading: 'USER', least: Math.min(user, 8), most: Math.min(user, 24) },
    { id: 'target', heading: 'TARGET', least: Math.max(6, Math.min(target, 16)), most: Math.max(6, target) },
    ...(rows.some(({ hit }) => hit.where === 'output') ? [WHERE] : []),
    { id: 'line', heading: 'LINE', least: Math.min(line, Math.floor(width * 0.4)), most: line },
  ]
}

interface HitLineProps {
  readonly row: HitRow
  readonly columns: readonly FittedColumn<Id>[]
  readonly theme: Theme
  readonly age: string
  readonly namespace: string
  readonly text: string
  /** The width of its bar. */
  readonly selected: number | false
}

const HitLine = memo(function HitLine({ selected, ...cell }: HitLineProps) {
  const { theme } = cell
  const mark = { text: padded(selected === false ? '' : theme.glyphs.mark, MARK) }
  const cells = cell.columns.flatMap((column) => cellOf(column, cell))
  return <Line theme={theme} pieces={[mark, ...cells]} selected={selected} />
})

type Cell = Omit<HitLineProps, 'selected'>

function cellOf({ id, width, align }: FittedColumn<Id>, cell: Cell): readonly Piece[] {
  const { theme, text } = cell
  const { ellipsis } = theme.glyphs
  if (id === 'line') return foundPieces(escapeText(cell.row.hit.line), { text, width, ellipsis, color: theme.accent })
  const words = wordsOf(id, cell)
  const cut = (id === 'target' ? clippedInside : clipped)(words, width, ellipsis)
  return [{ text: padded(cut, width, align) + ' '.repeat(GAP), color: theme.faint }]
}

function wordsOf(id: Exclude<Id, 'line'>, { row: { hit }, age, namespace }: Cell): string {
  switch (id) {
    case 'age':
      return age
    case 'user':
      return whoOf(hit.session)
    case 'target':
      return targetIn(hit.session, namespace)
    case 'where':
      return hit.where
  }
}
