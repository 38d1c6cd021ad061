import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openFileLog } from '../../server-min/log/file-log.ts'
import { makeSessionId, type SessionId } from '../../src/protocol/session-id.ts'
import { draftOf, endOf, openingOf } from '../rig/opening.ts'
import { useProgram } from './program.ts'

const program = useProgram()
const state = mkdtempSync(join(tmpdir(), 'kube-audit-exec-state-'))
const env = { XDG_STATE_HOME: state, XDG_CACHE_HOME: join(state, 'cache') }
const [FIRST, SECOND, ABSENT] = [1, 2, 3].map((n) => makeSessionId(1_700_000_000_000 + n, Buffer.alloc(10, n))) as [
  SessionId,
  SessionId,
  SessionId,
]
const folderOf = (id: SessionId) => join(state, 'kube-audit-exec/sessions', id)

const OPENING = openingOf({ target: { stderr: true, tty: false } })
const END = endOf({ exitCode: 3, input: { bytes: 3 } })

async function writeSession(id: SessionId, input: string): Promise<void> {
  mkdirSync(folderOf(id), { recursive: true, mode: 0o700 })
  const log = await openFileLog({ folder: folderOf(id), now: Date.now, segmentBytes: 1024 * 1024 })
  await log.append(id, [draftOf('open', OPENING)])
  await log.append(id, [draftOf('input', Buffer.from(input)), draftOf('end', END)])
  await log.close()
}

beforeAll(async () => {
  await writeSession(FIRST, 'ls\x1b[2J\n')
  await writeSession(SECOND, 'id\n')
})
afterAll(() => rmSync(state, { recursive: true }))

describe('sessions log', () => {
  it('prints what was typed where nothing that was shown is on record, and says so', async () => {
    const { status, stdout, stderr } = await program.run(['sessions', 'log', FIRST, '--local', '--input'], { env })
    expect({ status, stdout, stderr }).toEqual({ status: 0, stdout: '[typed] "ls\\e[2J\\n"\n', stderr: '' })
  })

  it('prints a record that cannot drive the terminal', async () => {
    const { status, stdout, stderr } = await program.run(['sessions', 'log', FIRST, '--records', '--local'], { env })
    const lines = stdout.trimEnd().split('\n')
    expect(lines.map((line) => line.slice(29))).toEqual([
      'open          alice (unverified) runs sh in prod/web-0/app; with input; capture: client; record: InputOutput; durability: Strict',
      'input         "ls\\e[2J\\n"',
      'end           exited with 3; 3 bytes in; 5 ms',
    ])
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
  })

  it('prints the same as JSON lines, bytes exactly', async () => {
    const { stdout } = await program.run(['sessions', 'log', FIRST, '--local', '--json'], { env })
    const [open, input] = stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line))
    expect(open).toMatchObject({ session: FIRST, seq: 0, kind: 'open', content: OPENING })
    expect(Buffer.from(input.base64, 'base64').toString()).toBe('ls\x1b[2J\n')
  })

  it.each([
    ['--log', 'the log itself'],
    ['--log', 'a folder above it'],
  ])('reads from the folder in %s: %s', async (flag, which) => {
    const folder = which === 'the log itself' ? folderOf(SECOND) : state
    const { stdout } = await program.run(['sessions', 'log', SECOND, '--input', flag, folder], { env })
    expect(stdout).toContain('"id\\n"')
  })

  it.each([
    ['an id that no log has', [ABSENT], 'KAE_SESSION_NOT_FOUND'],
    ['a word that is no id, without letting it drive the terminal', ['../\x1b[2J'], 'KAE_SESSION_ID_INVALID'],
    ['a folder without logs', [FIRST, '--log', '/nowhere'], 'KAE_LOGS_NOT_FOUND'],
  ])('refuses %s', async (_, argv, code) => {
    const { status, stdout, stderr } = await program.run(['sessions', 'log', ...argv], { env })
    expect({ status, stdout }).toEqual({ status: 1, stdout: '' })
    expect(stderr).toContain(code)
    expect(stderr).not.toContain('\x1b')
  })
})

