/**
 * Makes the recordings in test/fixtures/recordings anew: all, or those that are named. Needs the programs that they run. With
 * `--truth` it writes down anew only what they must give, with `--tables` only how well they are read.
 */
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { writeTables } from '../../recording/commands/tables.ts'
import { record } from './recorder.ts'
import type { Script } from './script.ts'
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
    const { lines, remembered } = await record(script)
    compareHistories(script, remembered)
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

/** What must be given and what the program itself remembered, where they differ: to be looked at by whoever writes the script. */
function compareHistories({ steps }: Script, remembered: string): void {
  if (remembered === '') return
  const bare = (text: string): string => text.replace(/[\s;\\]+/g, '')
  const lines = steps.flatMap(({ gives = [] }) => gives.flatMap((each) => ('line' in each ? [each.line] : [])))
  const all = bare(remembered)
  for (const text of lines) if (!all.includes(bare(text))) process.stdout.write(`  not remembered: ${text}\n`)
  const expected = bare(lines.join('\n'))
  const extra = remembered.split('\n').filter((text) => !expected.includes(bare(text.replace(/^(- cmd|\+|#\d+$)/, ''))))
  for (const text of extra) process.stdout.write(`  only remembered: ${text}\n`)
}

if (areTablesAlone) await writeTables()
