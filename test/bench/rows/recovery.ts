import { spawnSync } from 'node:child_process'
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Built } from '../alone/build-log.ts'
import type { Opened } from '../alone/open-log.ts'
import { atMost, type Line } from '../line.ts'
import { timeProcess } from '../measure/process.ts'
import { lineOf } from '../report.ts'
import type { Row } from '../row.ts'
import type { Settings } from '../stage.ts'

const GIB = 1024 ** 3

interface Shape {
  readonly name: string
  readonly payloadBytes: number
  readonly judged: boolean
}

const SHAPES: readonly Shape[] = [
  { name: 'records of 64 KiB', payloadBytes: 64 * 1024, judged: true },
  { name: 'records of 200 B', payloadBytes: 200, judged: true },
]

/** Each opening is a process of its own, after a process that ended without closing the log. */
async function recovery({ quick }: Settings): Promise<Line[]> {
  const lines: Line[] = []
  for (const { name, payloadBytes, judged } of SHAPES) {
    const folder = mkdtempSync(join(tmpdir(), 'kae-bench-recovery-'))
    try {
      const { bytes } = await runLog<Built>('build-log.ts', folder, String(payloadBytes), String(GIB))
      if (bytes < GIB) throw new Error(`the log has ${bytes} bytes`)
      const seconds: number[] = []
      let note = ''
      for (let round = 0; round < (quick ? 1 : 3); round += 1) {
        forget(folder)
        const opened = await runLog<Opened>('open-log.ts', folder)
        seconds.push(opened.seconds)
        note = `${opened.peakMiB.toFixed(0)} MiB peak`
      }
      const judges = judged ? [atMost('median', 10)] : []
      lines.push(lineOf({ name: `recovery of 1 GiB, ${name}`, unit: 's', note }, { ours: seconds }, judges))
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
  }
  return lines
}

async function runLog<Answer>(program: 'build-log.ts' | 'open-log.ts', ...args: readonly string[]): Promise<Answer> {
  const path = fileURLToPath(new URL(`../alone/${program}`, import.meta.url))
  const { stdout } = await timeProcess([process.execPath, path, ...args], { env: process.env })
  return JSON.parse(stdout) as Answer
}

/** Drops the files' pages from the cache: a restarted node has none of them. GNU dd(1), iflag=nocache. */
function forget(folder: string): void {
  for (const name of readdirSync(folder)) spawnSync('dd', [`if=${join(folder, name)}`, 'iflag=nocache', 'count=0'])
}

export const RECOVERY_ROW: Row = { id: 'recovery', on: 'alone', run: recovery }
