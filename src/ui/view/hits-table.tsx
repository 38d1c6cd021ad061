import { Box } from 'ink'
import { memo, useMemo } from 'react'
import { escapeText } from '../../recording/escape.ts'
import { type List, onScreen } from '../state/list.ts'
import type { HitRow } from '../state/model.ts'
import { targetOf, whoOf } from '../state/session-row.ts'
import { type Column, type FittedColumn, fitted, GAP } from './columns.ts'
import { Line } from './line.tsx'
import { ageOf, clipped, clippedInside, padded, widthOf } from './text.ts'
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
}

/** The line has the room that is left: it is what was looked for. */
export function HitsTable({ list, height, width, theme, now }: Props) {
  const own = width - MARK - GAP
  const columns = useMemo(() => fitted(columnsOf(list.visible, own), IMPORTANCE, own), [list.visible, own])
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
          theme={theme}
          age={ageOf(now - Date.parse(row.hit.session.status.startTime) - row.hit.elapsed / 1000)}
          selected={row.key === list.key && width}
        />
      ))}
    </Box>
  )
}

/** Only where not all of them are commands. */
const WHERE: Column<Id> = { id: 'where', heading: 'IN', least: 7, most: 7 }

/** The line has at least a good part of the screen. */
function columnsOf(rows: readonly HitRow[], width: number): Column<Id>[] {
  const widest = (cell: (row: HitRow) => string): number =>
    rows.reduce((most, row) => Math.max(most, widthOf(cell(row))), 8)
  const line = widest(({ hit }) => escapeText(hit.line))
  const user = widest(({ hit }) => whoOf(hit.session))
  const target = widest(({ hit }) => targetOf(hit.session))
  return [
    { id: 'age', heading: 'AGE', least: 5, most: 5, align: 'right' },
    { id: 'user', heading: 'USER', least: 8, most: Math.min(user, 24) },
    { id: 'target', heading: 'TARGET', least: Math.min(target, 12), most: target },
    ...(rows.some(({ hit }) => hit.where === 'output') ? [WHERE] : []),
    { id: 'line', heading: 'LINE', least: Math.min(line, Math.floor(width * 0.4)), most: line },
  ]
}

interface HitLineProps {
  readonly row: HitRow
  readonly columns: readonly FittedColumn<Id>[]
  readonly theme: Theme
  readonly age: string
  /** The width of its bar. */
  readonly selected: number | false
}

const HitLine = memo(function HitLine({ row, columns, theme, age, selected }: HitLineProps) {
  const texts: Readonly<Record<Id, string>> = {
    age,
    user: whoOf(row.hit.session),
    target: targetOf(row.hit.session),
    where: row.hit.where,
    line: escapeText(row.hit.line),
  }
  const cells = columns.map(({ id, width, align }) => ({
    text:
      padded((id === 'target' ? clippedInside : clipped)(texts[id], width, theme.glyphs.ellipsis), width, align) +
      ' '.repeat(GAP),
    color: id === 'line' ? undefined : theme.faint,
  }))
  return (
    <Line
      theme={theme}
      pieces={[{ text: padded(selected === false ? '' : theme.glyphs.mark, MARK) }, ...cells]}
      selected={selected}
    />
  )
})
