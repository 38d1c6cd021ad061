/** The first milliseconds of the screen, before Ink has it, and what a terminal shows of it then and later. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import headless from '@xterm/headless'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ApiServer } from '../ui/rig/api-server.ts'
import { pod } from '../ui/rig/pods.ts'
import { RUN } from './rig/program.ts'
import { ServedSandbox } from './rig/sandbox.ts'
import { TerminalRun } from './rig/terminal.ts'

const INTO_SCREEN = '\x1b[?1049h'
const OUT_OF_SCREEN = '\x1b[?1049l'
const SIZE = { columns: 80, rows: 24 }
const FIRST = 'Fetching pods'
const STYLE = new RegExp(`${String.fromCharCode(27)}\\[([0-9;]*)m`, 'g')

let sandbox: ServedSandbox
beforeAll(async () => {
  sandbox = await ServedSandbox.start()
})
afterAll(() => sandbox[Symbol.asyncDispose]())

const started = (env: NodeJS.ProcessEnv = {}): TerminalRun => {
  const argv = ['sh', '-c', 'echo $$ >"$0"; exec "$@"', join(sandbox.home, 'pid'), process.execPath, RUN]
  return new TerminalRun(argv, { env: sandbox.env(env), ...SIZE })
}

/** What a person sees. */
async function screenOf(bytes: string): Promise<readonly string[]> {
  const terminal = new headless.Terminal({ cols: SIZE.columns, rows: SIZE.rows, allowProposedApi: true })
  await new Promise<void>((resolve) => terminal.write(bytes.slice(bytes.lastIndexOf(INTO_SCREEN)), resolve))
  const { active } = terminal.buffer
  return Array.from({ length: SIZE.rows }, (_, row) => active.getLine(row)?.translateToString(true) ?? '')
}

/** The screen, as soon as it is so. */
async function until(run: TerminalRun, holds: (lines: readonly string[]) => boolean): Promise<readonly string[]> {
  for (;;) {
    const lines = await screenOf(run.shown)
    if (holds(lines)) return lines
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
}

it('the first frame says where one is, and what comes later stands exactly in its place', async () => {
  await using run = started()
  const [first = ''] = await until(run, (lines) => lines.join('').includes(FIRST))
  expect(first).toMatch(/^ pods {2}context you {2}namespace default/)
  const lines = await until(run, (some) => some.join('').includes('cluster'))
  expect(lines[0]).toMatch(/^ pods {2}context you {2}namespace default .*● recorded in the cluster$/)
  expect(lines.slice(1, 5).map((line) => line.slice(0, 10))).toEqual([
    '─'.repeat(10),
    '  NAME   R',
    '› db-0    ',
    '  web-0   ',
  ])
  expect(lines.at(-1)).toMatch(/^ 2 pods .*Enter shell .*\? keys$/)
  // One screen, entered once: to enter it again would erase it.
  expect(run.shown.split(INTO_SCREEN)).toHaveLength(2)
  run.type('q')
  await run.end()
})

it('a key that is pressed at the first frame is neither lost nor echoed', async () => {
  await using run = started()
  await run.until(FIRST)
  run.type('?')
  await run.until('any key')
  run.type('x')
  run.type('q')
  const { status, before, after } = await run.end()
  expect([status, after]).toEqual([0, before])
  expect(run.shown.slice(0, run.shown.indexOf('any key'))).not.toMatch(/keys\?/)
})

it('Ctrl-C at the first frame leaves the terminal as it was', async () => {
  await using run = started()
  await run.until(FIRST)
  run.type('\x03')
  const { status, before, after } = await run.end()
  expect([status, after]).toEqual([0, before])
  expect(run.shown.lastIndexOf(OUT_OF_SCREEN)).toBeGreaterThan(run.shown.lastIndexOf(INTO_SCREEN))
})

describe.each(['SIGTERM', 'SIGHUP', 'SIGINT'] as const)('%s', (signal) => {
  it('at the first frame leaves the terminal as it was', async () => {
    await using run = started()
    await run.until(FIRST)
    process.kill(Number(readFileSync(join(sandbox.home, 'pid'), 'utf8')), signal)
    const { before, after } = await run.end()
    expect(after).toBe(before)
    expect(run.shown.lastIndexOf(OUT_OF_SCREEN)).toBeGreaterThan(run.shown.lastIndexOf(INTO_SCREEN))
    expect(run.shown.lastIndexOf('\x1b[?25h')).toBeGreaterThan(run.shown.lastIndexOf('\x1b[?25l'))
  })
})

it('a terminal of sixteen colours gets none: ours would come out black on black', async () => {
  await using run = started({ TERM: 'linux', NO_COLOR: '' })
  await run.until('web-0')
  for (const [, codes = ''] of run.shown.matchAll(STYLE)) expect(codes).toMatch(/^(0|1|7|22|27|39|1;7|)$/)
  run.type('q')
  await run.end()
})

it('rows from before stay when the server goes away, and say so', async () => {
  await using server = await ApiServer.start([pod({ name: 'web-0' })])
  await using run = started({ KUBECONFIG: server.kubeconfig(sandbox.home) })
  await server.until(({ watches }) => watches === 1)
  await until(run, (lines) => lines.join('').includes('1 pod '))
  await server[Symbol.asyncDispose]()
  const lines = await until(run, (some) => some.join('').includes('What you see is from before'))
  expect(lines.join('\n')).toMatch(/web-0[\s\S]*Connection lost, again in \d+ s\./)
  run.type('q')
  expect((await run.end()).status).toBe(0)
})

it('ACCESSIBLE never enters a screen, filters, pages back, and says what it does not understand', async () => {
  await using run = started({ ACCESSIBLE: '1' })
  await run.until('for help: ')
  run.type('f web\n')
  await run.until('1. web-0, Running')
  run.type('f\n')
  await run.until('2. web-0, Running')
  run.type('9\n')
  await run.until('There is no number 9.')
  run.type('what\n')
  await run.until('neither a number')
  run.type('n\n')
  await run.until('Choose a namespace.')
  await run.until('3. prod')
  run.type('3\n')
  await run.until('namespace prod')
  run.type('0\n')
  await run.until('all namespaces')
  await run.until(/\d\. web-0 in prod, Running/)
  run.type('c\n')
  await run.until('Choose a context.')
  await run.until('back: ')
  run.type('b\n')
  await run.until('Pods. Context you')
  run.type('w\n')
  await run.until('No session runs in any namespace now.')
  run.type('quit\n')
  const { status, before, after } = await run.end()
  expect([status, after]).toEqual([0, before])
  expect(run.shown).not.toContain('\x1b')
})
