/** What runs in the container is nobody's friend: neither who types there nor who reads it later is at its mercy. */
import { readdirSync, readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { RUN, runProgram } from './rig/program.ts'
import { ServedSandbox } from './rig/sandbox.ts'
import { TerminalRun } from './rig/terminal.ts'

let sandbox: ServedSandbox
beforeAll(async () => {
  sandbox = await ServedSandbox.start()
})
afterAll(() => sandbox?.[Symbol.asyncDispose]())

/** In the arguments of what a shell leaves behind, by which it is found. */
const LEFT_BEHIND = '98761'
const QUERIES = String.raw`\033[6n\033[c\033[>c\033]11;?\007\033P$qm\033\\\033[21t\033[?2026$p\005`

const SHELLS: Readonly<Record<string, string>> = {
  'floods its output': 'head -c 300000 /dev/zero | tr "\\0" "f"; echo needle',
  'asks the terminal questions': `printf '${QUERIES}needle\\n'`,
  'sets titles, the clipboard, modes and another screen': String.raw`printf '\033]0;evil\007\033]52;c;ZXZpbA==\007\033[?1000h\033[?1049hneedle\n'`,
  'writes what is no text': 'head -c 50000 /dev/urandom; echo needle',
  'leaves a child behind': `echo needle; setsid sh -c 'echo up; exec sleep ${LEFT_BEHIND}' & sleep 0.3; exit 0`,
}

const ENDLESS: Readonly<Record<string, string>> = {
  'ignores every signal': "trap '' HUP TERM INT QUIT; echo up; while :; do sleep 1; done",
  'has closed its output': 'echo up; exec >/dev/null 2>&1 </dev/null; sleep 1000',
  'has left its session': `setsid sh -c 'echo up; exec sleep ${LEFT_BEHIND}' & sleep 1000`,
}

async function sessionIds(): Promise<string[]> {
  const { stdout } = await runProgram(['sessions', 'list', '-o', 'name'], { env: sandbox.env() })
  return stdout
    .toString()
    .trim()
    .split('\n')
    .filter(Boolean)
    .map((name) => name.split('/')[1] ?? '')
}

describe('a shell that', () => {
  test.each(Object.entries(SHELLS))('%s ends, and the terminal is as it was', async (_, script) => {
    await using terminal = new TerminalRun([RUN, '-it', 'web-0', '--', 'sh', '-c', script], { env: sandbox.env() })
    const { status, before, after } = await terminal.end()
    expect({ status, after }).toEqual({ status: 0, after: before })
  })

  test.each(Object.entries(ENDLESS))('%s is left by who is told to stop, with an end on record', async (_, script) => {
    const argv = ['sh', '-c', 'echo "<pid $$>"; exec "$@"', 'sh', RUN, '-it', 'web-0', '--', 'sh', '-c', script]
    await using terminal = new TerminalRun(argv, { env: sandbox.env() })
    const pid = /<pid (\d+)>/.exec(await terminal.until(/<pid \d+>/))?.[1]
    await terminal.until('up')
    endIfAlive(Number(pid))
    const { before, after } = await terminal.end()
    expect(after).toBe(before)
    const [newest = ''] = await sessionIds()
    const { stdout } = await runProgram(['sessions', 'show', newest, '-o', 'json'], { env: sandbox.env() })
    expect(JSON.parse(stdout.toString())).toMatchObject({ status: { phase: 'Ended' } })
  })
})

/** A shell that has closed its terminal may be over by now. */
function endIfAlive(pid: number): void {
  try {
    process.kill(pid, 'SIGTERM')
  } catch {
    // ESRCH
  }
}

const READING: readonly (readonly string[])[] = [
  ['show', 'ID'],
  ['log', 'ID'],
  ['log', 'ID', '--input', '--timestamps'],
  ['log', 'ID', '--json'],
  ['replay', 'ID', '--plain', '--speed', '1000'],
  ['watch', 'ID', '--plain'],
  ['export', 'ID', '--format', 'text'],
]

const ESCAPE = '\x1b'
/** Colours, our own screen, and the line that tells how far a long piece of work is. */
const OURS = new RegExp(
  `${ESCAPE}\\[(?:\\?(?:1049|7|2004|25|2026)[hl]|\\d+;\\d+H|\\d*(?:;\\d+)*m|2?[JK])|[\\r\\n]`,
  'g',
)
const ACTING = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u

test('whatever they wrote, no reader’s terminal is asked or told anything', async () => {
  const ids = await sessionIds()
  expect(ids).toHaveLength(Object.keys(SHELLS).length + Object.keys(ENDLESS).length)
  // The control: what is looked for is there.
  const [, asking = ''] = ids.toReversed()
  const raw = await runProgram(['sessions', 'log', asking, '--raw'], { env: sandbox.env() })
  expect(raw.stdout.toString()).toContain(`${ESCAPE}[6n`)
  for (const id of ids) {
    for (const words of READING) {
      const argv = [RUN, 'sessions', ...words.map((word) => (word === 'ID' ? id : word))]
      await using terminal = new TerminalRun(argv, { env: sandbox.env({ NO_COLOR: '' }) })
      await terminal.end()
      expect({ words, acting: ACTING.exec(terminal.shown.replace(OURS, ''))?.[0] }).toEqual({
        words,
        acting: undefined,
      })
    }
  }
}, 180_000)

test('with the sandbox everything ends that they left behind', async () => {
  expect(leftBehind().length).toBeGreaterThan(0)
  expect(await sandbox.stop()).toBe(0)
  expect(leftBehind()).toEqual([])
})

function leftBehind(): string[] {
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name))
  return pids.filter((pid) => {
    try {
      return readFileSync(`/proc/${pid}/cmdline`, 'latin1') === `sleep\0${LEFT_BEHIND}\0`
    } catch {
      return false
    }
  })
}
