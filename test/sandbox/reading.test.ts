/** Recordings of the sandbox, as its people and kubectl 1.36.3 see them: all of the server, its index included. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { homedir, tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { SESSION_SUBPROTOCOL, sessionsPath } from '../../src/protocol/api.ts'
import { decodeCollectorMessage, encodeAppend, encodeHello } from '../../src/protocol/messages.ts'
import type { SessionId } from '../../src/protocol/session-id.ts'
import { type Sandbox, startSandbox } from '../../src/sandbox/sandbox.ts'
import { draft, endDraft, newId, openHello, TARGET } from '../server-min/rig/client.ts'
import { ask } from './http.ts'
import { type Dialled, dial, dialledOf } from './rig.ts'

const PLATFORM = `${process.platform}-${process.arch === 'x64' ? 'amd64' : process.arch}`
const CACHE = process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache')
const KUBECTL =
  process.env.CLUSTER_KUBECTL ?? join(CACHE, 'kube-audit-exec', 'cluster', `v1.36.3-${PLATFORM}`, 'kubectl')

let folder: string
let sandbox: Sandbox
let dialled: Dialled
let alices: SessionId
let bobs: SessionId

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sandbox-test-'))
  sandbox = await startSandbox({ folder })
  dialled = dialledOf(sandbox)
  alices = await record('alice', 'default')
  bobs = await record('bob', 'prod')
})

afterAll(async () => {
  await sandbox.close()
  await rm(folder, { recursive: true, force: true })
})

/** A session through the API server, with one line of input. */
/** @param isSeen what is waited for before the session ends */
async function record(
  user: string,
  namespace: string,
  isSeen = (_id: SessionId): Promise<void> => Promise.resolve(),
): Promise<SessionId> {
  const id = newId()
  const socket = dial(dialled, sessionsPath(namespace, id, 'attach'), { user, protocols: [SESSION_SUBPROTOCOL] })
  const heard = new Promise<void>((resolve) => {
    socket.on('message', (bytes: Buffer) => {
      if (decodeCollectorMessage(bytes).type !== 'opened') return
      const rest = [draft('input', 'ls /secret\r'), draft('output', 'ls /secret\r\n'), endDraft()]
      void isSeen(id).then(() => socket.send(encodeAppend(1, rest)))
    })
    socket.on('close', () => resolve())
  })
  await once(socket, 'open')
  socket.send(encodeHello(openHello({ ...TARGET, namespace })))
  await heard
  return id
}

const namesFor = async (user: string, path: string) => {
  const { code, json } = await ask(dialled, path, { user })
  return code === 200 ? json.items.map(({ metadata }) => metadata.name) : code
}

test('everybody lists their own sessions, the auditor everybody’s, the outsider nobody’s', async () => {
  const everywhere = sessionsPath(undefined)
  expect(await namesFor('alice', everywhere)).toEqual([alices])
  expect(await namesFor('bob', everywhere)).toEqual([bobs])
  expect(await namesFor('auditor', everywhere)).toEqual([bobs, alices])
  expect(await namesFor('you', everywhere)).toEqual([bobs, alices])
  expect(await namesFor('audit-outsider', everywhere)).toBe(403)
  expect(await namesFor('bob', sessionsPath('default'))).toEqual([])
})

test('the auditor reads and executes nothing; Bob does not find Alice’s session by its id', async () => {
  const log = sessionsPath('default', alices, 'log')
  expect((await ask(dialled, log, { user: 'auditor' })).text).toContain('ls /secret')
  expect((await ask(dialled, log, { user: 'alice' })).text).toContain('ls /secret')
  expect((await ask(dialled, log, { user: 'bob' })).code).toBe(404)
  expect((await ask(dialled, log, { user: 'audit-outsider' })).code).toBe(403)
  const body = '{"reason":"x"}'
  for (const user of ['alice', 'auditor']) {
    const path = sessionsPath('default', alices, 'terminate')
    expect((await ask(dialled, path, { user, method: 'POST', body })).code).toBe(403)
  }
})

