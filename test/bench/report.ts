/** The table for people. The same lines go into a file as JSON. */
import { loadavg } from 'node:os'
import { figuresOf } from './figures.ts'
import { type ContestantName, type Judge, type Line, shortNumber, type Unit } from './line.ts'

export type Series = Partial<Readonly<Record<ContestantName, readonly number[]>>>

/** Sums a row's measurements up, and judges them. */
export function lineOf(
  { name, unit, note }: { readonly name: string; readonly unit: Unit; readonly note?: string },
  series: Series,
  judges: readonly Judge[] = [],
): Line {
  const figures = Object.fromEntries(
    Object.entries(series).flatMap(([who, values]) => (values.length === 0 ? [] : [[who, figuresOf(values)]])),
  ) as Line['figures']
  const { ours, kubectl } = figures
  return {
    name,
    unit,
    figures,
    verdicts: judges.flatMap((judge) => judge(figures)),
    load: loadavg()[0] ?? Number.NaN,
    ...(ours === undefined || kubectl === undefined ? {} : { ratio: ours.median / kubectl.median }),
    ...(note === undefined ? {} : { note }),
  }
}

const HEAD = ['row', 'n', 'ours', 'kubectl', 'peer', 'ours÷kubectl', 'aims', 'load']

/** min / median / p90 / p99 in each column. */
export function tableOf(lines: readonly Line[]): string {
  const rows = [HEAD, ...lines.map(cellsOf)]
  const widths = HEAD.map((_, column) => Math.max(...rows.map((row) => [...(row[column] ?? '')].length)))
  const text = (row: readonly string[]): string =>
    `| ${row.map((cell, column) => cell + ' '.repeat((widths[column] ?? 0) - [...cell].length)).join(' | ')} |`
  const rule = `|${widths.map((width) => '-'.repeat(width + 2)).join('|')}|`
  return [text(rows[0] ?? []), rule, ...rows.slice(1).map(text)].join('\n')
}

function cellsOf(line: Line): string[] {
  const { figures, ratio, verdicts, load, note } = line
  const aims = verdicts.map(({ aim, was, met }) => `${met ? '✓' : '✗'} ${aim} (${was})`)
  return [
    `${line.name}, ${line.unit}${note === undefined ? '' : ` (${note})`}`,
    String(figures.ours?.rounds ?? figures.kubectl?.rounds ?? 0),
    cell(figures.ours),
    cell(figures.kubectl),
    cell(figures.peer),
    ratio === undefined ? '' : ratio.toFixed(2),
    aims.join('; '),
    load.toFixed(1),
  ]
}

function cell(figures: Line['figures']['ours']): string {
  if (figures === undefined) return ''
  const { rounds, min, median, p90, p99 } = figures
  if (rounds === 1) return shortNumber(median)
  return [min, median, p90, p99].map(shortNumber).join(' / ')
}
