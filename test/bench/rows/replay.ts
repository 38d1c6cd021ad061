/** An hour of a busy terminal (100 MB of output) in the player: how soon it shows, how soon it is elsewhere, what it takes. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { openScreen, type Screen } from '../../../src/recording/screen.ts'
import { programEnv, RUN } from '../../e2e/rig/program.ts'
import { TerminalRun } from '../../e2e/rig/terminal.ts'
import { HOUR, longRecording } from '../../player/rig/long-recording.ts'
import { writeLog } from '../../player/rig/write-log.ts'
import { atMost, type Line } from '../line.ts'
import { lineOf } from '../report.ts'
import type { Row } from '../row.ts'
import type { Settings } from '../stage.ts'

const SIZE = { columns: 120, rows: 45 }
const LOOK_MS = 4

/** What a person sees, fed as it arrives. */
class Seen {
  readonly #run: TerminalRun
  readonly #screen: Screen
  #fed = 0

  constructor(run: TerminalRun, screen: Screen) {
    this.#run = run
    this.#screen = screen
  }

  get status(): string {
    const { shown } = this.#run
    this.#screen.write(Buffer.from(shown.slice(this.#fed)))
    this.#fed = shown.length
    return this.#screen.row(SIZE.rows - 1)
  }

  /** How long it takes until the status is so. */
  async until(isSo: (status: string) => boolean): Promise<number> {
    const began = performance.now()
    while (!isSo(this.status)) {
      if (performance.now() - began > 60_000) throw new Error(`not seen; the status is ${this.status}`)
      await sleep(LOOK_MS)
    }
    return performance.now() - began
  }
}

interface Measured {
  readonly open: number[]
  /** At once, while the recording is still read: any picture of that moment, rough ones too; and the exact one. */
  readonly early: number[]
  readonly exact: number[]
  /** When it is read and indexed. */
  readonly later: number[]
  readonly peak: number[]
}

async function round(folder: string, home: string, measured: Measured): Promise<void> {
  const pidFile = join(home, 'pid')
  const command = [process.execPath, RUN, 'sessions', 'replay', 'latest', '--log', folder]
  const argv = ['sh', '-c', `echo $$ >'${pidFile}'; exec "$@"`, 'sh', ...command]
  await using run = new TerminalRun(argv, { env: programEnv(home), ...SIZE })
  const seen = new Seen(run, await openScreen(SIZE))
  measured.open.push(await seen.until((status) => status.includes('▶')))
  run.type(' ')
  await seen.until((status) => status.includes('paused'))
  run.type('8')
  const early = await seen.until((status) => status.includes('48:00/') && !status.includes('…'))
  measured.early.push(early)
  measured.exact.push(early + (await seen.until((status) => status.includes('48:00/') && !/[…≈]/.test(status))))
  // Until the last key frame is there, a picture may be rough.
  run.type('G')
  await seen.until((status) => status.includes('exited') && !status.includes('≈'))
  for (const [key, time] of [
    ['3', '18:00'],
    ['7', '42:00'],
    ['1', '6:00'],
    ['9', '54:00'],
    ['0', '0:00'],
  ] as const) {
    run.type(key)
    measured.later.push(await seen.until((status) => status.includes(` ${time}/`) && !/[…≈]/.test(status)))
  }
  const status = readFileSync(`/proc/${readFileSync(pidFile, 'utf8').trim()}/status`, 'utf8')
  measured.peak.push(Number(/VmHWM:\s+(\d+)/.exec(status)?.[1]) / 1024)
  run.type('q')
  await run.end()
}

async function replay({ quick }: Settings): Promise<Line[]> {
  const home = mkdtempSync(join(tmpdir(), 'kae-bench-replay-'))
  try {
    const folder = join(home, 'log')
    await writeLog(folder, longRecording(HOUR))
    const measured: Measured = { open: [], early: [], exact: [], later: [], peak: [] }
    for (let turn = 0; turn < (quick ? 2 : 5); turn += 1) await round(folder, home, measured)
    const name = 'replay of 1 h, 100 MB'
    const { open, early, exact, later, peak } = measured
    return [
      lineOf({ name: `${name}: first picture`, unit: 'ms', note: 'from the start of the program' }, { ours: open }, [
        atMost('median', 1000),
      ]),
      lineOf({ name: `${name}: seek right after`, unit: 'ms', note: 'rough or exact' }, { ours: early }, [
        atMost('median', 200),
      ]),
      lineOf({ name: `${name}: the same, exact`, unit: 'ms' }, { ours: exact }),
      lineOf({ name: `${name}: seek`, unit: 'ms' }, { ours: later }, [atMost('p90', 200)]),
      lineOf({ name: `${name}: peak memory`, unit: 'MiB' }, { ours: peak }, [atMost('max', 200)]),
    ]
  } finally {
    rmSync(home, { recursive: true, force: true })
  }
}

export const REPLAY_ROW: Row = { id: 'replay', on: 'alone', run: replay }
