import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { findProgram } from '../cluster/layout.ts'
import { programEnv, RUN, run, runProgram } from './rig/program.ts'
import { inputOf, outputOf, recordedSessions } from './rig/recordings.ts'
import { ServedSandbox } from './rig/sandbox.ts'
import { TerminalRun } from './rig/terminal.ts'

let home: string
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'kae-home-'))
})
afterEach(() => rmSync(home, { recursive: true, force: true }))

/** What one run of the sandbox left behind. */
const onlyLog = (): string => {
  const starts = join(home, 'state/kube-audit-exec/sandbox')
  const [start = ''] = readdirSync(starts)
  return join(starts, start, 'log')
}

describe('the sandbox without a terminal', () => {
  test('runs a script and prints its record, which is true', async () => {
    const { status, stdout, stderr, seconds } = await runProgram(['sandbox'], { env: programEnv(home) })
    expect({ status, stderr }).toMatchObject({ status: 0 })
    const printed = stdout.toString().trimEnd().split('\n')
    const [intact, , limits] = printed.splice(-3)
    expect(intact).toMatch(new RegExp(`^intact {2}${onlyLog()}: \\d+ records, 1 session, \\S+ \\S+Z to \\S+ \\S+Z$`))
    expect(limits).toContain('Not seen')
    const [session] = await recordedSessions(onlyLog())
    expect(session?.records).toHaveLength(printed.filter((line) => / {2}\w/.test(line)).length)
    expect(printed.find((line) => line.includes('  input'))).toContain(
      '"echo \\"hello from $HOSTNAME\\"\\nid -un\\nexit 3\\n"',
    )
    expect(printed.at(-1)).toContain('exited with 3')
    expect(inputOf(session!).toString()).toBe('echo "hello from $HOSTNAME"\nid -un\nexit 3\n')
    expect(session?.end).toMatchObject({ reason: 'exited', exitCode: 3 })
    expect(seconds).toBeLessThan(15)
  })

  test.each(['empty', 'closed', 'idle'] as const)('needs no stdin: %s', async (stdin) => {
    const { status } = await runProgram(['sandbox'], { env: programEnv(home), stdin })
    expect(status).toBe(0)
  })
})

