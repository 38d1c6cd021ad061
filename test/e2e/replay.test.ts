import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ending, type Moment, recordsOf, size } from '../player/rig/recorded.ts'
import { Viewer } from '../player/rig/viewer.ts'
import { writeLog } from '../player/rig/write-log.ts'
import { programEnv, RUN, runProgram } from './rig/program.ts'

const folders: string[] = []

/** A log with one recording, and what is needed to look at it. */
async function recorded(moments: readonly Moment[]): Promise<{ folder: string; env: NodeJS.ProcessEnv }> {
  const home = mkdtempSync(join(tmpdir(), 'kae-replay-'))
  folders.push(home)
  const folder = join(home, 'log')
  await writeLog(folder, recordsOf(moments))
  return { folder, env: programEnv(home) }
}

afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true })
})

const SESSION: readonly Moment[] = [
  size(0, 80, 24),
  [0.1, 'output', '\x1b[32m$ \x1b[0m'],
  [1, 'input', 'ls\r'],
  [1, 'output', 'ls\r\nbin \x1b[1;34mhome\x1b[0m 世界\r\n$ '],
  [20, 'input', 'top\r'],
  [20, 'output', 'top\r\n\x1b[?1049h\x1b[2J\x1b[HPID COMMAND'],
  [60, 'output', '\x1b[?1049l$ '],
  [100, 'output', 'bye\r\n'],
  ending(100, 3),
]

let session: { folder: string; env: NodeJS.ProcessEnv }
beforeAll(async () => {
  session = await recorded(SESSION)
})

const replay = (id = 'latest', ...flags: string[]): string[] => [
  process.execPath,
  RUN,
  'sessions',
  'replay',
  id,
  '--log',
  session.folder,
  ...flags,
]

const viewer = (argv: readonly string[], { columns = 100, rows = 30 } = {}): Viewer =>
  new Viewer(argv, { env: session.env, columns, rows })

describe('sessions replay', () => {
  test('shows the screen as it was, with who, where, and when below it', async () => {
    await using player = viewer(replay('latest@30'))
    await player.untilText('PID COMMAND')
    player.type(' ')
    await player.untilText('paused')
    const status = await player.status()
    expect(status).toMatch(/‖ paused {2}0:3\d\/1:40 .*●.* alice \(unverified\) {2}prod\/web-0\/app/)
    player.type('\x1b[H')
    await player.untilText('0:00/1:40')
    expect((await player.lines()).join('\n')).not.toContain('PID')
  })

  test('goes to times, percents, the next output, and back', async () => {
    await using player = viewer(replay())
    await player.untilText('$')
    player.type(' 5')
    await player.untilText('0:50/1:40')
    player.type('\x1b[D')
    await player.untilText('0:45/1:40')
    player.type('g1:05\r')
    const lines = await player.untilText('1:05/1:40')
    expect(lines[1]).toMatch(/^bin home 世界 +│$/)
    player.type('.')
    await player.untilText('1:40/1:40')
    player.type('gnonsense\r')
    await player.untilText('not a time: nonsense')
    player.type('G')
    await player.untilText('■ exited with 3')
  })

  test('finds a text that was on the screen for a while', async () => {
    await using player = viewer(replay())
    await player.untilText('$')
    player.type('/command\r')
    const found = await player.untilText('found: command')
    expect(found[0]).toContain('PID COMMAND')
    expect(await player.status()).toContain('0:20/1:40')
    player.type('n')
    await player.untilText('not found from here on: command')
    player.type('0/HOME\r')
    await player.untilText('not found from here on: HOME')
  })

  test('plays at the speed that was asked for, and passes over long pauses', async () => {
    await using player = viewer(replay('latest', '--speed', '20', '--idle-limit', '1'))
    const began = performance.now()
    await player.untilText('■ exited with 3')
    // Of 100 s: at speed 20 they are 5 s, and each pause of more than a second costs a twentieth of one.
    expect(performance.now() - began).toBeLessThan(5000)
  })

  test('follows the size of the terminal, down to next to nothing', async () => {
    await using player = viewer(replay('latest@10'))
    await player.untilText('bin home 世界')
    player.type(' ')
    await player.untilText('paused')
    for (const [columns, rows] of [
      [40, 10],
      [5, 1],
      [100, 30],
    ] as const) {
      player.run.resize(columns, rows)
      await player.run.until(`\x1b[2J`)
    }
    await player.untilText('‖ paused  0:1')
    expect((await player.lines()).join('\n')).toContain('bin home 世界')
  })

  test('keeps what is above the cursor in sight where not all of it fits', async () => {
    await using player = viewer(replay('latest@10'), { columns: 90, rows: 4 })
    await player.untilText('bin home 世界')
  })

  test('prints no picture on a terminal that cannot be painted on, and says what to do', async () => {
    await using player = new Viewer(replay(), { env: { ...session.env, TERM: 'dumb' }, columns: 100, rows: 30 })
    const { status } = await player.run.end()
    expect(status).toBe(1)
    expect(player.run.shown).toContain('KAE_PLAYER_NO_TERMINAL')
    expect(player.run.shown).not.toContain('\x1b')
  })

  test('shows what was typed where that is asked for', async () => {
    await using player = viewer(replay('latest@25', '--input'))
    await player.untilText('typed: ls⏎top⏎')
  })

  test('fits a small terminal around the cursor, and gives it all rows while it plays', async () => {
    await using player = viewer(replay('latest@10'), { columns: 30, rows: 8 })
    await player.untilText('bin home 世界')
    await player.until('no status', (lines) => !lines.some((line) => line.includes('▶')))
    player.type(' ')
    await player.untilText('paused')
  })
})

