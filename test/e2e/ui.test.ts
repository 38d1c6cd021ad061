import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { RUN, runProgram } from './rig/program.ts'
import { inputOf, recordedSessions } from './rig/recordings.ts'
import { ServedSandbox } from './rig/sandbox.ts'
import { TerminalRun } from './rig/terminal.ts'

const ENTER = '\r'
const DOWN = '\x1b[B'
const INTO_SCREEN = '\x1b[?1049h'
const OUT_OF_SCREEN = '\x1b[?1049l'

let sandbox: ServedSandbox
beforeAll(async () => {
  sandbox = await ServedSandbox.start()
})
afterAll(() => sandbox[Symbol.asyncDispose]())

const started = (more: NodeJS.ProcessEnv = {}, argv: readonly string[] = []): TerminalRun =>
  new TerminalRun([process.execPath, RUN, ...argv], { env: sandbox.env(more), columns: 80, rows: 24 })

/** In the shell of web-0's container app, from the list of pods. */
async function inShell(terminal: TerminalRun): Promise<void> {
  await terminal.until('web-0')
  terminal.type(DOWN)
  await terminal.until('› web-0')
  terminal.type(ENTER)
  await terminal.until('sidecar')
  terminal.type(ENTER)
  await terminal.until(OUT_OF_SCREEN)
  await terminal.until('web-0:~# ')
}

describe('the screen', () => {
  it('shows pods, context and namespace, and leaves the terminal as it was', async () => {
    await using terminal = started()
    const shown = await terminal.until('web-0')
    expect(shown).toContain(INTO_SCREEN)
    expect(shown).toMatch(/context .*you.*namespace .*default/s)
    terminal.type('q')
    const { status, before, after } = await terminal.end()
    expect(status).toBe(0)
    expect(after).toBe(before)
    expect(terminal.shown.lastIndexOf(OUT_OF_SCREEN)).toBeGreaterThan(terminal.shown.lastIndexOf(INTO_SCREEN))
    expect(terminal.shown.lastIndexOf('\x1b[?25h')).toBeGreaterThan(terminal.shown.lastIndexOf('\x1b[?25l'))
  })

  it('is left by Ctrl-C', async () => {
    await using terminal = started()
    await terminal.until('web-0')
    terminal.type('\x03')
    const { status, before, after } = await terminal.end()
    expect([status, after]).toEqual([0, before])
  })

  it('passes every byte of a session that it opens, and is back at its row afterwards', async () => {
    await using terminal = started()
    await inShell(terminal)
    // Ready is said in two parts, so that the echo of the line is not taken for it.
    terminal.type(`stty raw -echo; printf 'rea''dy'; head -c 6 | od -An -tx1; stty sane${ENTER}`)
    await terminal.until('ready')
    // A byte that is no UTF-8, an arrow, Ctrl-C and Ctrl-Z.
    terminal.type(Buffer.from([0xff, 0x1b, 0x5b, 0x41, 0x03, 0x1a]))
    await terminal.until('ff 1b 5b 41 03 1a')
    terminal.type(`exit 3${ENTER}`)
    await terminal.until(INTO_SCREEN)
    expect(await terminal.until('ended with 3')).toContain('› web-0')
    terminal.type('q')
    const { status, before, after } = await terminal.end()
    expect([status, after]).toEqual([0, before])
    const log = join(sandbox.kubeconfig, '../../log')
    const inputs = (await recordedSessions(log)).map((session) => inputOf(session))
    expect(inputs.some((input) => input.includes(Buffer.from([0xff, 0x1b, 0x5b, 0x41, 0x03, 0x1a])))).toBe(true)
  })

  it('leaves Ctrl-C to the session that runs', async () => {
    await using terminal = started()
    await inShell(terminal)
    terminal.type(`printf 'be''gun'; sleep 600${ENTER}`)
    await terminal.until('begun')
    terminal.type('\x03')
    await terminal.until('web-0:~# ')
    terminal.type('\x04')
    await terminal.until('ended with 130')
    terminal.type('q')
    expect((await terminal.end()).status).toBe(0)
  })

  it('filters as one types, and keys are keys again after Enter', async () => {
    await using terminal = started()
    await terminal.until('web-0')
    terminal.type('fdb')
    await terminal.until('1 of 2 pods')
    terminal.type(`${ENTER}q`)
    expect((await terminal.end()).status).toBe(0)
  })

  it('does nothing with what is pasted onto the list', async () => {
    await using terminal = started()
    await terminal.until('web-0')
    terminal.type('\x1b[200~q\rq\r\x1b[201~')
    terminal.type('?')
    await terminal.until('any key')
    terminal.type('xq')
    expect((await terminal.end()).status).toBe(0)
  })

  it('draws itself anew for another size', async () => {
    await using terminal = started()
    await terminal.until('web-0')
    terminal.resize(40, 12)
    await terminal.until('you')
    terminal.resize(120, 40)
    await terminal.until('recorded in the cluster')
    terminal.type('q')
    expect((await terminal.end()).status).toBe(0)
  })

  it('watches pods instead of asking for them again and again', async () => {
    await using terminal = started()
    await terminal.until('2 pods')
    expect(terminal.shown).not.toMatch(/every \d+ s/)
    terminal.type('q')
    await terminal.end()
  })

  it('is numbered lines where the terminal cannot be painted on', async () => {
    await using terminal = started({ TERM: 'dumb' })
    await terminal.until('2. web-0, Running, 2 of 2 ready')
    expect(terminal.shown).not.toContain(INTO_SCREEN)
    terminal.type('q\n')
    expect((await terminal.end()).status).toBe(0)
  })

  it('says that no kubeconfig names a cluster', async () => {
    await using terminal = started({ KUBECONFIG: '/nowhere' })
    await terminal.until('No kubeconfig names a cluster')
    terminal.type('q')
    expect((await terminal.end()).status).toBe(0)
  })
})

describe('without a screen', () => {
  it('there is help where no terminal is', async () => {
    const { status, stdout } = await runProgram([], { env: sandbox.env() })
    expect(status).toBe(0)
    expect(stdout.toString()).toContain('USAGE')
  })

  it('ACCESSIBLE asks with numbers and paints nothing over', async () => {
    await using terminal = started({ ACCESSIBLE: '1' })
    await terminal.until('2. web-0, Running, 2 of 2 ready')
    await terminal.until('for help: ')
    terminal.type('2\n')
    await terminal.until('1. app, running, default')
    await terminal.until('back: ')
    terminal.type('1\n')
    await terminal.until('web-0:~# ')
    terminal.type(`exit 5${ENTER}`)
    await terminal.until('ended with 5')
    await terminal.until('for help: ')
    // The session itself sets the title; its shell and this question's own words are all else that there is.
    const [before = ''] = terminal.shown.split('for back: ')
    const afterwards = terminal.shown.slice(terminal.shown.lastIndexOf('The shell in'))
    expect(before + afterwards).not.toContain('\x1b')
    terminal.type('r\n')
    await terminal.until('1. you in default/web-0/app, exit 5')
    terminal.type('1\n')
    await terminal.until('exit 5\r\n')
    terminal.type('/exit 5\n')
    await terminal.until('1. exit 5, by you in default/web-0/app')
    terminal.type('o exit 5\n')
    await terminal.until('web-0:~# exit 5, by you')
    terminal.type('q\n')
    const end = await terminal.end()
    expect([end.status, end.after]).toEqual([0, end.before])
  })
})
