/** The terminal UI on a pseudo-terminal, over 5,000 pods of a real HTTP server: when it shows something, and what a key costs. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { programEnv } from '../../e2e/rig/program.ts'
import { ApiServer, manyPods } from '../../ui/rig/api-server.ts'
import { pod } from '../../ui/rig/pods.ts'
import { OURS } from '../contestants.ts'
import { atMost, type Judge, type Line } from '../line.ts'
import { processUse } from '../measure/process.ts'
import { type Frame, TimedScreen } from '../measure/screen.ts'
import { lineOf } from '../report.ts'
import type { Row } from '../row.ts'
import type { Settings } from '../stage.ts'

const SIZE = { columns: 120, rows: 40 }
const PODS = 5000
const DOWN = '\x1b[B'
const REPEAT_MS = 33

interface Measured {
  readonly version: number[]
  readonly first: number[]
  readonly pods: number[]
  readonly keys: number[]
  /** The cursor moves over rows that stay, and at the edge, where all rows move. */
  readonly moved: number[]
  readonly scrolled: number[]
  readonly frame: number[]
  readonly clears: number[]
}

const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[values.length >> 1] ?? Number.NaN

const atMostTimesOf =
  (what: string, values: readonly number[], times: number): Judge =>
  ({ ours }) => {
    if (ours === undefined) return []
    const was = ours.median / median(values)
    return [{ aim: `median ≤ ${times} × ${what}`, was: `${was.toFixed(2)} ×`, met: was <= times }]
  }

/** One after the other, so that a busy minute of the machine meets both. */
async function starts(env: NodeJS.ProcessEnv, { version, first, pods }: Measured): Promise<void> {
  await using asked = new TimedScreen([...OURS, '--version'], env, SIZE)
  version.push(await asked.end())
  await using screen = new TimedScreen(OURS, env, SIZE)
  first.push(await screen.shows(/namespace.*default.*Fetching/s))
  pods.push(await screen.shows(/pod-00000/))
  screen.press('q')
  await screen.end()
}

/** A held key, as often as a keyboard repeats it (30 a second), and jumps between both ends. */
async function scrolling(env: NodeJS.ProcessEnv, keys: number, measured: Measured): Promise<void> {
  await using screen = new TimedScreen(OURS, env, SIZE)
  await screen.shows(new RegExp(`${PODS} pods`))
  const edge = SIZE.rows - 6
  for (let key = 0; key < edge; key += 1) measured.moved.push((await held(screen, DOWN)).bytes)
  const [cleared, cpu, frames] = [screen.clears, processUse(screen.pid).cpuSeconds, screen.frames]
  for (let key = 0; key < keys; key += 1) {
    const { ms, bytes } = await held(screen, DOWN)
    measured.keys.push(ms)
    measured.scrolled.push(bytes)
  }
  for (let key = 0; key < keys / 10; key += 1) await held(screen, key % 2 === 0 ? 'G' : 'g')
  const spent = processUse(screen.pid).cpuSeconds - cpu
  measured.frame.push((spent * 1000) / (screen.frames - frames))
  measured.clears.push(screen.clears - cleared)
  screen.press('q')
  await screen.end()
}

async function held(screen: TimedScreen, key: string): Promise<Frame> {
  const [frame] = await Promise.all([screen.key(key), sleep(REPEAT_MS)])
  return frame
}

async function ui({ quick }: Settings): Promise<Line[]> {
  const home = mkdtempSync(join(tmpdir(), 'kae-bench-ui-'))
  try {
    await using server = await ApiServer.start(manyPods(PODS, (name) => pod({ name })))
    const env = { ...programEnv(home, { KUBECONFIG: server.kubeconfig(home) }), TERM: 'xterm-256color', NO_COLOR: '' }
    const measured: Measured = {
      version: [],
      first: [],
      pods: [],
      keys: [],
      moved: [],
      scrolled: [],
      frame: [],
      clears: [],
    }
    // The first start fills the cache of compiled code and does not count.
    await starts(env, { ...measured, version: [], first: [], pods: [] })
    for (let round = 0; round < (quick ? 5 : 20); round += 1) await starts(env, measured)
    for (let round = 0; round < (quick ? 2 : 5); round += 1) await scrolling(env, quick ? 100 : 300, measured)
    return linesOf(measured)
  } finally {
    rmSync(home, { recursive: true, force: true })
  }
}

function linesOf({ version, first, pods, keys, moved, scrolled, frame, clears }: Measured): Line[] {
  const size = `${PODS.toLocaleString('en')} pods, 120 × 40`
  return [
    lineOf({ name: 'screen: --version on a terminal', unit: 'ms' }, { ours: version }),
    lineOf({ name: 'screen: first frame', unit: 'ms', note: 'context, namespace, Fetching pods' }, { ours: first }, [
      atMostTimesOf('--version', version, 2),
    ]),
    lineOf({ name: 'screen: first pods', unit: 'ms', note: `the first 500 of ${size}` }, { ours: pods }),
    lineOf({ name: 'screen: key to frame', unit: 'ms', note: size }, { ours: keys }, [
      atMost('median', 16),
      atMost('p99', 50),
    ]),
    lineOf(
      { name: 'screen: processor time of a frame', unit: 'ms', note: 'all that the program does for it' },
      { ours: frame },
    ),
    lineOf({ name: 'screen: bytes of a key', unit: 'B', note: 'the cursor moves' }, { ours: moved }, [
      atMost('median', 600),
    ]),
    lineOf({ name: 'screen: bytes of a key', unit: 'B', note: 'all rows move' }, { ours: scrolled }, [
      atMost('median', 100 * SIZE.rows),
    ]),
    lineOf({ name: 'screen: erased while scrolling', unit: 'times' }, { ours: clears }, [atMost('max', 0)]),
  ]
}

export const UI_ROW: Row = { id: 'ui', on: 'alone', run: ui }
