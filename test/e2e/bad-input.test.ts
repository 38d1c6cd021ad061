import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { answering, nobody, rudeServer, silentServer } from './rig/bad-servers.ts'
import { type Outcome, programEnv, RUN, runProgram } from './rig/program.ts'
import { TerminalRun } from './rig/terminal.ts'

let home: string
beforeAll(() => {
  home = mkdtempSync(join(tmpdir(), 'kae-home-'))
})
afterAll(() => rmSync(home, { recursive: true, force: true }))

const SECONDS = 10

/** An error that a person can act on: one code, a next step, nothing on stdout, and soon. */
function assertFault({ status, stdout, stderr, seconds }: Outcome, code: string): void {
  expect({ status, stdout: stdout.toString(), stderr }).toEqual({
    status: 1,
    stdout: '',
    stderr: expect.stringContaining(`(${code})`),
  })
  expect(stderr).toMatch(/^error: .+\(KAE_\w+\)\n {2}next: .+\n$/)
  expect(seconds).toBeLessThan(SECONDS)
}

const kubeconfigOf = (server: string, more: object = {}): string =>
  JSON.stringify({
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name: 'there', cluster: { server } }],
    users: [{ name: 'me', user: { token: 'secret-token' } }],
    contexts: [{ name: 'here', context: { cluster: 'there', user: 'me' } }],
    'current-context': 'here',
    ...more,
  })

let files = 0
function writeConfig(text: string): string {
  files += 1
  const path = join(home, `config-${files}`)
  writeFileSync(path, text, { mode: 0o600 })
  return path
}

const attempt = (argv: readonly string[], kubeconfig: string): Promise<Outcome> =>
  runProgram(argv, { env: programEnv(home, { KUBECONFIG: kubeconfig }), limitSeconds: 30 })

describe('a command line', () => {
  test.each([
    ['an unknown flag', ['--nope', 'web-0', '--', 'ls'], 'KAE_FLAG_UNKNOWN', '--nope'],
    ['an unknown short flag', ['-z', 'web-0', '--', 'ls'], 'KAE_FLAG_UNKNOWN', '-z'],
    ['a flag of the command before the dashes', ['web-0', 'ls', '-l'], 'KAE_FLAG_UNKNOWN', '-- ls'],
    ['a flag without its value', ['web-0', '-c'], 'KAE_FLAG_VALUE_MISSING', '-c'],
    ['a flag with a value that is none', ['--stdin=perhaps', 'web-0', '--', 'ls'], 'KAE_FLAG_VALUE_INVALID', 'perhaps'],
    [
      'a collector that is none',
      ['--collector=here', 'web-0', '--', 'ls'],
      'KAE_FLAG_VALUE_INVALID',
      '--collector=here',
    ],
    ['a time that is none', ['--pod-running-timeout=soon', 'web-0', '--', 'ls'], 'KAE_FLAG_VALUE_INVALID', 'soon'],
    [
      'flags that conflict',
      ['--collector=cluster', '--log-dir=/tmp', 'web-0', '--', 'ls'],
      'KAE_FLAGS_CONFLICT',
      '--log-dir',
    ],
    ['two files', ['-f', 'a', '-f', 'b', '--', 'ls'], 'KAE_FLAGS_CONFLICT', '--filename'],
    ['no command and no terminal', ['web-0'], 'KAE_EXEC_COMMAND_MISSING', ''],
    ['no dashes', ['web-0', 'ls'], 'KAE_EXEC_DASHES_MISSING', 'web-0 -- ls'],
    ['no pod', ['--', 'ls'], 'KAE_EXEC_TARGET_MISSING', ''],
    ['two pods', ['web-0', 'web-1', '--', 'ls'], 'KAE_EXEC_WORDS_UNEXPECTED', 'web-1'],
  ])('with %s says so', async (...[, argv, code, words]) => {
    const outcome = await attempt(argv, '/nowhere')
    assertFault(outcome, code)
    expect(outcome.stderr).toContain(words)
  })

  test('that conflicts with an environment variable names the variable', async () => {
    const env = programEnv(home, { KUBE_AUDIT_EXEC_RECORD: 'Nothing' })
    const outcome = await runProgram(['web-0', '--', 'ls'], { env })
    assertFault(outcome, 'KAE_FLAG_VALUE_INVALID')
    expect(outcome.stderr).toContain('KUBE_AUDIT_EXEC_RECORD')
  })
})

