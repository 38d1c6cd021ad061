import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { TerminalRun } from '../e2e/rig/terminal.ts'
import { actingCharacters, writeHostileSession } from '../reading/hostile.ts'
import { useProgram } from './program.ts'

const program = useProgram()
const state = mkdtempSync(join(tmpdir(), 'kube-audit-exec-hostile-'))
const log = join(state, 'log')
const env = { XDG_STATE_HOME: state, XDG_CACHE_HOME: join(state, 'cache') }
let id = ''

beforeAll(async () => {
  mkdirSync(log, { mode: 0o700 })
  id = await writeHostileSession(log)
})
afterAll(() => rmSync(state, { recursive: true }))

const COMMANDS: readonly (readonly string[])[] = [
  ['list'],
  ['list', '-o', 'wide'],
  ['list', '-o', 'json'],
  ['list', '-o', 'jsonl'],
  ['list', '-o', 'yaml'],
  ['list', '-o', 'name'],
  ['show', 'latest'],
  ['show', 'latest', '-o', 'json'],
  ['show', 'latest', '-o', 'yaml'],
  ['log', 'latest'],
  ['log', 'latest', '--input', '--timestamps'],
  ['log', 'latest', '--records'],
  ['log', 'latest', '--json'],
  ['search', 'needle'],
  ['search', 'needle', '--output'],
  ['search', '/need(le)/', '--output', '-o', 'json'],
  ['search', 'needle', '-o', 'yaml'],
  ['verify'],
  ['verify', '-o', 'json'],
]

describe('a recording that attacks its reader', () => {
  it.each(COMMANDS)('does nothing through: sessions %s %s %s %s', async (...argv) => {
    const words = argv.filter((word) => word !== undefined)
    const { status, stdout, stderr } = await program.run(['sessions', ...words, '--log', log], { env })
    expect({ status, out: actingCharacters(stdout), err: actingCharacters(stderr) }).toEqual({
      status: 0,
      out: [],
      err: [],
    })
    expect(stdout).not.toBe('')
  })

  it.each(COMMANDS)('does nothing on a terminal with colours through: sessions %s %s %s %s', async (...argv) => {
    const words = argv.filter((word) => word !== undefined)
    const run = join(program.folder, 'bin/run.js')
    const home = { PATH: process.env.PATH, HOME: program.folder, ...env, NO_COLOR: '' }
    await using terminal = new TerminalRun([process.execPath, run, 'sessions', ...words, '--log', log], { env: home })
    const { status } = await terminal.end()
    const shown = terminal.shown.replaceAll('\r\n', '\n')
    expect({ status, acting: actingCharacters(withoutProgress(shown)) }).toEqual({ status: 0, acting: [] })
  })

  it('prints raw bytes to a pipe exactly, and never to a terminal', async () => {
    const { stdout, status } = await program.run(['sessions', 'log', id, '--raw', '--log', log], { env })
    // The control of all the tests here: what they look for is in the recording.
    expect(actingCharacters(stdout)).toContain('\x1b')
    expect({ status, same: stdout.startsWith('$ echo needle \x1b]8;;http://evil') }).toEqual({ status: 0, same: true })
    const argv = [process.execPath, join(program.folder, 'bin/run.js'), 'sessions', 'log', id, '--raw', '--log', log]
    await using terminal = new TerminalRun(argv, { env: { PATH: process.env.PATH, HOME: program.folder, ...env } })
    expect((await terminal.end()).status).toBe(1)
    expect(terminal.shown).toContain('KAE_RAW_ON_TERMINAL')
    expect(terminal.shown).not.toContain('evil')
  })

  it('cannot make an argument that is echoed act', async () => {
    const { stderr } = await program.run(['sessions', 'show', 'x\x1b]0;t\x07', '--log', log], { env })
    expect(stderr).toContain('KAE_SESSION_ID_INVALID')
    expect(actingCharacters(stderr)).toEqual([])
  })
})

/** The line that tells how far a long piece of work is, and is taken away. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: the line is cleared by an escape sequence
const withoutProgress = (text: string): string => text.replace(/\r\x1b\[K[^\r\n]*/g, '')