describe('sessions list', () => {
  it('shows the newest first, with user, pod and end', async () => {
    const { status, stdout } = await program.run(['sessions', 'list', '--local'], { env })
    const [heading, ...rows] = stdout.trimEnd().split('\n')
    expect(heading).toMatch(/^ID +AGE +USER +NAMESPACE +POD +STATE +LINES +COMMAND$/)
    expect(rows.map((row) => row.slice(0, 36))).toEqual([SECOND, FIRST])
    expect(rows[0]).toMatch(/alice \(unverified\) {2}prod +web-0 +exit 3 .* sh$/)
    expect(status).toBe(0)
  })

  it('is a Kubernetes list for programs, or an object a line', async () => {
    const whole = await program.run(['sessions', 'list', '--local', '--json'], { env })
    const lines = await program.run(['sessions', 'list', '--local', '-o', 'jsonl'], { env })
    const list = JSON.parse(whole.stdout)
    expect(list).toMatchObject({ apiVersion: 'kube-audit-exec.io/v1alpha1', kind: 'SessionList' })
    expect(list.items.map(({ metadata }: { metadata: { name: string } }) => metadata.name)).toEqual([SECOND, FIRST])
    const objects = lines.stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line))
    expect(objects.map(({ metadata }) => metadata.name)).toEqual([SECOND, FIRST])
  })

  it('prints names that every other command takes for ids', async () => {
    const { stdout } = await program.run(['sessions', 'list', '--local', '-o', 'name', '--limit', '1'], { env })
    const shown = await program.run(['sessions', 'show', '--local', stdout.trim()], { env })
    expect(shown.stdout).toContain(`Session ${SECOND}`)
  })

  it.each([
    [['--user', 'alice'], 2],
    [['--user', 'bob'], 0],
    [['--exit-status', 'nonzero', '-n', 'prod'], 2],
    [['--since', '1h'], 2],
    [['--until', '2023-11-15'], 0],
    [['--live'], 0],
  ])('takes of the sessions those that %j asks for', async (flags, count) => {
    const { stdout } = await program.run(['sessions', 'list', '--local', '--no-headers', ...flags], { env })
    expect(stdout.split('\n').filter((line) => line !== '')).toHaveLength(count)
  })

  it.each([
    [['--since', 'yesterday'], 'KAE_READING_VALUE_INVALID'],
    [['--live', '--ended'], 'KAE_READING_FLAGS'],
    [['-n', 'x', '-A'], 'KAE_READING_FLAGS'],
    [['-w', '-o', 'json'], 'KAE_READING_FLAGS'],
  ])('refuses %j', async (flags, code) => {
    const { status, stderr } = await program.run(['sessions', 'list', '--local', ...flags], { env })
    expect(stderr).toContain(code)
    expect(status).toBe(1)
  })

  it('says that there are none, and that no cluster was asked', async () => {
    const nowhere = { XDG_STATE_HOME: '/nowhere', XDG_CACHE_HOME: join(state, 'cache') }
    const { status, stderr } = await program.run(['sessions', 'list'], { env: nowhere })
    expect(stderr).toContain('No sessions')
    expect(stderr).toContain('No kubeconfig names a cluster: reading what was recorded on this machine')
    expect(status).toBe(0)
  })
})

describe('a session', () => {
  it.each([
    ['its whole id', FIRST],
    ['a beginning that no other has', FIRST.slice(0, 13)],
    ['latest', 'latest'],
    ['a moment in it', `${SECOND}@0.1`],
  ])('is found by %s', async (_, name) => {
    const { status, stdout } = await program.run(['sessions', 'show', '--local', name], { env })
    expect(stdout).toContain(`Session ${name === 'latest' ? SECOND : name.slice(0, 13)}`)
    expect(status).toBe(0)
  })

  it.each([
    [FIRST.slice(0, 9), 'KAE_SESSION_ID_AMBIGUOUS'],
    [`${FIRST}@noon`, 'KAE_MOMENT_INVALID'],
    ['abcd', 'KAE_SESSION_NOT_FOUND'],
  ])('is not found by %s', async (name, code) => {
    const { status, stderr } = await program.run(['sessions', 'show', '--local', name], { env })
    expect(stderr).toContain(code)
    expect(status).toBe(1)
  })
})

describe('sessions search', () => {
  it('gives a place to replay from for each hit', async () => {
    const { status, stdout } = await program.run(['sessions', 'search', '--local', 'ID', '-o', 'json'], { env })
    const { items } = JSON.parse(stdout)
    expect(items).toMatchObject([{ at: `${SECOND}@0.0`, line: 'id', where: 'command' }])
    expect(status).toBe(0)
  })

  it('ends with 1 where nothing is found, as grep does', async () => {
    const { status, stdout } = await program.run(['sessions', 'search', '--local', 'nowhere-to-be-found'], { env })
    expect({ status, stdout }).toEqual({ status: 1, stdout: '' })
  })

  it('refuses what is no expression', async () => {
    const { status, stderr } = await program.run(['sessions', 'search', '--local', '/(/'], { env })
    expect(stderr).toContain('KAE_READING_VALUE_INVALID')
    expect(status).toBe(1)
  })
})

describe('sessions terminate', () => {
  it('says that it ends sessions of a cluster alone', async () => {
    const argv = ['sessions', 'terminate', '--local', FIRST, '--reason', 'x', '--yes']
    const { status, stderr } = await program.run(argv, { env })
    expect(stderr).toContain('KAE_TERMINATE_NOT_HERE')
    expect(status).toBe(1)
  })
})

describe('sessions verify', () => {
  it('finds intact logs intact', async () => {
    const { status, stdout } = await program.run(['sessions', 'verify', '--local'], { env })
    expect(stdout.match(/^intact {2}/gm)).toHaveLength(2)
    expect(status).toBe(0)
  })

  it('names the file and the byte of a log that was changed, and fails', async () => {
    const id = makeSessionId(1_700_000_000_009, Buffer.alloc(10, 9))
    await writeSession(id, 'secret\n')
    const [segment] = readdirSync(folderOf(id)).filter((name) => name.startsWith('segment-'))
    const file = join(folderOf(id), segment!)
    const bytes = readFileSync(file)
    bytes.write('SECRET', bytes.indexOf('secret'))
    writeFileSync(file, bytes)
    const { status, stdout, stderr } = await program.run(['sessions', 'verify', '--local', id], { env })
    rmSync(folderOf(id), { recursive: true })
    expect(stdout).toMatch(/^WRONG {3}.*segment-\d+\.log is wrong at byte \d+/)
    expect(stdout).toContain(`(record 1 of session ${id}, as its header says)`)
    expect(stderr).toContain('KAE_VERIFICATION_FAILED')
    expect(status).toBe(1)
  })
})
