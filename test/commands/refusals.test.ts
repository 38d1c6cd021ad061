import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openFileLog } from '../../server-min/log/file-log.ts'
import { draft, freshSession } from '../server-min/log/drafts.ts'
import { useProgram } from './program.ts'

const program = useProgram()
const state = mkdtempSync(join(tmpdir(), 'kae-refusals-'))
const logs = join(state, 'logs')
const id = freshSession()
const env = {
  XDG_STATE_HOME: join(state, 'state'),
  XDG_CACHE_HOME: join(state, 'cache'),
  KUBECONFIG: join(state, 'none'),
}

beforeAll(async () => {
  mkdirSync(logs, { mode: 0o700 })
  const log = await openFileLog({ folder: join(logs, 'whole'), now: Date.now, lock: false })
  await log.append(id, [draft('open', '{}'), draft('input', 'id\n'), draft('end', '{}')])
  await log.close()
})
afterAll(() => rmSync(state, { recursive: true }))

/** A refusal is one line with its code and one with what to do, on stderr, and nothing is on stdout. */
async function refusal(...argv: readonly string[]) {
  const { status, stdout, stderr } = await program.run(argv, { env })
  const [line = '', next = ''] = stderr
    .split('\n')
    .filter((each) => each.startsWith('error: ') || each.startsWith('  next: '))
  return { status, stdout, code: /\((KAE_[A-Z_]+)\)$/.exec(line)?.[1], next: next !== '' }
}

describe('a program without a terminal, or with words that it does not know', () => {
  it.each([
    [['ui'], 'KAE_UI_NO_TERMINAL'],
    [['sessions', 'replay', id, '--log', logs], 'KAE_PLAYER_NO_TERMINAL'],
    [['sessions', 'replay', id, '--log', logs, '--plain', '--speed', 'fast'], 'KAE_PLAYER_FLAGS'],
    [['sessions', 'replay', id, '--log', logs, '--plain', '--speed', '0'], 'KAE_PLAYER_FLAGS'],
    [['sessions', 'replay', id, '--log', logs, '--plain', '--idle-limit', '-1'], 'KAE_PLAYER_FLAGS'],
    [['sessions', 'list', '--nonsense'], 'KAE_USAGE'],
    [['sessions', 'list', 'a-word'], 'KAE_USAGE'],
    [['sessions', 'show'], 'KAE_USAGE'],
    [['sessions', 'list', '-o', 'xml'], 'KAE_USAGE'],
    [['config', 'get', 'nonsense'], 'KAE_SETTING_UNKNOWN'],
    [['sessions', 'show', id, '--log', logs, '--local'], 'KAE_READING_FLAGS'],
    [['sessions', 'list', '--log', join(logs, 'none')], 'KAE_LOGS_NOT_FOUND'],
    [['--kubeconfig', '/nowhere', 'web-0', '--', 'ls'], 'KAE_KUBE_CONFIG_MISSING'],
    [['--request-timeout=soon', 'web-0', '--', 'ls'], 'KAE_KUBE_FLAG_INVALID'],
    [['-it', '--', 'sh'], 'KAE_EXEC_TARGET_MISSING'],
    [['web-0'], 'KAE_EXEC_COMMAND_MISSING'],
    [['-f', '/nowhere.yaml', '--', 'ls'], 'KAE_OBJECT_FILE_INVALID'],
  ])('%j: %s', async (argv, code) => {
    expect(await refusal(...argv)).toEqual({ status: 1, stdout: '', code, next: true })
  })
})

describe('an index that is made anew', () => {
  it('has all of what is whole', async () => {
    const { status, stdout } = await program.run(['sessions', 'reindex', '--log', logs], { env })
    expect([status, stdout]).toEqual([0, `1 log, 1 session: ${logs}\n`])
  })

  it('says what it could not read, and fails', async () => {
    const damaged = join(state, 'damaged')
    const log = await openFileLog({ folder: damaged, now: Date.now, lock: false })
    await log.append(freshSession(), [draft('open', '{}')])
    await log.close()
    const [segment = ''] = readdirSync(damaged).filter((name) => name.startsWith('segment-'))
    writeFileSync(join(damaged, segment), 'this is no segment')
    const { status, stderr } = await program.run(['sessions', 'reindex', '--log', damaged], { env })
    expect(stderr).toMatch(/^warning: .*damaged/m)
    expect([status, /\((KAE_[A-Z_]+)\)/.exec(stderr)?.[1]]).toEqual([1, 'KAE_REINDEX_INCOMPLETE'])
  })
})

describe('a file that cannot be written', () => {
  it('is named, and nothing is left of it', async () => {
    const nowhere = join(state, 'no-folder', 'out.cast')
    const { status, stderr } = await program.run(['sessions', 'export', id, '--log', logs, '-o', nowhere], { env })
    expect(stderr).toContain(`${nowhere}: ENOENT`)
    expect([status, /\((KAE_[A-Z_]+)\)/.exec(stderr)?.[1]]).toEqual([1, 'KAE_EXPORT_WRITE_FAILED'])
  })
})
