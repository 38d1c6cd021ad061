import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openFileLog } from '../../server-min/log/file-log.ts'
import type { Draft, RecordKind } from '../../src/protocol/record.ts'
import { makeSessionId, type SessionId } from '../../src/protocol/session-id.ts'
import { useProgram } from './program.ts'

const program = useProgram()
const state = mkdtempSync(join(tmpdir(), 'kube-audit-exec-state-'))
const env = { XDG_STATE_HOME: state }
const [FIRST, SECOND, ABSENT] = [1, 2, 3].map((n) => makeSessionId(1_700_000_000_000 + n, Buffer.alloc(10, n))) as [
  SessionId,
  SessionId,
  SessionId,
]
const folderOf = (id: SessionId) => join(state, 'kube-audit-exec/sessions', id)

const OPENING = {
  version: 1,
  user: { username: 'alice', groups: [], extra: {} },
  authentication: 'unverified',
  target: {
    namespace: 'prod',
    pod: 'web-0',
    container: 'app',
    command: ['sh'],
    stdin: true,
    stdout: true,
    stderr: true,
    tty: false,
  },
  policy: { capture: 'client', record: 'InputOutput', durability: 'Strict' },
  client: { name: 'x', version: '0', platform: 'x' },
}
const END = { version: 1, reason: 'exited', exitCode: 3, input: { bytes: 3 }, durationMs: 5 }

const draft = (kind: RecordKind, payload: Buffer | object): Draft => ({
  kind,
  elapsed: 0,
  salt: Buffer.alloc(16),
  payload: Buffer.isBuffer(payload) ? payload : Buffer.from(JSON.stringify(payload)),
})

async function writeSession(id: SessionId, input: string): Promise<void> {
  mkdirSync(folderOf(id), { recursive: true, mode: 0o700 })
  const log = await openFileLog({ folder: folderOf(id), now: Date.now, segmentBytes: 1024 * 1024 })
  await log.append(id, [draft('open', OPENING)])
  await log.append(id, [draft('input', Buffer.from(input)), draft('end', END)])
  await log.close()
}

beforeAll(async () => {
  await writeSession(FIRST, 'ls\x1b[2J\n')
  await writeSession(SECOND, 'id\n')
})
afterAll(() => rmSync(state, { recursive: true }))

describe('sessions log', () => {
  it('prints a record that cannot drive the terminal', async () => {
    const { status, stdout, stderr } = await program.run(['sessions', 'log', FIRST], { env })
    const lines = stdout.trimEnd().split('\n')
    expect(lines.map((line) => line.slice(29))).toEqual([
      'open          alice (unverified) runs sh in prod/web-0/app; with input; capture: client; record: InputOutput; durability: Strict',
      'input         "ls\\e[2J\\n"',
      'end           exited with 3; 3 bytes in; 5 ms',
    ])
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
  })

  it('prints the same as JSON lines, bytes exactly', async () => {
    const { stdout } = await program.run(['sessions', 'log', FIRST, '--json'], { env })
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
    const { stdout } = await program.run(['sessions', 'log', SECOND, flag, folder])
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
  it('shows the newest first, with user, target and end', async () => {
    const { status, stdout } = await program.run(['sessions', 'list'], { env })
    const [heading, ...rows] = stdout.trimEnd().split('\n')
    expect(heading).toMatch(/^ID /)
    expect(rows.map((row) => row.slice(0, 36))).toEqual([SECOND, FIRST])
    expect(rows[0]).toMatch(/alice \(unverified\) {2}prod\/web-0\/app {2}exited with 3 {2}sh$/)
    expect(status).toBe(0)
  })

  it('says that there are none', async () => {
    const { status, stderr } = await program.run(['sessions', 'list'], { env: { XDG_STATE_HOME: '/nowhere' } })
    expect(stderr).toContain('No sessions')
    expect(status).toBe(0)
  })
})

describe('sessions verify', () => {
  it('finds intact logs intact', async () => {
    const { status, stdout } = await program.run(['sessions', 'verify'], { env })
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
    const { status, stdout, stderr } = await program.run(['sessions', 'verify', id], { env })
    rmSync(folderOf(id), { recursive: true })
    expect(stdout).toMatch(/^WRONG {3}.*segment-\d+\.log is wrong at byte \d+/)
    expect(stderr).toContain('KAE_VERIFICATION_FAILED')
    expect(status).toBe(1)
  })
})