describe('sessions replay leaves the terminal as it was', () => {
  const leavesClean = async (player: Viewer, expected: number): Promise<void> => {
    const { status, before, after } = await player.run.end()
    expect({ status, after }).toEqual({ status: expected, after: before })
    const { shown } = player.run
    expect(shown.lastIndexOf('\x1b[?1049l')).toBeGreaterThan(shown.lastIndexOf('\x1b[?1049h'))
    for (const [on, off] of [
      ['?7l', '?7h'],
      ['?2004h', '?2004l'],
      ['?25l', '?25h'],
      ['?2026h', '?2026l'],
    ] as const) {
      expect(shown.lastIndexOf(`\x1b[${off}`)).toBeGreaterThan(shown.lastIndexOf(`\x1b[${on}`))
    }
    const screen = await player.screen()
    expect(screen.isAlternate).toBe(false)
    expect(screen.lines().join('')).not.toContain('▶')
  }

  test.each([
    ['q', 'q'],
    ['Ctrl-C', '\x03'],
  ])('after %s', async (_, key) => {
    await using player = viewer(replay())
    await player.untilText('▶')
    player.type(key)
    await leavesClean(player, 0)
  })

  test.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
    ['SIGHUP', 129],
  ] as const)('after %s', async (signal, status) => {
    const pidFile = join(session.env.HOME ?? '', `pid-${signal}`)
    await using player = viewer(['sh', '-c', `echo $$ >'${pidFile}'; exec "$@"`, 'sh', ...replay()])
    await player.untilText('▶')
    process.kill(Number(readFileSync(pidFile, 'utf8')), signal)
    await leavesClean(player, status)
  })

  test.each([
    ['an exception', 'setTimeout(() => { throw new Error("a fault of ours") }, 1500)'],
    ['a rejection', 'setTimeout(() => void Promise.reject(new Error("a fault of ours")), 1500)'],
  ])('after %s that nobody expected, which is seen', async (_, code) => {
    await using player = new Viewer(replay(), {
      env: { ...session.env, NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(code)}` },
      columns: 100,
      rows: 30,
    })
    await player.untilText('▶')
    await leavesClean(player, 1)
    expect((await player.lines()).join('\n')).toContain('Error: a fault of ours')
  })

  test('when the terminal itself is gone', async () => {
    const pidFile = join(session.env.HOME ?? '', 'pid-gone')
    await using player = viewer(['sh', '-c', `echo $$ >'${pidFile}'; exec "$@"`, 'sh', ...replay()])
    await player.untilText('▶')
    const pid = Number(readFileSync(pidFile, 'utf8'))
    await player[Symbol.asyncDispose]()
    await expect.poll(() => existsSync(`/proc/${pid}/cmdline`), { timeout: 10_000 }).toBe(false)
  })

  test('while it is suspended, and takes it again when it goes on', async () => {
    const pidFile = join(session.env.HOME ?? '', 'pid-stop')
    // A shell with job control is around it, as in life.
    const script = `set -m; ("$@") & pid=$!; echo $pid >'${pidFile}'; fg %1 >/dev/null; echo "<stopped $(stty -g)>"; read line; fg %1 >/dev/null`
    await using player = viewer(['bash', '-c', script, 'sh', ...replay()])
    await player.untilText('▶')
    player.type(' \x1a')
    await player.untilText('<stopped')
    expect((await player.screen()).isAlternate).toBe(false)
    player.type('\r')
    await player.untilText('paused')
    player.type('q')
    await leavesClean(player, 0)
  })

  test('after an error', async () => {
    const { status, stdout, stderr } = await runProgram(['sessions', 'replay', 'latest', '--log', session.folder], {
      env: session.env,
    })
    expect({ status, stdout: stdout.toString() }).toEqual({ status: 1, stdout: '' })
    expect(stderr).toContain('KAE_PLAYER_NO_TERMINAL')
    expect(stderr).toContain('sessions log ID')
  })
})

test('sessions replay --plain prints lines and paints nothing', async () => {
  const { status, stdout } = await runProgram(
    ['sessions', 'replay', 'latest', '--log', session.folder, '--plain', '--speed', '1000'],
    { env: session.env },
  )
  expect(status).toBe(0)
  expect(stdout.toString()).toContain('bin home 世界\n')
  expect(stdout.toString()).not.toContain('\x1b')
})

test('tmux shows it as a picture', async () => {
  const socket = `kae-replay-${process.pid}`
  const tmux = (...args: string[]) =>
    spawnSync('tmux', ['-L', socket, '-f', '/dev/null', ...args], {
      env: { ...session.env, TERM: 'xterm-256color', TMUX: '' },
    })
  if (tmux('-V').error !== undefined) return
  try {
    tmux('new-session', '-d', '-x', '100', '-y', '30', ...replay('latest@10'))
    await expect
      .poll(() => tmux('capture-pane', '-p').stdout.toString(), { timeout: 15_000 })
      .toContain('bin home 世界')
  } finally {
    tmux('kill-server')
  }
})
