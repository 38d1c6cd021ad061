/** Recorded sessions: a million of them in one log, and fifty who watch one. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { BuiltSessions } from '../alone/build-sessions.ts'
import type { FollowFigures } from '../alone/follow-session.ts'
import type { LibraryFigures } from '../alone/query-library.ts'
import { atMost, type Line } from '../line.ts'
import { timeProcess } from '../measure/process.ts'
import { lineOf } from '../report.ts'
import { interleaved, type Row } from '../row.ts'
import type { Settings } from '../stage.ts'

const SESSIONS = 1_000_000
const WATCHERS = 50

type Program = 'build-sessions.ts' | 'query-library.ts' | 'follow-session.ts'

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

/** The same appends with nobody watching and with fifty, in turns. */
const watchers = ({ quick }: Settings): Promise<Line[]> =>
  inFolder(async (folder) => {
    const rounds = quick ? 2 : 5
    const late: number[] = []
    let runs = 0
    const measure = async (watching: number): Promise<number> => {
      runs += 1
      const { ackMs, lateMs } = await run<FollowFigures>(
        'follow-session.ts',
        join(folder, String(runs)),
        String(watching),
        '1000',
      )
      if (watching > 0) late.push(...lateMs)
      return median(ackMs)
    }
    const alone = { name: 'kubectl', watching: 0 } as const
    const watched = { name: 'ours', watching: WATCHERS } as const
    const { ours = [], kubectl: nobody = [] } = await interleaved([alone, watched], rounds, (each) =>
      measure(each.watching),
    )
    return [
      lineOf({ name: 'ack, nobody watches', unit: 'ms' }, { ours: nobody }),
      lineOf({ name: `ack, ${WATCHERS} watch the session`, unit: 'ms' }, { ours }, [
        atMost('median', Number((2 * median(nobody)).toFixed(2))),
      ]),
      lineOf({ name: `all ${WATCHERS} have it`, unit: 'ms' }, { ours: late }, [atMost('p99', 50)]),
    ]
  })

const median = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN

export const LIBRARY_ROWS: readonly Row[] = [
  { id: 'library', on: 'alone', run: library },
  { id: 'watchers', on: 'alone', run: watchers },
]
