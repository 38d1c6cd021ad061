import { once } from 'node:events'
import { readdirSync, readFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { SESSION_SUBPROTOCOL, sessionsPath } from '../../src/protocol/api.ts'
import { isFault } from '../../src/protocol/fault.ts'
import { makeSessionId } from '../../src/protocol/session-id.ts'
import { type Sandbox, startSandbox } from '../../src/sandbox/sandbox.ts'
import { ask, refusalOf } from './http.ts'
import { type Dialled, dial, dialledOf, execPath } from './rig.ts'

let folder: string
let sandbox: Sandbox
let dialled: Dialled

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sandbox-test-'))
  sandbox = await startSandbox({ folder })
  dialled = dialledOf(sandbox)
})

afterEach(async () => {
  await sandbox.close()
  await rm(folder, { recursive: true, force: true })
})

test('the real webhook denies an exec without a session and names the command to run', async () => {
  const refusal = await refusalOf(dial(dialled, execPath(['sh'], 'stdin=true&stdout=true'), { user: 'alice' }))
  expect(refusal.code).toBe(403)
  expect(refusal.json.message).toMatch(
    /^admission webhook "exec.kube-audit-exec.io" denied the request: .*kubectl audit-exec/,
  )
})

test('the real collector is reached through the aggregated API, by upgrades too', async () => {
  expect((await ask(dialled, '/apis/kube-audit-exec.io/v1alpha1')).json.kind).toBe('APIResourceList')
  const id = makeSessionId(Date.now(), Buffer.alloc(10, 7))
  const socket = dial(dialled, sessionsPath('default', id, 'attach'), { protocols: [SESSION_SUBPROTOCOL] })
  await once(socket, 'open')
  expect(socket.protocol).toBe(SESSION_SUBPROTOCOL)
  socket.terminate()
})

test('a second sandbox on the same folder is refused, and leaves the first as it was', async () => {
  const before = readdirSync(folder).sort()
  const error = await startSandbox({ folder }).then(
    () => undefined,
    (cause: unknown) => cause,
  )
  expect(isFault(error) && error.code).toMatch(/^KAE_/)
  expect(readdirSync(folder).sort()).toEqual(before)
  expect((await ask(dialled, '/apis/kube-audit-exec.io/v1alpha1')).code).toBe(200)
})

test('its log and words outlive it, its secrets do not', async () => {
  await refusalOf(dial(dialled, execPath(['sh'], 'stdout=true')))
  await sandbox.close()
  expect(readdirSync(folder).sort()).toEqual(['audit.log', 'index', 'log', 'pods', 'server.log'])
  expect(readdirSync(sandbox.logFolder).length).toBeGreaterThan(0)
  expect(readFileSync(join(folder, 'server.log'), 'utf8')).toContain('"decision":"deny"')
})
