/**
 * Makes the recordings in test/fixtures/recordings anew: all, or those that are named. Needs the programs that they run. With
 * `--truth` it writes down anew only what they must give, with `--tables` only how well they are read.
 */
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { writeTables } from '../../recording/commands/tables.ts'
import { record } from './recorder.ts'
import { SCRIPTS } from './scripts.ts'

const folder = join(import.meta.dirname, '../../fixtures/recordings')
mkdirSync(folder, { recursive: true })
const names = process.argv.slice(2).filter((name) => !name.startsWith('--'))
const isTruthAlone = process.argv.includes('--truth')
const areTablesAlone = process.argv.includes('--tables')
for (const script of areTablesAlone ? [] : SCRIPTS) {
  const { name, heldBack, steps, lag } = script
  if (names.length > 0 && !names.some((part) => name.includes(part))) continue
  if (!isTruthAlone) {
    const lines = await record(script)
    writeFileSync(join(folder, `${name}.jsonl`), `${lines.map((line) => JSON.stringify(line)).join('\n')}\n`)
    process.stdout.write(`${name}: ${lines.length} records\n`)
  }
  const truth = {
    ...(heldBack ? { heldBack } : {}),
    ...(lag ? { lag } : {}),
    gives: steps.flatMap(({ gives = [] }) => gives),
  }
  writeFileSync(join(folder, `${name}.truth.json`), `${JSON.stringify(truth, undefined, 1)}\n`)
}
if (areTablesAlone) await writeTables()
