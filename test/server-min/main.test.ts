import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { pathToFileURL } from 'node:url'
import { expect, test } from 'vitest'
import { FLAGS, helpText, parseFlags } from '../../server-min/flags.ts'
import { serveOptions } from '../../server-min/settings.ts'
import { ServerRig } from './rig/server.ts'

const MAIN = pathToFileURL(join(import.meta.dirname, '../../server-min/main.ts')).href
const SCRIPT = `import(${JSON.stringify(MAIN)}).then(({ main }) => main(process.argv.slice(1), process.env)).then((status) => process.exit(status))`

const start = (args: readonly string[], env: NodeJS.ProcessEnv = {}) => {
  const child = spawn(process.execPath, ['-e', SCRIPT, '--', ...args], { env, stdio: ['ignore', 'pipe', 'pipe'] })
  return { child, ended: once(child, 'exit') as Promise<[number | null, string | null]>, stdout: text(child.stdout) }
}

test('help names every flag with its environment variable', () => {
  const help = helpText()
  for (const [name, { env }] of Object.entries(FLAGS)) {
    expect(help).toContain(`--${name} `)
    expect(help).toContain(`$${env}`)
  }
  expect(help).toContain('Examples:')
})

test('a flag beats the environment, which beats the default', () => {
  const values = (argv: string[], env: NodeJS.ProcessEnv = {}) => {
    const parsed = parseFlags(argv, env)
    return parsed.type === 'run' ? parsed.values.port : undefined
  }
  expect(values([])).toBe('8443')
  expect(values([], { KUBE_AUDIT_EXEC_SERVER_PORT: '1' })).toBe('1')
  expect(values([], { KUBE_AUDIT_EXEC_SERVER_PORT: '' })).toBe('8443')
  expect(values(['--port', '2'], { KUBE_AUDIT_EXEC_SERVER_PORT: '1' })).toBe('2')
})

const NEEDED = ['--log-dir', 'l', '--tls-cert-file', 'c', '--tls-key-file', 'k']
test.each([
  [['--nonsense']],
  [['positional']],
  [['--port']],
  [['--port', '65536', ...NEEDED]],
  [['--port', '1e3', ...NEEDED]],
  [['--record', 'None', ...NEEDED]],
  [['--durability', 'strict', ...NEEDED]],
  [['--window-bytes', '100', ...NEEDED]],
  [['--log-dir', 'l', '--tls-cert-file', 'c']],
])('%j is refused', (argv) => {
  const run = () => {
    const parsed = parseFlags(argv, {})
    if (parsed.type === 'run') serveOptions(parsed.values)
  }
  expect(run).toThrow(expect.objectContaining({ code: 'KAE_SERVER_USAGE', exit: 2 }))
})

test('lists are split at commas, and an empty one is none', () => {
  const parsed = parseFlags([...NEEDED, '--bypass-users', ' a, b,', '--bypass-groups='], {})
  expect(parsed.type === 'run' && serveOptions(parsed.values).bypass).toEqual({ users: ['a', 'b'], groups: [] })
})

test('the process says what is wrong and what to do, and exits with the fault’s status', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'kae-main-'))
  const { child, ended } = start([
    '--log-dir',
    folder,
    '--tls-cert-file',
    'nowhere.crt',
    '--tls-key-file',
    'nowhere.key',
  ])
  const stderr = await text(child.stderr)
  expect(await ended).toEqual([1, null])
  expect(stderr).toContain('(KAE_TLS_FILE_UNUSABLE)\n  next: ')
  rmSync(folder, { recursive: true })
})

test('the process listens, drains on SIGTERM and exits with 0, its log closed', async () => {
  await using rig = await ServerRig.make()
  const folder = join(rig.folder, 'log')
  const args = ['--log-dir', folder, '--tls-cert-file', rig.certFile, '--tls-key-file', rig.keyFile]
  args.push('--requestheader-client-ca-file', rig.caFile, '--requestheader-allowed-names', 'front-proxy-client')
  const { child, ended } = start([...args, '--host', '127.0.0.1', '--port', '0', '--metrics-port', '0'])
  const lines: string[] = []
  child.stderr.on('data', (data: Buffer) => lines.push(data.toString()))
  await expect.poll(() => lines.join(''), { timeout: 15_000 }).toContain('"listening"')
  const { metricsPort } = JSON.parse(
    lines
      .join('')
      .split('\n')
      .find((line) => line.includes('listening'))!,
  )
  expect((await fetch(`http://127.0.0.1:${metricsPort}/readyz`)).status).toBe(200)
  child.kill('SIGTERM')
  expect(await ended).toEqual([0, null])
  expect(readFileSync(rig.certFile, 'utf8')).toContain('BEGIN')
  expect(
    lines
      .join('')
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line).message),
  ).toEqual(['listening', expect.stringContaining('stopping')])
})
