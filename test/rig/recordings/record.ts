/**
 * Makes the recordings in test/fixtures/recordings anew: all, or those that are named. Needs the programs that they run. With
 * `--truth` it writes down anew only what they must give.
 */
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { record } from './recorder.ts'
import { SCRIPTS } from './scripts.ts'

const folder = join(import.meta.dirname, '../../fixtures/recordings')
mkdirSync(folder, { recursive: true })
const names = process.argv.slice(2).filter((name) => name !== '--truth')
const isTruthAlone = process.argv.includes('--truth')
for (const script of SCRIPTS) {
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
