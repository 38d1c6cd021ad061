/**
 * `npm run bench`: our program beside kubectl on the real cluster, and our server alone under load, in one table.
 *
 *     --rows a,b   only these      --quick      few rounds
 *     --peer CMD   a third column: a command that takes kubectl exec's arguments, from `-n NAMESPACE` on
 *     --list       names of all rows              --json FILE  where the figures go [bench-result.json]
 */
import { writeFileSync } from 'node:fs'
import { cpus, loadavg } from 'node:os'
import { inspect, parseArgs } from 'node:util'
import type { Line } from './line.ts'
import { tableOf } from './report.ts'
import type { Row } from './row.ts'
import { ALONE_ROWS } from './rows/alone.ts'
import { BULK_ROWS } from './rows/bulk.ts'
import { ECHO_ROWS } from './rows/echo.ts'
import { FIRST_PROMPT_ROWS } from './rows/first-prompt.ts'
import { REPLAY_ROW } from './rows/replay.ts'
import { START_ROWS } from './rows/start.ts'
import { UI_ROW } from './rows/ui.ts'
import { onStage, type Settings } from './stage.ts'

const ROWS: readonly Row[] = [
  ...FIRST_PROMPT_ROWS,
  ...ECHO_ROWS,
  ...BULK_ROWS,
  ...START_ROWS,
  ...ALONE_ROWS,
  REPLAY_ROW,
  UI_ROW,
]

const options = {
  rows: { type: 'string' },
  peer: { type: 'string' },
  quick: { type: 'boolean', default: false },
  list: { type: 'boolean', default: false },
  json: { type: 'string', default: 'bench-result.json' },
} as const

function selected(names: string | undefined): readonly Row[] {
  if (names === undefined) return ROWS
  return names.split(',').map((name) => {
    const row = ROWS.find(({ id }) => id === name)
    if (row === undefined) throw new Error(`there is no row ${name}; there are: ${ROWS.map(({ id }) => id).join(', ')}`)
    return row
  })
}

class Measuring {
  readonly lines: Line[] = []

  /** One row that breaks must not take the others' figures with it. */
  async take(name: string, run: () => Promise<readonly Line[]>): Promise<void> {
    const began = performance.now()
    process.stderr.write(`${name} …\n`)
    try {
      const measured = await run()
      this.lines.push(...measured)
      if (measured.length > 0) process.stderr.write(`${tableOf(measured)}\n`)
    } catch (error) {
      process.stderr.write(`${name} FAILED: ${inspect(error)}\n`)
      process.exitCode = 1
    }
    process.stderr.write(`${name}: ${((performance.now() - began) / 1000).toFixed(0)} s\n`)
  }
}

async function measure(rows: readonly Row[], settings: Settings): Promise<readonly Line[]> {
  const measuring = new Measuring()
  for (const durability of ['Strict', 'Line'] as const) {
    const here = rows.filter((row) => row.on === durability)
    if (here.length === 0) continue
    await measuring.take(`on the cluster, ${durability}`, async () => {
      await onStage({ ...settings, durability }, async (stage) => {
        for (const row of here) if (row.on !== 'alone') await measuring.take(row.id, () => row.run(stage))
      })
      return []
    })
  }
  for (const row of rows) if (row.on === 'alone') await measuring.take(row.id, () => row.run(settings))
  return measuring.lines
}

const { rows, peer, quick, list, json } = parseArgs({ options }).values
if (list) process.stdout.write(`${ROWS.map(({ id }) => id).join('\n')}\n`)
else {
  const began = new Date()
  const lines = await measure(selected(rows), { peer, quick })
  const machine = { cpus: cpus().length, model: cpus()[0]?.model, node: process.version, load: loadavg() }
  writeFileSync(json, `${JSON.stringify({ began, ended: new Date(), machine, quick, peer, lines }, null, 2)}\n`)
  process.stdout.write(`${tableOf(lines)}\n`)
}