describe('the sandbox on a terminal', () => {
  test('opens a shell whose every key is recorded, and says how to read the record', async () => {
    const env = programEnv(home)
    await using terminal = new TerminalRun([RUN, 'sandbox'], { env, columns: 83, rows: 29 })
    await terminal.until('audited shell in pod web-0')
    // Keys that come before the prompt are the local terminal's, as with kubectl.
    await terminal.until(/[#$] /)
    const typed = 'stty size; echo "I am" he""re\rexit 4\r'
    terminal.type(typed.slice(0, -7))
    await terminal.until('29 83')
    await terminal.until('I am here')
    terminal.type(typed.slice(-7))
    const { status, before, after } = await terminal.end()
    expect({ status, after }).toEqual({ status: 0, after: before })
    const [session] = await recordedSessions(onlyLog())
    expect(inputOf(session!).toString()).toBe(typed)
    expect(outputOf(session!).toString()).toContain('I am here')
    expect(session?.end).toMatchObject({ exitCode: 4 })
    const [, id = ''] = /read it: .* sessions show ([0-9a-f]{8}-[0-9a-f]{4}) --local/.exec(terminal.shown) ?? []
    const read = await runProgram(['sessions', 'show', id, '--local'], { env })
    expect({ status: read.status, stderr: read.stderr }).toEqual({ status: 0, stderr: '' })
    expect(read.stdout.toString()).toContain('exit 4')
  })

  test('gives the terminal back when it is told to stop', async () => {
    const env = programEnv(home)
    const argv = ['sh', '-c', 'echo $$ >"$HOME/pid"; exec "$@"', 'sh', RUN, 'sandbox']
    await using terminal = new TerminalRun(argv, { env })
    await terminal.until(/[#$] /)
    terminal.type('echo re""ady\r')
    await terminal.until('ready')
    process.kill(Number(readFileSync(join(home, 'pid'), 'utf8')), 'SIGTERM')
    const { before, after } = await terminal.end()
    expect(after).toBe(before)
  })
})

describe('the sandbox, served', () => {
  let sandbox: ServedSandbox
  beforeAll(async () => {
    sandbox = await ServedSandbox.start()
  })
  afterAll(async () => {
    await sandbox?.[Symbol.asyncDispose]()
  })

  test('records a session of our program, and lists, prints and verifies it', async () => {
    const env = sandbox.env()
    const argv = ['-i', 'web-0', '--reason', 'to see', '--', 'sh', '-c', 'cat; echo aside >&2; exit 5']
    const { status, stdout, stderr } = await runProgram(argv, {
      env,
      stdin: Buffer.from('\u0000\xff typed\n', 'latin1'),
    })
    expect({ status, stdout: stdout.toString('latin1') }).toEqual({ status: 5, stdout: '\u0000\xff typed\n' })
    expect(stderr).toContain('aside\n')
    const listed = (await runProgram(['sessions', 'list'], { env })).stdout.toString().trimEnd().split('\n')
    const [row = ''] = listed.filter((line) => line.includes('exit 5'))
    const id = row.slice(0, 36)
    const log = await runProgram(['sessions', 'log', id, '--json'], { env })
    const records = log.stdout
      .toString()
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>)
    expect(records.map(({ kind }) => kind)).toEqual(['open', 'input', 'inputEnd', 'end'])
    expect(records[0]).toMatchObject({ content: { reason: 'to see', authentication: 'request-header' } })
    expect(records[1]).toMatchObject({ base64: Buffer.from('\u0000\xff typed\n', 'latin1').toString('base64') })
    const verified = await runProgram(['sessions', 'verify', id], { env })
    expect({ status: verified.status, stdout: verified.stdout.toString() }).toMatchObject({
      status: 0,
      stdout: expect.stringMatching(/^intact/),
    })
  })

  test('is a cluster to kubectl: plain exec is denied, our plugin is not', async ({ skip }) => {
    const kubectl = process.env.CLUSTER_KUBECTL ?? findProgram('kubectl')
    if (kubectl === undefined) return skip('kubectl is not installed')
    const env = sandbox.env()
    const pods = await run([kubectl, 'get', 'pods'], { env })
    expect(pods.stdout.toString()).toContain('web-0')
    const plain = await run([kubectl, 'exec', 'web-0', '--', 'echo', 'hi'], { env })
    expect({ status: plain.status, stdout: plain.stdout.toString() }).toEqual({ status: 1, stdout: '' })
    expect(plain.stderr).toContain('kubectl audit-exec')
    symlinkSync(RUN, join(home, 'kubectl-audit_exec'))
    const plugin = await run([kubectl, 'audit-exec', 'web-0', '--', 'echo', 'hi'], {
      env: { ...env, PATH: `${home}:${env.PATH}` },
    })
    expect({ status: plugin.status, stdout: plugin.stdout.toString() }).toEqual({ status: 0, stdout: 'hi\n' })
  })

  test('passes the line ends of a program that sets them itself, as full-screen programs do', async () => {
    const argv = [RUN, '-q', '-it', 'web-0', '--', 'sh', '-c', "stty -opost; printf 'one\\ntwo\\r\\nthree'"]
    await using terminal = new TerminalRun(argv, { env: sandbox.env() })
    const { before, after } = await terminal.end()
    expect(terminal.shown).toContain('one\ntwo\r\nthree')
    expect(after).toBe(before)
  })

  test('takes a manifest that names the pod', async () => {
    const file = join(home, 'pod.yaml')
    writeFileSync(file, 'apiVersion: v1\nkind: Pod\nmetadata: {name: web-0}\n')
    const { status, stdout } = await runProgram(['-f', file, '--', 'echo', 'hi'], { env: sandbox.env() })
    expect({ status, stdout: stdout.toString() }).toEqual({ status: 0, stdout: 'hi\n' })
  })

  test('takes our flags from their environment variables', async () => {
    const folder = join(home, 'records')
    const env = sandbox.env({
      KUBE_AUDIT_EXEC_COLLECTOR: 'cluster',
      KUBE_AUDIT_EXEC_REASON: 'by env',
      KUBE_AUDIT_EXEC_LOG_DIR: folder,
    })
    const { status } = await runProgram(['web-0', '--', 'true'], { env })
    expect(status).toBe(0)
    const listed = (await runProgram(['sessions', 'list'], { env: sandbox.env() })).stdout.toString()
    expect(listed.split('\n').length).toBeGreaterThan(1)
  })

  test('stops at once when it is told to, with its keys removed', async () => {
    await using own = await ServedSandbox.start()
    expect(readFileSync(own.kubeconfig, 'utf8')).toContain('token')
    expect(await own.stop()).toBe(0)
    expect(() => readFileSync(own.kubeconfig)).toThrow('ENOENT')
  })

  test('leaves no keys behind where it is told to stop while it still starts', async () => {
    const child = spawn(process.execPath, [RUN, 'sandbox', '--serve'], { env: programEnv(home), stdio: 'ignore' })
    const ended = once(child, 'close')
    const files = (): string[] => readdirSync(home, { recursive: true, encoding: 'utf8' })
    await vi.waitUntil(() => files().some((name) => name.endsWith('/kubeconfig')), { timeout: 20_000, interval: 2 })
    child.kill('SIGINT')
    expect(await ended).toEqual([0, null])
    expect(files().filter((name) => /kubeconfig|\.key/.test(name))).toEqual([])
  })
})
