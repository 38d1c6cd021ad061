import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { ending, type Moment, recordsOf, size } from '../player/rig/recorded.ts'
import { Viewer } from '../player/rig/viewer.ts'
import { GrowingLog } from '../player/rig/write-log.ts'
import { programEnv, RUN } from './rig/program.ts'

let home: string
let folder: string
let log: GrowingLog

beforeEach(async () => {
  home = mkdtempSync(join(tmpdir(), 'kae-watch-'))
  folder = join(home, 'log')
  log = await GrowingLog.open(folder)
  const before: Moment[] = [
    size(0, 80, 24),
    [0.1, 'output', 'before \x1b[2;20r\x1b[5;1Hmiddle\x1b]0;evil\x07\x1b[6n'],
    [0.2, 'output', '\x1b7\x1b[1;1H'],
  ]
  await log.add(recordsOf(before))
})

afterEach(async () => {
  await log[Symbol.asyncDispose]()
  rmSync(home, { recursive: true, force: true })
})

const watch = (...flags: string[]): string[] => [
  ...[process.execPath, RUN, 'sessions', 'watch', 'latest', '--log', folder],
  ...flags,
]

const viewer = (): Viewer => new Viewer(watch(), { env: programEnv(home), columns: 100, rows: 30 })

describe('sessions watch', () => {
  test('shows the screen as it is, goes on with it, and says how it ended', async () => {
    await using watcher = viewer()
    const lines = await watcher.untilText('● LIVE')
    expect(lines[0]).toContain('before')
    // The place was saved before the watcher came.
    await log.add(recordsOf([[3, 'output', '\x1b8 and now']]))
    expect((await watcher.untilText('and now'))[4]).toContain('middle and now')
    await log.add(recordsOf([ending(4, 2)]))
    await watcher.untilText('■ exited with 2')
    watcher.type('q')
    const { status, before, after } = await watcher.run.end()
    expect({ status, after }).toEqual({ status: 0, after: before })
    expect(watcher.run.shown).toContain(`Session ${log.id} ended: exited with 2`)
  })

  test('lets go of the session alone at Ctrl-C', async () => {
    await using watcher = viewer()
    await watcher.untilText('● LIVE')
    watcher.type('\x03')
    const { status, before, after } = await watcher.run.end()
    expect({ status, after }).toEqual({ status: 0, after: before })
    expect(watcher.run.shown).toContain(`Session ${log.id} runs on.`)
    await log.add(recordsOf([[3, 'output', 'still here']]))
  })

  test('stands still and goes back when asked, and comes back to what is live', async () => {
    await using watcher = viewer()
    await watcher.untilText('● LIVE')
    watcher.type(' ')
    await watcher.untilText('paused')
    await log.add(recordsOf([[5, 'output', 'meanwhile']]))
    await watcher.untilText('0:05')
    expect((await watcher.lines()).join('\n')).not.toContain('meanwhile')
    watcher.type('G')
    await watcher.untilText('meanwhile')
    await watcher.untilText('● LIVE')
    // Played from before, it becomes live by itself.
    watcher.type('\x1b[H')
    await watcher.untilText('▶')
    watcher.type('>>>>>>')
    await watcher.untilText('● LIVE')
  })

  test('says that there is no output where none is recorded', async () => {
    const policy = { capture: 'client', record: 'Input', durability: 'Strict' } as const
    await log[Symbol.asyncDispose]()
    folder = join(home, 'blind')
    log = await GrowingLog.open(folder, { policy })
    await log.add(recordsOf([size(0, 80, 24), [1, 'input', 'ls']]))
    await using watcher = viewer()
    await watcher.untilText('● LIVE')
    await watcher.untilText('its output is not recorded; sessions log -f --input shows')
    await log.add(recordsOf([ending(4)]))
    await watcher.untilText('■ exited with 0')
  })

  test('prints lines where there is no terminal', async () => {
    const [program = '', ...argv] = watch('--from-start')
    const child = spawn(program, argv, { env: programEnv(home), stdio: ['ignore', 'pipe', 'pipe'] })
    let [out, err] = ['', '']
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      out += text
    })
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      err += text
    })
    const ended = new Promise<number | null>((resolve) => child.once('close', resolve))
    await log.add(recordsOf([[3, 'output', '\x1b[r\x1b[24;1H\r\nlive \x1b[31mline\x1b[0m\r\nmore\r\n']]))
    await expect.poll(() => out, { timeout: 15_000 }).toContain('live line')
    await log.add(recordsOf([ending(4)]))
    expect(await ended).toBe(0)
    expect(out).not.toContain('\x1b')
    expect(err).toContain('ended: exited with 0')
  })
})