describe('a kubeconfig', () => {
  const LS = ['web-0', '--', 'ls']

  test.each([
    [
      'that is no YAML',
      'apiVersion: v1\nclusters:\n  - name: [\n',
      'KAE_KUBE_CONFIG_MALFORMED',
      /config-\d+, line \d+/,
    ],
    [
      'with a list in place of a map',
      'apiVersion: v1\nkind: Config\nclusters: 7\n',
      'KAE_KUBE_CONFIG_MALFORMED',
      /clusters/,
    ],
    ['that is a picture', '\u0000\u0001\u0002', 'KAE_KUBE_CONFIG_MALFORMED', /config-\d+/],
    [
      'whose certificate is none',
      kubeconfigOf('https://127.0.0.1:1', {
        users: [{ name: 'me', user: { 'client-certificate-data': 'bm9uZQ==', 'client-key-data': 'bm9uZQ==' } }],
      }),
      'KAE_KUBE_',
      /certificate/,
    ],
  ])('%s is named, and the place in it', async (...[, text, code, words]) => {
    const path = writeConfig(text)
    const outcome = await attempt(LS, path)
    expect(outcome.stderr).toMatch(words)
    expect(outcome.stderr).toMatch(/^error: .+\(KAE_\w+\)\n {2}next: .+\n$/)
    expect(outcome.stderr).toContain(code)
    expect(outcome.status).toBe(1)
  })

  test('that is a folder is named', async () => {
    const folder = join(home, 'folder')
    mkdirSync(folder)
    const outcome = await attempt(['--kubeconfig', folder, ...LS], '')
    assertFault(outcome, 'KAE_KUBE_CONFIG_UNREADABLE')
    expect(outcome.stderr).toContain(folder)
  })

  test('without the context that was asked for says which there are', async () => {
    const outcome = await attempt(['--context=elsewhere', ...LS], writeConfig(kubeconfigOf('http://127.0.0.1:1')))
    assertFault(outcome, 'KAE_KUBE_CONTEXT_UNKNOWN')
    expect(outcome.stderr).toContain('elsewhere')
  })

  test('that is missing leads to the address that kubectl would try, with what was looked at', async () => {
    const outcome = await attempt(LS, join(home, 'missing'))
    assertFault(outcome, 'KAE_KUBE_UNREACHABLE')
    expect(outcome.stderr).toContain(join(home, 'missing'))
  })
})

