/** Each command that reads, from each place where recordings are. On a real cluster: test/cluster/e2e/reading-commands. */
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Viewer } from '../player/rig/viewer.ts'
import { type Outcome, PROGRAM_FOLDER, RUN, run, runProgram } from './rig/program.ts'
import { readingCases, TYPED } from './rig/reading-cases.ts'
import { ServedSandbox } from './rig/sandbox.ts'
import { TerminalRun } from './rig/terminal.ts'

let sandbox: ServedSandbox
let id = ''
const folder = mkdtempSync(join(tmpdir(), 'kae-matrix-'))
const copy = join(folder, 'copy')

beforeAll(async () => {
  sandbox = await ServedSandbox.start()
  await using shell = new TerminalRun([RUN, 'web-0', '--context', 'alice', '--reason', 'matrix'], {
    env: sandbox.env(),
  })
  await shell.until('web-0:')
  for (const line of TYPED) shell.type(`${line}\r`)
  await shell.end()
  const { stdout } = await runProgram(['sessions', 'list', '-o', 'name'], { env: sandbox.env() })
  id = stdout.toString().trim().split('/')[1] ?? ''
  cpSync(join(dirname(dirname(sandbox.kubeconfig)), 'log'), copy, { recursive: true })
}, 60_000)
afterAll(async () => {
  await sandbox[Symbol.asyncDispose]()
  rmSync(folder, { recursive: true })
}, 60_000)

/** Somebody on another machine, without a kubeconfig, who was given a copy of the log. */
const elsewhere = (): NodeJS.ProcessEnv => {
  const { KUBECONFIG: _, ...env } = sandbox.env({ HOME: folder, XDG_STATE_HOME: join(folder, 'state') })
  return env
}

const PLACES = [
  { place: 'the sandbox, as an auditor', where: ['--context', 'auditor', '-n', 'default'], env: () => sandbox.env() },
  { place: 'the sandbox, as the user whom it was', where: ['--context', 'alice'], env: () => sandbox.env() },
  { place: 'a copy of the log, offline', where: ['--log', copy], env: elsewhere },
] as const

describe.each(PLACES)('from $place', ({ where, env }) => {
  const sessions = (words: readonly string[]): Promise<Outcome> =>
    runProgram(['sessions', ...words, ...where], { env: env() })

  // The id is known when the tests run, not when they are collected.
  const cases = readingCases('ID', 'alice').map(({ words }, at) => ({ title: words.join(' '), at }))

  it.each(cases)('sessions $title', async ({ at }) => {
    const { words, shows, status = 0 } = readingCases(id, 'alice')[at]!
    const outcome = await sessions(words)
    expect({ words, status: outcome.status, stderr: outcome.stderr }).toMatchObject({ words, status })
    for (const what of shows) expect(outcome.stdout.toString()).toMatch(what)
  })

  it('sessions export writes a typescript with its timing', async () => {
    const file = join(folder, `${where.length}-${where[1]!.length}.typescript`)
    const { status, stderr } = await sessions(['export', id, '-o', file])
    expect({ status, stderr }).toMatchObject({ status: 0 })
    expect(readFileSync(file).includes('marker-42\r\n')).toBe(true)
    expect(existsSync(`${file}.timing`)).toBe(true)
  })

  it('sessions replay and sessions watch play on a terminal, and leave it as it was', async () => {
    for (const command of ['replay', 'watch']) {
      const argv = [RUN, 'sessions', command, id, ...where]
      await using player = new Viewer(argv, { env: env(), columns: 100, rows: 40 })
      await player.untilText('exited with 3')
      await player.until('what was shown', (lines) => lines.some((line) => /^marker-42\b/.test(line)))
      player.type('q')
      const { status, before, after } = await player.run.end()
      expect({ command, status, after }).toEqual({ command, status: 0, after: before })
    }
  })

  it('sessions terminate says that there is nothing to end', async () => {
    const { status, stderr } = await sessions(['terminate', id, '--reason', 'too late', '--yes'])
    expect(status).toBe(1)
    expect(stderr).toMatch(/KAE_TERMINATE_REFUSED|KAE_TERMINATE_NOT_HERE|KAE_READING_FORBIDDEN/)
  })
})

interface Documented {
  readonly id: string
  readonly examples?: readonly { readonly command: string }[]
}

/** The commands that help shows, as a person would type them here. */
function examples(): readonly string[] {
  const manifest = readFileSync(join(PROGRAM_FOLDER, 'oclif.manifest.json'), 'utf8')
  const { commands } = JSON.parse(manifest) as { commands: Readonly<Record<string, Documented>> }
  const reading = Object.values(commands).filter((command) => command.id.startsWith('sessions:'))
  expect(reading.filter((command) => (command.examples ?? []).length < 2)).toEqual([])
  return reading.flatMap((command) =>
    (command.examples ?? []).map((example) =>
      example.command
        .replace('<%= config.bin %> <%= command.id %>', `kube-audit-exec ${command.id.replace(':', ' ')}`)
        .replaceAll(/0199c0de(-4f21)?(@83\.2)?/g, id)
        .replace('./evidence', copy),
    ),
  )
}

/** Nothing is there to be ended, nor to be found: a search says that by its status, as grep does. */
function worked(line: string, { status, stderr }: { readonly status: number; readonly stderr: string }): boolean {
  if (/ terminate /.test(line)) return /KAE_TERMINATE_/.test(stderr)
  return status === 0 || (status === 1 && !stderr.includes('error:') && / (search|grep) /.test(line))
}

it('every example that help shows is a command that works', async () => {
  const bin = join(folder, 'bin')
  mkdirSync(bin)
  symlinkSync(RUN, join(bin, 'kube-audit-exec'))
  const env = sandbox.env({ PATH: `${bin}:${sandbox.env().PATH}`, ACCESSIBLE: '1' })
  for (const line of examples()) {
    if (line.endsWith(' -w')) {
      await using watching = new TerminalRun(['sh', '-c', line], { env })
      await watching.until(/^ID +AGE/m)
      continue
    }
    const { status, stderr } = await run(['sh', '-c', line], { env, cwd: folder })
    expect({ line, fits: worked(line, { status, stderr }) ? true : { status, stderr } }).toEqual({ line, fits: true })
  }
}, 120_000)

it('sessions reindex makes the index of a copy, and of this machine, anew', async () => {
  for (const [words, env] of [
    [['--log', copy], elsewhere()],
    [[], sandbox.env()],
  ] as const) {
    const { status, stdout } = await runProgram(['sessions', 'reindex', ...words], { env })
    expect({ status, stdout: stdout.toString() }).toMatchObject({
      status: 0,
      stdout: expect.stringMatching(/^1 log, 1 session/),
    })
  }
})
