/** The sandbox as kubectl 1.36.3 sees it. */
import { spawn } from 'node:child_process'
import { createHash, randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { startTerminalOf } from './kubectl-terminal.ts'
import { type Rig, reviewed, startRig } from './rig.ts'

const PLATFORM = `${process.platform}-${process.arch === 'x64' ? 'amd64' : process.arch}`
const CACHE = process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache')
const KUBECTL =
  process.env.CLUSTER_KUBECTL ?? join(CACHE, 'kube-audit-exec', 'cluster', `v1.36.3-${PLATFORM}`, 'kubectl')

const environmentOf = (rig: Rig): NodeJS.ProcessEnv => ({
  HOME: rig.folder,
  KUBECONFIG: rig.sandbox.kubeconfig,
  PATH: '/usr/bin:/bin',
})

async function kubectl(rig: Rig, args: readonly string[], input = Buffer.alloc(0)) {
  const child = spawn(KUBECTL, args, { env: environmentOf(rig) })
  child.stdin.on('error', () => {})
  child.stdin.end(input)
  const [stdout, stderr, code] = await Promise.all([
    child.stdout.toArray().then(Buffer.concat),
    child.stderr.toArray().then(Buffer.concat),
    new Promise<number | null>((resolve) => child.on('close', resolve)),
  ])
  return { code, stdout, out: stdout.toString(), err: stderr.toString() }
}

describe.skipIf(!existsSync(KUBECTL))(`real kubectl (skipped without ${KUBECTL})`, () => {
  test('lists pods and namespaces and knows who it is', async () => {
    const rig = await startRig()
    const pods = await kubectl(rig, ['get', 'pods'])
    expect(pods.out).toMatch(/^NAME +READY +STATUS +RESTARTS +AGE\nweb-0 +2\/2 +Running +0 +\d+s\ndb-0 +1\/1 /)
    expect((await kubectl(rig, ['get', 'ns', '-o', 'name'])).out).toBe('namespace/default\nnamespace/prod\n')
    const whoami = await kubectl(rig, [
      '--context',
      'alice',
      'auth',
      'whoami',
      '-o',
      'jsonpath={.status.userInfo.username}',
    ])
    expect(whoami.out).toBe('alice')
    expect((await kubectl(rig, ['version'])).out).toContain('Server Version: v1.36.3+sandbox')
  })

  test('is told what a user may not do', async () => {
    const rig = await startRig()
    const { code, err } = await kubectl(rig, ['--context', 'audit-outsider', 'get', 'pods'])
    expect([code, err]).toEqual([
      1,
      'Error from server (Forbidden): pods is forbidden: User "audit-outsider" cannot list resource "pods" in API group "" in the namespace "default"\n',
    ])
  })

  test.each([
    ['true', 0, ''],
    ['echo out; echo err >&2; exit 3', 3, 'err\ncommand terminated with exit code 3\n'],
    ['/etc/passwd', 126, 'command terminated with exit code 126\n'],
    ['no-such-command', 127, 'command terminated with exit code 127\n'],
    ['kill -9 $$', 137, 'command terminated with exit code 137\n'],
  ])('exec of sh -c %j ends with %i', async (script, code, err) => {
    const rig = await startRig()
    const result = await kubectl(rig, ['exec', 'web-0', '--', 'sh', '-c', script])
    expect(result.code).toBe(code)
    expect(result.err).toContain(err)
  })

  test('exec goes to the annotated container by default, to another by -c', async () => {
    const rig = await startRig()
    await kubectl(rig, ['exec', 'web-0', '--', 'true'])
    await kubectl(rig, ['exec', 'web-0', '-c', 'sidecar', '--', 'true'])
    expect(rig.reviews.map(({ object }) => object.container)).toEqual(['app', 'sidecar'])
  })

  test('exec finds the pod of a TYPE/NAME', async () => {
    const rig = await startRig()
    expect((await kubectl(rig, ['get', 'sts'])).out).toMatch(/^NAME +READY +AGE\nweb +1\/1 +\d+s\ndb +1\/1 /)
    const { code, out } = await kubectl(rig, ['exec', 'statefulset/db', '--', 'sh', '-c', 'echo $HOSTNAME'])
    expect([code, out]).toEqual([0, 'db-0\n'])
  })

  test('exec -i carries 20 MB there and back, byte for byte', async () => {
    const rig = await startRig()
    const bytes = randomBytes(20_000_000)
    const { code, stdout } = await kubectl(rig, ['exec', '-i', 'web-0', '--', 'cat'], bytes)
    expect(code).toBe(0)
    const sha = (data: Buffer) => createHash('sha256').update(data).digest('hex')
    expect([stdout.length, sha(stdout)]).toEqual([bytes.length, sha(bytes)])
  })

  test('exec of a command that leaves its input unread ends all the same', async () => {
    const rig = await startRig()
    const { code, out } = await kubectl(
      rig,
      ['exec', '-i', 'web-0', '--', 'sh', '-c', 'echo done'],
      randomBytes(5_000_000),
    )
    expect([code, out]).toEqual([0, 'done\n'])
  })

  test('a denial shows the webhook’s message, although kubectl tries twice', async () => {
    const status = { code: 403, message: 'run kubectl audit-exec web-0 instead' }
    const rig = await startRig({ review: (review) => reviewed(review, { allowed: false, status }) })
    const { code, err } = await kubectl(rig, ['--context', 'alice', 'exec', 'web-0', '--', 'true'])
    expect(code).toBe(1)
    expect(err).toContain(
      'admission webhook "exec.sandbox.test" denied the request: run kubectl audit-exec web-0 instead',
    )
    expect(rig.reviews).toHaveLength(2)
  })

  test('exec -it has the size of its terminal from the first, follows it, and passes ^C and the exit code on', async () => {
    const rig = await startRig()
    const terminal = await startTerminalOf(KUBECTL, ['exec', '-it', 'web-0', '--', 'sh'], environmentOf(rig))
    await terminal.until('web-0:~$ ')
    terminal.type('stty size\r')
    await terminal.until('37 91')
    terminal.resize(70, 22)
    terminal.type('until [ "$(stty size)" = "22 70" ]; do :; done; echo resi""zed\r')
    await terminal.until('resized')
    // A ^C that comes before the shell has given its terminal to the command meets the shell, and the command runs on.
    terminal.type('sh -c "echo run""ning; exec sleep 1000"\r')
    await terminal.until('running')
    terminal.type('\x03')
    await terminal.until('^C')
    // At a ^C the shell forgets what was typed ahead.
    await terminal.until('web-0:~$ ')
    terminal.type('exit 7\r')
    expect(await terminal.exitCode).toBe(7)
  })
})