describe('an API server', () => {
  const LS = ['web-0', '--', 'ls']
  const at = (url: string, ...flags: readonly string[]) => attempt([...flags, ...LS], writeConfig(kubeconfigOf(url)))

  test('that is down is named with its address', async () => {
    const url = await nobody()
    const outcome = await at(url)
    assertFault(outcome, 'KAE_KUBE_UNREACHABLE')
    expect(outcome.stderr).toContain(url.slice('http://'.length))
  })

  test('whose name does not exist', async () => {
    assertFault(await at('http://no-such-host.invalid:6443'), 'KAE_KUBE_UNREACHABLE')
  })

  test('that takes the connection and never answers is given up after --request-timeout', async () => {
    await using server = await silentServer()
    const outcome = await at(server.url, '--request-timeout=1s')
    assertFault(outcome, 'KAE_KUBE_TIMEOUT')
    expect(outcome.seconds).toBeGreaterThan(0.9)
  })

  test('that never answers in TLS is given up after --request-timeout', async () => {
    await using server = await silentServer()
    assertFault(await at(server.url.replace('http:', 'https:'), '--request-timeout=1s'), 'KAE_KUBE_TIMEOUT')
  })

  test('that hangs up', async () => {
    await using server = await rudeServer()
    assertFault(await at(server.url), 'KAE_KUBE_CONNECTION_LOST')
  })

  test('that does not speak TLS where the kubeconfig says so', async () => {
    await using server = await answering((_, response) => response.end('hello'))
    assertFault(await at(server.url.replace('http:', 'https:')), 'KAE_KUBE_TLS_FAILED')
  })

  test.each([
    ['a login page', 200, 'text/html', '<html>Log in</html>'],
    ['a page for an error', 502, 'text/html', '<html>Bad gateway</html>'],
    ['half an answer', 200, 'application/json', '{"kind":"Pod","metadata":'],
    ['nothing', 200, 'application/json', ''],
    ['a redirect', 302, 'text/html', ''],
  ])('that is %s is not taken for one', async (...[, status, type, body]) => {
    await using server = await answering((_request, response) =>
      response.writeHead(status, { 'content-type': type, location: '/login' }).end(body),
    )
    const outcome = await at(server.url)
    expect(outcome.stderr).toMatch(/^error: .+\(KAE_KUBE_(NOT_AN_API_SERVER|API_ERROR)\)\n {2}next: .+\n$/)
    expect({ status: outcome.status, stdout: outcome.stdout.toString() }).toEqual({ status: 1, stdout: '' })
    expect(outcome.seconds).toBeLessThan(SECONDS)
  })

  test.each([
    ['a list', '["surprise"]'],
    ['an object without a kind', '{}'],
    ['another kind', '{"kind":"ConfigMap","apiVersion":"v1","metadata":{"name":"web-0"}}'],
  ])('that answers with %s in place of the pod is not taken for one', async (_, body) => {
    await using server = await answering((_request, response) =>
      response.writeHead(200, { 'content-type': 'application/json' }).end(body),
    )
    assertFault(await at(server.url, '--collector=local'), 'KAE_KUBE_NOT_AN_API_SERVER')
  })

  test.each([
    [401, 'Unauthorized', 'KAE_KUBE_UNAUTHORIZED'],
    [403, 'sessions "x" is forbidden', 'KAE_COLLECTOR_FORBIDDEN'],
    [404, 'pods "web-0" not found', 'KAE_KUBE_NOT_FOUND'],
    [500, 'etcdserver: no leader', 'KAE_KUBE_API_ERROR'],
  ])('that answers %i has its own words shown', async (code, message, fault) => {
    const body = JSON.stringify({ kind: 'Status', apiVersion: 'v1', status: 'Failure', message, code })
    await using server = await answering((_request, response) =>
      response.writeHead(code, { 'content-type': 'application/json' }).end(body),
    )
    const outcome = await at(server.url)
    assertFault(outcome, fault)
    expect(outcome.stderr).toContain(message)
  })

  test('cannot drive the terminal by its words', async () => {
    const body = JSON.stringify({
      kind: 'Status',
      apiVersion: 'v1',
      status: 'Failure',
      message: 'a\u001b[2Jb\u009bc\r\nd',
      code: 500,
    })
    await using server = await answering((_request, response) =>
      response.writeHead(500, { 'content-type': 'application/json' }).end(body),
    )
    const { stderr } = await at(server.url)
    for (const control of ['\u001b', '\u009b', '\r']) expect(stderr).not.toContain(control)
  })

  test('that does not answer leaves the terminal as it was, also after Ctrl-C', async () => {
    await using server = await silentServer()
    const env = programEnv(home, { KUBECONFIG: writeConfig(kubeconfigOf(server.url)) })
    await using terminal = new TerminalRun([RUN, '-it', 'web-0', '--', 'sh'], { env })
    await terminal.until('<stty')
    terminal.type('\x03')
    const { before, after } = await terminal.end()
    expect(after).toBe(before)
  })
})