test('an administrator who acts as Bob reads as Bob', async () => {
  const headers = { 'Impersonate-User': 'bob', 'Impersonate-Group': 'sandbox:developers' }
  const { code } = await ask(dialled, sessionsPath('default', alices, 'log'), { headers })
  expect(code).toBe(404)
})

test('what was asked stands in the API server’s audit log, under the id that our journal names', async () => {
  await ask(dialled, sessionsPath('default', alices, 'log'), {
    user: 'auditor',
    headers: { 'audit-id': 'reading-test' },
  })
  const events = () =>
    readFileSync(sandbox.auditLog, 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line))
  const found = () => events().find(({ auditID }) => auditID === 'reading-test')
  while (found() === undefined) await new Promise((resolve) => setTimeout(resolve, 10))
  expect(found()).toMatchObject({
    verb: 'get',
    user: { username: 'auditor' },
    objectRef: { resource: 'sessions', subresource: 'log', name: alices },
    responseStatus: { code: 200 },
  })
})

describe.skipIf(!existsSync(KUBECTL))(`real kubectl (skipped without ${KUBECTL})`, () => {
  async function kubectl(...args: readonly string[]) {
    const child = spawn(KUBECTL, args, { env: { HOME: folder, KUBECONFIG: sandbox.kubeconfig, PATH: '/usr/bin:/bin' } })
    child.stdin.end()
    const [out, err] = await Promise.all(
      [child.stdout, child.stderr].map(async (stream) => Buffer.concat(await stream.toArray()).toString()),
    )
    return { out: out ?? '', err: err ?? '' }
  }

  test('get shows a table, with more columns where it is wide, by its short name too', async () => {
    const { out } = await kubectl('--context', 'auditor', 'get', 'sessions', '-A')
    expect(out).toMatch(
      /^NAMESPACE +NAME +USER +POD +CONTAINER +COMMAND +STATE +AGE\nprod +\S+ +bob +web-0 +app +sh -l +exit 0 +\d+s\ndefault /,
    )
    expect((await kubectl('get', 'sess', '-o', 'wide')).out).toMatch(
      /^NAME .* AGE +DURATION +LINES +TTY +IN +OUT +CAPTURE +RECORD +REASON\n/,
    )
    expect((await kubectl('get', 'session', alices, '-o', 'name')).out).toBe(`session.kube-audit-exec.io/${alices}\n`)
    expect((await kubectl('get', 'sessions', '-o', 'yaml')).out).toContain('username: alice')
  })

  test('selectors select, and unknown ones say what there is', async () => {
    const by = (selector: string) => kubectl('get', 'sessions', '-A', '-o', 'name', '--field-selector', selector)
    expect((await by('spec.user.username=bob,status.phase=Ended')).out).toBe(`session.kube-audit-exec.io/${bobs}\n`)
    expect((await by('spec.nothing=x')).err).toContain(
      'field label not supported: "spec.nothing"; there are metadata.name',
    )
  })

  test('describe and explain know a session', async () => {
    expect((await kubectl('describe', 'sessions', alices)).out).toMatch(/Username: +alice/)
    const { out } = await kubectl('explain', 'sessions.spec.target')
    expect(out).toContain('Exactly what ran.')
  })

  test('delete is not there', async () => {
    expect((await kubectl('delete', 'session', alices)).err).toContain('the server does not allow this method')
  })

  test('-w follows a session from its start to its end', async () => {
    const env = { HOME: folder, KUBECONFIG: sandbox.kubeconfig, PATH: '/usr/bin:/bin' }
    const watch = spawn(KUBECTL, ['--context', 'auditor', 'get', 'sessions', '-n', 'prod', '-w'], { env })
    let text = ''
    watch.stdout.on('data', (bytes: Buffer) => {
      text += bytes.toString()
    })
    const until = async (what: RegExp) => {
      while (!what.test(text)) await once(watch.stdout, 'data')
    }
    await until(/exit 0/)
    const id = await record('bob', 'prod', (live) => until(new RegExp(`${live} .*live`)))
    await until(new RegExp(`${id} .*live.*\n(.*\n)*.*${id} .*exit 0`))
    watch.kill()
  })
})
