/** The tables of docs/command-list.md, from a run over all recordings: `node test/rig/recordings/record.ts --tables`. */
import { readFileSync, writeFileSync } from 'node:fs'
import { fixtureNames, truthOf } from '../../rig/recordings/fixture.ts'
import { type Accuracy, precision, recall, total, withInputAlone, withOutput } from './accuracy.ts'

const PAGE = 'docs/command-list.md'
const TABLE = /^\| recording[^\n]*\n(?:\|[^\n]*\n)+/gm
const HEAD = ['precision', 'recall']

interface Row {
  readonly name: string
  readonly output: Accuracy
  readonly input: Accuracy
}

const cellsOf = (of: Accuracy): string[] => [
  `${of.right} / ${of.given} / ${of.expected}`,
  precision(of).toFixed(3),
  recall(of).toFixed(3),
]

async function rowsOf(names: readonly string[]): Promise<Row[]> {
  const rows: Row[] = []
  for (const name of names) rows.push({ name, output: await withOutput(name), input: await withInputAlone(name) })
  const sum = (which: 'output' | 'input'): Accuracy => total(rows.map((row) => row[which]))
  return [...rows, { name: '**all**', output: sum('output'), input: sum('input') }]
}

function table(rows: readonly Row[]): string {
  const head = [
    'recording',
    'with output: right / given / expected',
    ...HEAD,
    'input alone: right / given / expected',
    ...HEAD,
  ]
  const cells = [head, ...rows.map(({ name, output, input }) => [name, ...cellsOf(output), ...cellsOf(input)])]
  const widths = head.map((_, column) => Math.max(...cells.map((row) => row[column]?.length ?? 0)))
  const [first, ...rest] = cells.map((row) => `| ${row.map((cell, at) => cell.padEnd(widths[at] ?? 0)).join(' | ')} |`)
  const rule = `| ${widths.map((width) => '-'.repeat(width)).join(' | ')} |`
  return `${[first, rule, ...rest].join('\n')}\n`
}

const isHeldBack = (name: string): boolean => truthOf(name).heldBack === true

export async function writeTables(): Promise<void> {
  const tables = [
    table(await rowsOf(fixtureNames().filter((name) => !isHeldBack(name)))),
    table(await rowsOf(fixtureNames().filter(isHeldBack))),
  ]
  const page = readFileSync(PAGE, 'utf8')
  writeFileSync(
    PAGE,
    page.replace(TABLE, (old) => tables.shift() ?? old),
  )
}
