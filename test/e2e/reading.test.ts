import { cpSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { actingCharacters } from '../reading/hostile.ts'
import { type Outcome, RUN, runProgram } from './rig/program.ts'
import { ServedSandbox } from './rig/sandbox.ts'
import { TerminalRun } from './rig/terminal.ts'

let sandbox: ServedSandbox
const copy = mkdtempSync(join(tmpdir(), 'kae-reading-'))

const sessions = (argv: readonly string[], more: NodeJS.ProcessEnv = {}): Promise<Outcome> =>
  runProgram(['sessions', ...argv], { env: sandbox.env(more) })

const terminal = (argv: readonly string[]): TerminalRun => new TerminalRun([RUN, ...argv], { env: sandbox.env() })

interface Listed {
  readonly metadata: { readonly name: string }
  readonly spec: { readonly reason?: string; readonly user: { readonly username: string } }
}

async function list(...argv: readonly string[]): Promise<readonly Listed[]> {
  const { stdout, stderr, status } = await sessions(['list', '-o', 'json', ...argv])
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
  return JSON.parse(stdout.toString()).items
}

const reasons = (items: readonly Listed[]): (string | undefined)[] => items.map(({ spec }) => spec.reason)

/** A shell in which somebody does something, until its end. */
async function shell(reason: string, lines: readonly string[], context = 'you'): Promise<void> {
  await using run = terminal(['web-0', '--context', context, '--reason', reason])
  await run.until('web-0:')
  for (const line of lines) run.type(`${line}\r`)
  await run.end()
}

beforeAll(async () => {
  sandbox = await ServedSandbox.start()
  await shell('first', ['echo marker-$((40 + 2))', 'exit 3'])
  await shell('second', ['echo of-alice', 'exit'], 'alice')
  // .../run-XXXX/kubeconfig beside .../log
  cpSync(join(dirname(dirname(sandbox.kubeconfig)), 'log'), copy, { recursive: true })
}, 60_000)
afterAll(async () => {
  await sandbox[Symbol.asyncDispose]()
  rmSync(copy, { recursive: true })
}, 60_000)

describe.each([
  ['the cluster, by somebody who may read everything', ['-n', 'default']],
  ['this machine', ['--local']],
  ['a copy of the log', ['--log', copy]],
])('sessions read from %s', (_, where) => {
  it('are listed, newest first', async () => {
    expect(reasons(await list(...where)).slice(-2)).toEqual(['second', 'first'])
  })

  it('are shown with their commands and where each comes from', async () => {
    const [first] = await list(...where, '--user', 'you', '--exit-status', '3')
    const { stdout } = await sessions(['show', first!.metadata.name, ...where])
    const text = stdout.toString()
    expect(text).toMatch(/Who +you \(as the Kubernetes API server authenticated them\)/)
    expect(text).toMatch(/State +exit 3/)
    expect(text).toMatch(/@\d+\.\d {2}seen {8}echo marker-\$\(\(40 \+ 2\)\)/)
  })

  it('are printed as a person saw them', async () => {
    const [first] = await list(...where, '--exit-status', '3')
    const { stdout } = await sessions(['log', first!.metadata.name, ...where])
    const lines = stdout.toString().split('\n')
    expect(lines).toContain('marker-42')
    expect(lines.find((line) => line.includes('echo marker'))).toMatch(/^web-0:.*echo marker-\$\(\(40 \+ 2\)\)$/)
    expect(actingCharacters(stdout.toString())).toEqual([])
  })

  it('are found by what was typed, and by what was shown', async () => {
    const typed = JSON.parse((await sessions(['search', 'MARKER', '-o', 'json', ...where])).stdout.toString())
    const shown = JSON.parse(
      (await sessions(['search', 'marker-42', '--output', '-o', 'json', ...where])).stdout.toString(),
    )
    expect(typed.items).toMatchObject([{ where: 'command', line: 'echo marker-$((40 + 2))' }])
    expect(shown.items).toMatchObject([{ where: 'output', line: expect.stringContaining('marker-42') }])
    const { status } = await sessions(['log', typed.items[0].at, ...where])
    expect(status).toBe(0)
  })

  it('are verified', async () => {
    const { status, stdout } = await sessions(['verify', '-o', 'json', ...where])
    expect(status).toBe(0)
    expect(JSON.parse(stdout.toString())).toMatchObject({ intact: true })
  })
})

describe('others', () => {
  it('see their own sessions alone, and cannot read more by an id', async () => {
    const mine = await list('--context', 'alice')
    expect(reasons(mine)).toEqual(['second'])
    const [first] = await list('--exit-status', '3')
    for (const argv of [['show'], ['log'], ['log', '--json'], ['verify']]) {
      const { status, stdout } = await sessions([...argv, first!.metadata.name, '--context', 'alice'])
      expect({ argv, status, stdout: stdout.toString() }).toEqual({ argv, status: 1, stdout: '' })
    }
  })

  it('are told which role to ask for', async () => {
    const { status, stderr } = await sessions(['list', '--context', 'audit-outsider'])
    expect(stderr).toContain('KAE_READING_FORBIDDEN')
    expect(stderr).toContain('audit-exec-viewer')
    expect(status).toBe(1)
  })
})

describe('a session that runs', () => {
  it('is followed line by line to its end, watched in the list, and ended with a reason', async () => {
    await using shown = terminal(['web-0', '--reason', 'live'])
    await shown.until('web-0:')
    const [live] = await list('--live')
    const id = live!.metadata.name
    await using watching = terminal(['sessions', 'list', '--live', '-w'])
    await watching.until('live')
    await using following = terminal(['sessions', 'log', '-f', id])
    shown.type('echo followed-$((1 + 1))\r')
    await following.until(/^followed-2\r?$/m)
    const refused = await sessions(['terminate', id, '--reason', 'no', '--yes', '--context', 'alice'])
    expect(refused.stderr).toContain('KAE_SESSION_NOT_FOUND')
    const unasked = await sessions(['terminate', id, '--reason', 'no'])
    expect(unasked.stderr).toContain('KAE_TERMINATE_UNCONFIRMED')
    await using ending = terminal(['sessions', 'terminate', id, '--reason', 'wrong cluster'])
    await ending.until('[y/N]')
    ending.type('y\r')
    expect((await ending.end()).status).toBe(0)
    await shown.until('wrong cluster')
    expect((await following.end()).status).toBe(0)
    const { stdout } = await sessions(['show', id])
    expect(stdout.toString()).toMatch(/State +terminated/)
  })
})

describe('without a cluster that has recordings', () => {
  it('says so, and does not show others in their place', async () => {
    const { status, stderr, stdout } = await sessions(['list', '-s', 'https://127.0.0.1:1'])
    expect({ status, stdout: stdout.toString() }).toEqual({ status: 1, stdout: '' })
    expect(stderr).toContain('KAE_READING_UNREACHABLE')
    expect(stderr).toContain('--local')
  })
})
