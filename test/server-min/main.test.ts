import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { pathToFileURL } from 'node:url'
import { afterEach, expect, test } from 'vitest'
import { FLAGS, helpText, parseFlags } from '../../server-min/flags.ts'
import { openFileLog } from '../../server-min/log/file-log.ts'
import { serveOptions } from '../../server-min/settings.ts'
import { draft, endDraft, newId, openHello } from './rig/client.ts'
import { ServerRig } from './rig/server.ts'

const MAIN = pathToFileURL(join(import.meta.dirname, '../../server-min/main.ts')).href
const SCRIPT = `import(${JSON.stringify(MAIN)}).then(({ main }) => main(process.argv.slice(1), process.env)).then((status) => process.exit(status))`

/** A test that fails leaves none running. */
const started: ChildProcess[] = []
afterEach(() => {
  for (const child of started.splice(0)) child.kill('SIGKILL')
})

const start = (args: readonly string[], env: NodeJS.ProcessEnv = {}) => {
  const child = spawn(process.execPath, ['-e', SCRIPT, '--', ...args], { env, stdio: ['ignore', 'pipe', 'pipe'] })
  started.push(child)
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

/** The server as a process of its own, on a folder of the rig's. */
async function startOn(rig: ServerRig, folder: string) {
  const args = ['--log-dir', folder, '--tls-cert-file', rig.certFile, '--tls-key-file', rig.keyFile]
  args.push('--requestheader-client-ca-file', rig.caFile, '--requestheader-allowed-names', 'front-proxy-client')
  const { child, ended } = start([...args, '--host', '127.0.0.1', '--port', '0', '--metrics-port', '0'])
  let stderr = ''
  child.stderr.on('data', (data: Buffer) => {
    stderr += data.toString()
  })
  const lines = () => stderr.trimEnd().split('\n')
  await expect.poll(() => stderr, { timeout: 15_000 }).toMatch(/"listening".*\n/)
  const { port, metricsPort } = JSON.parse(lines().find((line) => line.includes('"listening"'))!)
  return { child, ended, lines, port: port as number, metricsPort: metricsPort as number }
}

test('the process listens, drains on SIGTERM and exits with 0, its log closed', async () => {
  await using rig = await ServerRig.make()
  const folder = join(rig.folder, 'log')
  const { child, ended, lines, metricsPort } = await startOn(rig, folder)
  expect((await fetch(`http://127.0.0.1:${metricsPort}/readyz`)).status).toBe(200)
  child.kill('SIGTERM')
  expect(await ended).toEqual([0, null])
  const messages = lines().map((line) => JSON.parse(line).message)
  expect(messages).toEqual(['listening', expect.stringContaining('stopping')])
  const log = await openFileLog({ folder, now: Date.now, create: false })
  await log.close()
})

test('a process that is killed has everything on record that it acknowledged, and its client goes on with the next', async () => {
  await using rig = await ServerRig.make()
  const folder = join(rig.folder, 'log')
  const first = await startOn(rig, folder)
  const id = newId()
  const client = await rig.attach(id, { port: first.port, hello: openHello() })
  await client.next('opened')
  let acked: { readonly seq: number; readonly head: Buffer } = { seq: 0, head: Buffer.alloc(0) }
  for (let seq = 1; seq <= 50; seq += 1) {
    client.append(seq, draft('input', `line ${seq}\r`, seq))
    acked = await client.next('ack')
  }
  // These are under way when the process dies: recorded or not, but never acknowledged and lost.
  for (let seq = 51; seq <= 100; seq += 1) client.append(seq, draft('input', `line ${seq}\r`, seq))
  first.child.kill('SIGKILL')
  await client.end()
  for (const message of client.heard) if (message.type === 'ack' && message.seq > acked.seq) acked = message
  const second = await startOn(rig, folder)
  const hello = { resume: { seq: acked.seq, head: acked.head.toString('hex') } }
  const again = await rig.attach(id, { port: second.port, hello })
  await expect.poll(() => again.heard.at(-1)?.type).toBe('resumed')
  const resumed = again.heard.at(-1)
  const next = resumed?.type === 'resumed' ? resumed.seq : 0
  expect(next).toBeGreaterThan(acked.seq)
  again.append(next, endDraft(1000))
  await again.end()
  second.child.kill('SIGTERM')
  expect(await second.ended).toEqual([0, null])
  const log = await openFileLog({ folder, now: Date.now, create: false })
  const lines: string[] = []
  for await (const { kind, payload } of log.read(id)) if (kind === 'input') lines.push(Buffer.from(payload).toString())
  await log.close()
  expect(lines).toEqual(Array.from({ length: next - 1 }, (_, index) => `line ${index + 1}\r`))
})
