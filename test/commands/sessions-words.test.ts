/** Whatever somebody writes for an id, a moment or a flag: a plain answer or a refusal with its code, and no stack trace. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ATTACKS } from '../reading/hostile.ts'
import { OPENING } from '../reading/rig.ts'
import { draftOf, endOf } from '../rig/opening.ts'
import { freshId, openLog } from '../server-min/library/rig.ts'
import { useProgram } from './program.ts'

const program = useProgram()
const home = mkdtempSync(join(tmpdir(), 'kae-words-'))
const log = join(home, 'log')
const id = freshId()
const env = {
  HOME: home,
  XDG_STATE_HOME: join(home, 'state'),
  XDG_CACHE_HOME: join(home, 'cache'),
  KUBECONFIG: join(home, 'none'),
}

beforeAll(async () => {
  const written = await openLog(log)
  await written.append(id, [draftOf('open', OPENING), draftOf('output', Buffer.from('hi\r\n'), 1)])
  await written.append(id, [draftOf('end', endOf(), 2)])
  await written.close()
})
afterAll(() => rmSync(home, { recursive: true }))

/** All attacks in one word: an argument of a program cannot hold a NUL. */
const HOSTILE = ATTACKS.join(' ').replaceAll('\0', '')
const ENORMOUS = 'x'.repeat(100_000)

async function asked(argv: readonly string[]) {
  const { status, stdout, stderr } = await program.run(['sessions', ...argv], { env })
  expect(stderr).not.toMatch(/bug of kube-audit-exec|\n +at /)
  expect(`${stdout}${stderr}`.replaceAll('\n', '')).not.toMatch(/[\p{C}\p{Zl}\p{Zp}]/u)
  expect(`${stdout}${stderr}`).not.toMatch(/undefined|\[object/)
  const code = /^error: .*\((KAE_[A-Z_]+)\)\n {2}next: ./ms.exec(stderr)?.[1]
  return { status, code }
}

describe('sessions show', () => {
  const shown = (words: string) => asked(['show', '--log', log, '--', words])

  it.each([
    ...[
      '',
      ' ',
      '../..',
      '/',
      '-',
      '--',
      '01a',
      `${id}x`,
      `${id}\n`,
      `${id}\n${id}`,
      `${id}/log`,
      `${id}?x=y`,
      `${id}#x`,
    ],
    ...['%2e%2e', '١٢٣٤', '$(id)', '@5', `${id}@1@2`, id.toUpperCase(), ENORMOUS, HOSTILE],
  ])('%j is no id', async (words) => {
    expect(await shown(words)).toEqual({ status: 1, code: 'KAE_SESSION_ID_INVALID' })
  })

  it.each(['', 'x', '-1', '1e9', '٣', '9'.repeat(20), '1:99', '0x10', 'NaN', `1${ENORMOUS}`, '5\n', HOSTILE])(
    '%j is no moment',
    async (moment) => {
      expect(await shown(`${id}@${moment}`)).toEqual({ status: 1, code: 'KAE_MOMENT_INVALID' })
    },
  )

  it.each(['ffffffff', '0000', '----', '01999999-0000-7000-8000-000000000000'])('%s is nobody', async (words) => {
    expect(await shown(words)).toEqual({ status: 1, code: 'KAE_SESSION_NOT_FOUND' })
  })
})

describe.each<[string, readonly string[]]>([
  ['log', []],
  ['log', ['--records']],
  ['watch', []],
  ['replay', ['--plain', '--speed', '100']],
  ['verify', []],
  ['export', ['--format', 'json']],
])('sessions %s %j', (command, flags) => {
  const about = (words: string) => asked([command, ...flags, '--log', log, '--', words])

  it('refuses what is no id, no moment and nobody', async () => {
    const codes = [`${id}\n`, HOSTILE, `${id}@${HOSTILE}`, 'ffffffff'].map(async (words) => (await about(words)).code)
    const [invalid, moment] = ['KAE_SESSION_ID_INVALID', 'KAE_MOMENT_INVALID']
    expect(await Promise.all(codes)).toEqual([invalid, invalid, moment, 'KAE_SESSION_NOT_FOUND'])
  })

  it('takes a session by each of its names, and a moment long after its end', async () => {
    for (const words of [id, 'latest@0', `${id.slice(0, 13)}@999999999`, `session.kube-audit-exec.io/${id}`])
      expect(await about(words)).toEqual({ status: 0, code: undefined })
  })
})

describe('a flag that is to be', () => {
  it.each<[string, readonly string[], string]>([
    ['a time', ['list', '--since'], 'KAE_READING_VALUE_INVALID'],
    ['a status', ['list', '--exit-status'], 'KAE_READING_VALUE_INVALID'],
    ['a number', ['search', 'x', '--limit'], 'KAE_USAGE'],
    ['a speed', ['replay', id, '--plain', '--speed'], 'KAE_PLAYER_FLAGS'],
    ['a pause', ['replay', id, '--plain', '--idle-limit'], 'KAE_PLAYER_FLAGS'],
    ['the longest pause', ['export', id, '--idle-limit'], 'KAE_READING_VALUE_INVALID'],
    ['a format', ['export', id, '--format'], 'KAE_USAGE'],
    ['a form', ['list', '-o'], 'KAE_USAGE'],
  ])('%s refuses what is none', async (_what, argv, code) => {
    for (const value of ['1e400', 'NaN', 'x\ny', ENORMOUS, HOSTILE])
      expect([value, await asked([...argv, value, '--log', log])]).toEqual([value, { status: 1, code }])
  })

  it.each(['--user', '--pod', '--container', '--contains', '-n'])('%s finds nobody by what is nobody', async (flag) => {
    for (const value of [' ', ENORMOUS, HOSTILE])
      expect(await asked(['list', flag, value, '--log', log])).toEqual({ status: 0, code: undefined })
  })

  it('a folder of logs names what is none', async () => {
    for (const value of ['', ENORMOUS, HOSTILE]) {
      const { status, code } = await asked(['list', '--log', value])
      expect([status, code]).toEqual([1, expect.stringMatching(/^KAE_(?:LOGS_NOT_FOUND|LOG_FOLDER_UNUSABLE)$/)])
    }
  })
})
