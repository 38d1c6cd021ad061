/** Recorded sessions: a million of them in one log. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { BuiltSessions } from '../alone/build-sessions.ts'
import type { LibraryFigures } from '../alone/query-library.ts'
import { atMost, type Line } from '../line.ts'
import { timeProcess } from '../measure/process.ts'
import { lineOf } from '../report.ts'
import type { Row } from '../row.ts'
import type { Settings } from '../stage.ts'

const SESSIONS = 1_000_000

type Program = 'build-sessions.ts' | 'query-library.ts'

async function run<Answer>(program: Program, ...args: readonly string[]): Promise<Answer> {
  const path = fileURLToPath(new URL(`../alone/${program}`, import.meta.url))
  const { stdout } = await timeProcess([process.execPath, path, ...args], { env: process.env })
  return JSON.parse(stdout) as Answer
}

async function inFolder<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'kae-bench-library-'))
  try {
    return await work(folder)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

const library = ({ quick }: Settings): Promise<Line[]> =>
  inFolder(async (folder) => {
    const sessions = quick ? SESSIONS / 10 : SESSIONS
    const log = join(folder, 'log')
    const { bytes } = await run<BuiltSessions>('build-sessions.ts', log, String(sessions))
    const figures = await run<LibraryFigures>('query-library.ts', log, join(folder, 'index', 'index.db'))
    const { readSeconds, deriveSeconds, indexMiB, peakMiB, asked } = figures
    const of = `${sessions} sessions, ${(bytes / 1e6).toFixed(0)} MB of records`
    return [
      lineOf({ name: `${of}: sessions indexed`, unit: '/s' }, { ours: [sessions / readSeconds] }),
      lineOf({ name: `${of}: command lists derived`, unit: '/s' }, { ours: [sessions / deriveSeconds] }),
      lineOf({ name: `${of}: index`, unit: 'MiB' }, { ours: [indexMiB] }),
      lineOf({ name: `${of}: peak memory`, unit: 'MiB' }, { ours: [peakMiB] }),
      ...Object.entries(asked).map(([name, ours]) => lineOf({ name, unit: 'ms' }, { ours }, [atMost('p90', 100)])),
    ]
  })

export const LIBRARY_ROW: Row = { id: 'library', on: 'alone', run: library }
