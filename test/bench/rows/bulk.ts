import { createHash, randomFillSync } from 'node:crypto'
import { closeSync, openSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import type { Contestant } from '../contestants.ts'
import { atLeastTimes, type Line } from '../line.ts'
import { canMeasureUse, measured, timeProcess, usedOf } from '../measure/process.ts'
import { lineOf } from '../report.ts'
import { interleaved, Rounds, type Row } from '../row.ts'
import type { Stage } from '../stage.ts'

const MB = 1_000_000
const SIZE_MB = 200

/** A program's run, in front of which GNU time may stand. */
type Transfer = (contestant: Contestant, wrap: (argv: readonly string[]) => readonly string[]) => Promise<number>

async function measure(stage: Stage, name: string, transfer: Transfer): Promise<Line[]> {
  const [cpu, memory] = [new Rounds(), new Rounds()]
  const file = join(stage.folder, 'used')
  const rates = await interleaved(stage.near, stage.quick ? 2 : 5, async (contestant) => {
    const ms = await transfer(contestant, (argv) => (canMeasureUse() ? measured(argv, file) : argv))
    if (canMeasureUse()) {
      const used = usedOf(file)
      cpu.add(contestant.name, used.cpuSeconds)
      memory.add(contestant.name, used.peakMiB)
    }
    return SIZE_MB / (ms / 1000)
  })
  return [
    lineOf({ name, unit: 'MB/s' }, rates, [atLeastTimes('median', 1)]),
    lineOf({ name: `${name}: processor time`, unit: 's' }, cpu.series),
    lineOf({ name: `${name}: peak memory`, unit: 'MiB' }, memory.series),
  ]
}

/** The container takes the hash of what it got. */
async function into(stage: Stage): Promise<Line[]> {
  const input = join(stage.folder, 'input')
  const expected = writeRandom(input)
  return measure(stage, `${SIZE_MB} MB in`, async (contestant, wrap) => {
    const argv = contestant.argv({ flags: ['-i'], command: ['sha256sum'] })
    const { ms, stdout } = await timeProcess(wrap(argv), { env: contestant.env, input })
    return checked(contestant, ms, { expected, stdout })
  })
}

/** The hash is taken here, in a pipe behind the program. */
async function out(stage: Stage): Promise<Line[]> {
  const zeros = Buffer.alloc(MB)
  const hash = createHash('sha256')
  for (let part = 0; part < SIZE_MB; part += 1) hash.update(zeros)
  const expected = hash.digest('hex')
  return measure(stage, `${SIZE_MB} MB out`, async (contestant, wrap) => {
    const argv = wrap(contestant.argv({ command: ['head', '-c', String(SIZE_MB * MB), '/dev/zero'] }))
    const piped = ['bash', '-c', 'set -o pipefail; "$@" | sha256sum', 'bash', ...argv]
    const { ms, stdout } = await timeProcess(piped, { env: contestant.env })
    return checked(contestant, ms, { expected, stdout })
  })
}

function checked({ name }: Contestant, ms: number, { expected, stdout }: { expected: string; stdout: string }): number {
  if (!stdout.startsWith(expected)) throw new Error(`${name}: ${expected} expected, got ${stdout}`)
  return ms
}

function writeRandom(path: string): string {
  const hash = createHash('sha256')
  const file = openSync(path, 'w')
  for (let part = 0; part < SIZE_MB; part += 1) {
    const bytes = randomFillSync(Buffer.alloc(MB))
    writeSync(file, bytes)
    hash.update(bytes)
  }
  closeSync(file)
  return hash.digest('hex')
}

export const BULK_ROWS: readonly Row[] = [
  { id: 'in', on: 'Strict', run: into },
  { id: 'out', on: 'Strict', run: out },
]
