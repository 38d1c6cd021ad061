/** Types a script into a real program on a real terminal, and records it as our own recorder would. */
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { type IPty, spawn } from '@lydell/node-pty'
import type { TerminalSize } from '../../../src/protocol/channel.ts'
import type { RecordKind } from '../../../src/protocol/record.ts'
import { encodeTerminalSize } from '../../../src/protocol/terminal-size.ts'
import type { Script, Step } from './script.ts'

/** Kind, µs since the start, payload with one character a byte. */
export type RecordLine = readonly [RecordKind, number, string]

const QUIET_MS = 150
const PACE_MS = 7
const SIZE = { columns: 80, rows: 24 }
/** One key: an escape sequence is sent as a whole, as terminals do, and so is what is pasted. */
const ESC = '\u001b'
const KEYS = new RegExp(`${ESC}\\[200~.*?${ESC}\\[201~|${ESC}\\[[0-9;]*[A-Za-z~]|${ESC}O[A-Z]|${ESC}.|.`, 'gsu')

class Recording {
  readonly lines: RecordLine[] = []
  readonly #started = performance.now()
  #seen = ''
  lastOutput = performance.now()

  add(kind: RecordKind, payload: Uint8Array): void {
    const elapsed = Math.round((performance.now() - this.#started) * 1000)
    this.lines.push([kind, elapsed, Buffer.from(payload).toString('latin1')])
    if (kind !== 'output') return
    this.#seen += Buffer.from(payload).toString('latin1')
    this.lastOutput = performance.now()
  }

  forget(): void {
    this.#seen = ''
  }

  has(text: string): boolean {
    return this.#seen.includes(text)
  }
}

/** Where programs keep what was entered: an oracle for what a list must give. */
const HISTORIES = [
  '.bash_history',
  '.zsh_history',
  '.local/share/fish/fish_history',
  '.ash_history',
  '.mksh_history',
  '.python_history',
  '.sqlite_history',
  '.psql_history',
  '.node_repl_history',
  '.mariadb_history',
  '.rediscli_history',
]

const rememberedIn = (home: string): string =>
  HISTORIES.map((name) => join(home, name))
    .filter((path) => existsSync(path))
    .map((path) => readFileSync(path, 'utf8'))
    .join('')

export interface Recorded {
  readonly lines: readonly RecordLine[]
  /** What the programs themselves wrote into their histories. */
  readonly remembered: string
}

export async function record(script: Script): Promise<Recorded> {
  const { program, size = SIZE, lag = 0 } = script
  const home = mkdtempSync(join(tmpdir(), 'dev-'))
  for (const [name, content] of Object.entries(script.files ?? {})) {
    mkdirSync(dirname(join(home, name)), { recursive: true })
    writeFileSync(join(home, name), content)
  }
  const recording = new Recording()
  recording.add('open', Buffer.from(JSON.stringify(openingOf(program))))
  recording.add('resize', encodeTerminalSize(size))
  const pty = start(script, home, size)
  const exited = new Promise<void>((resolve) => pty.onExit(() => resolve()))
  ;(pty as unknown as { onData(hear: (bytes: Buffer) => void): void }).onData((bytes) => {
    setTimeout(() => recording.add('output', bytes), lag / 2)
  })
  await settled(recording, { until: '' }, lag)
  for (const step of script.steps) await play(step, { pty, recording, lag })
  await Promise.race([exited, sleep(2_000)])
  await sleep(100 + lag)
  pty.kill('SIGKILL')
  recording.add(
    'end',
    Buffer.from(JSON.stringify({ version: 1, reason: 'exited', exitCode: 0, input: { bytes: 0 }, durationMs: 0 })),
  )
  const remembered = rememberedIn(home)
  rmSync(home, { recursive: true, force: true })
  return { lines: recording.lines, remembered }
}

function start({ program, env = {} }: Script, home: string, { columns, rows }: TerminalSize): IPty {
  const [file = '', ...args] = program
  const { PATH = '' } = process.env
  return spawn(file, args, {
    cwd: home,
    cols: columns,
    rows,
    encoding: null,
    env: { PATH, HOME: home, TERM: 'xterm-256color', LANG: 'C.UTF-8', PS1: 'web-0$ ', HISTFILE: '', ...env },
  })
}

interface Stage {
  readonly pty: IPty
  readonly recording: Recording
  readonly lag: number
}

async function play(step: Step, { pty, recording, lag }: Stage): Promise<void> {
  const { keys, resize } = step
  recording.forget()
  if (resize !== undefined) {
    recording.add('resize', encodeTerminalSize(resize))
    pty.resize(resize.columns, resize.rows)
  }
  const all = keys ?? ''
  for (const key of step.whole ? [all] : (all.match(KEYS) ?? [])) {
    recording.add('input', Buffer.from(key))
    if (lag === 0) pty.write(key)
    else setTimeout(() => pty.write(key), lag / 2)
    await sleep(step.ahead ? 1 : pauseOf(step))
  }
  if (!step.ahead) await settled(recording, step, lag)
}

const pauseOf = ({ pace = PACE_MS }: Step): number => pace * (0.4 + 1.2 * Math.random())

async function settled(recording: Recording, { until = '' }: Step, lag: number): Promise<void> {
  const begun = performance.now()
  for (;;) {
    await sleep(10)
    const now = performance.now()
    if (now - begun > 10_000) throw new Error(`waited in vain for ${JSON.stringify(until)}`)
    if (recording.has(until) && now - Math.max(recording.lastOutput, begun) > QUIET_MS + lag) return
  }
}

const openingOf = (command: readonly string[]): object => ({
  version: 1,
  user: { username: 'dev', groups: [], extra: {} },
  authentication: 'unverified',
  target: {
    namespace: 'prod',
    pod: 'web-0',
    container: 'app',
    command,
    stdin: true,
    stdout: true,
    stderr: false,
    tty: true,
  },
  policy: { capture: 'client', record: 'InputOutput', durability: 'Strict' },
  client: { name: 'kube-audit-exec', version: '0.1.0', platform: 'linux' },
})
