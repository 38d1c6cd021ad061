import { once } from 'node:events'
import { statSync } from 'node:fs'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { connect } from 'node:net'
import { networkInterfaces, tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { startApiServer } from '../../src/sandbox/api-server.ts'
import { openAuditLog } from '../../src/sandbox/audit-log.ts'
import { makeKeys } from '../../src/sandbox/keys.ts'
import { makeInventory } from '../../src/sandbox/objects.ts'
import { startSandbox } from '../../src/sandbox/sandbox.ts'
import { makeUsers } from '../../src/sandbox/users.ts'
import { ask, refusalOf } from './http.ts'
import { dial, execPath, startRig } from './rig.ts'

test('listens on loopback only, so nobody on the network reaches its shells', async () => {
  const rig = await startRig()
  const { port, hostname } = new URL(rig.sandbox.url)
  const reached = (host: string) =>
    new Promise<boolean>((resolve) => {
      const socket = connect({ host, port: Number(port) }, () => resolve(true)).on('error', () => resolve(false))
      socket.on('connect', () => socket.destroy())
    })
  const others = Object.values(networkInterfaces())
    .flatMap((addresses) => addresses ?? [])
    .filter(({ address, scopeid }) => address !== '127.0.0.1' && !scopeid)
  expect(hostname).toBe('127.0.0.1')
  expect(await reached('127.0.0.1')).toBe(true)
  // 127.0.0.2 is loopback too, and would answer if the server listened on every address.
  for (const { address } of [...others, { address: '127.0.0.2' }]) expect(await reached(address)).toBe(false)
})

test('keeps its tokens and keys from other users of the machine, and removes them at the end', async () => {
  const rig = await startRig()
  expect(statSync(rig.sandbox.kubeconfig).mode & 0o777).toBe(0o600)
  await rig.sandbox.close()
  expect(() => statSync(rig.sandbox.kubeconfig)).toThrow()
  expect(statSync(rig.sandbox.logFolder).isDirectory()).toBe(true)
})

describe('who may', () => {
  test.each([
    ['no token', { user: '' }],
    ['a wrong token', { user: '', headers: { authorization: 'Bearer nonsense' } }],
    ['an empty token', { user: '', headers: { authorization: 'Bearer ' } }],
    ['a password', { user: '', headers: { authorization: 'Basic eW91Og==' } }],
  ])('nothing with %s', async (_what, how) => {
    const rig = await startRig()
    for (const path of ['/version', '/api/v1/namespaces/default/pods', '/apis/kube-audit-exec.io/v1alpha1']) {
      expect((await ask(rig, path, how)).json).toMatchObject({ kind: 'Status', code: 401, reason: 'Unauthorized' })
    }
  })

  test.each([
    ['alice', '/api/v1/namespaces/prod/pods', 200],
    ['alice', '/api/v1/namespaces', 200],
    ['alice', '/api/v1/pods', 403],
    ['alice', '/api/v1/namespaces/kube-system/pods', 403],
    ['alice', '/apis/kube-audit-exec.io/v1alpha1/namespaces/default/sessions', 200],
    ['alice', '/apis/kube-audit-exec.io/v1alpha1/sessions', 200],
    ['auditor', '/apis/kube-audit-exec.io/v1alpha1/namespaces/prod/sessions', 200],
    ['auditor', '/apis/kube-audit-exec.io/v1alpha1/namespaces/prod/sessions/x/attach', 403],
    ['auditor', '/api/v1/namespaces/default/pods/web-0/exec?command=id', 403],
    ['you', '/api/v1/pods', 200],
    ['audit-outsider', '/api/v1/namespaces/default/pods', 403],
    ['audit-outsider', '/apis/kube-audit-exec.io/v1alpha1/namespaces/default/sessions', 403],
    ['audit-outsider', '/apis', 200],
    ['audit-outsider', '/healthz', 200],
  ])('%s GET %s: %i', async (user, path, code) => {
    const rig = await startRig()
    expect((await ask(rig, path, { user })).code).toBe(code)
  })

  test.each([
    '/apis/kube-audit-exec.io/v1alpha1/namespaces/default/../kube-system/sessions',
    '/apis/kube-audit-exec.io/v1alpha1/namespaces/default%2f..%2fkube-system/sessions',
    '/apis/kube-audit-exec.io//v1alpha1/namespaces/default/sessions',
    '/apis/kube-audit-exec.io/v1alpha1/namespaces/%2e%2e/sessions',
  ])('nobody a path that the collector could read differently: %s', async (path) => {
    const rig = await startRig()
    expect((await ask(rig, path, { user: 'alice' })).json).toMatchObject({ kind: 'Status', code: 404 })
  })
})

describe('impersonation', () => {
  const review = '/apis/authentication.k8s.io/v1/selfsubjectreviews'
  const as = { 'Impersonate-User': 'carol', 'Impersonate-Group': ['x', 'y'], 'Impersonate-Extra-a%2Fb': '1' }

  test('an admin acts as somebody else, without keeping anything of their own', async () => {
    const rig = await startRig()
    const headers = { ...as, 'Impersonate-Uid': 'u-1' }
    const { json } = await ask(rig, review, { method: 'POST', headers })
    expect(json.status.userInfo).toEqual({
      username: 'carol',
      uid: 'u-1',
      groups: ['x', 'y', 'system:authenticated'],
      extra: { 'a/b': ['1'] },
    })
  })

  test('others are refused', async () => {
    const rig = await startRig()
    const { json } = await ask(rig, review, { method: 'POST', headers: as, user: 'alice' })
    expect(json).toMatchObject({ code: 403, reason: 'Forbidden' })
    expect(json.message).toContain('User "alice" cannot impersonate resource "users"')
  })

  test('groups without a user are refused, not ignored', async () => {
    const rig = await startRig()
    const headers = { 'Impersonate-Group': 'sandbox:admins' }
    expect((await ask(rig, review, { method: 'POST', headers })).code).toBe(500)
  })
})

test.each([
  ['/api/v1/namespaces/default/pods/gone', 404, 'pods "gone" not found'],
  ['/api/v1/namespaces/default/secrets', 404, 'the server could not find the requested resource'],
  ['/nowhere', 404, 'the server could not find the requested resource'],
  ['/api/v1/namespaces?watch=true', 405, 'the server does not allow this method on the requested resource'],
])('GET %s answers a Status %i', async (path, code, message) => {
  const rig = await startRig()
  const reply = await ask(rig, path)
  expect(reply.json).toMatchObject({ kind: 'Status', status: 'Failure', code, message })
  expect(reply.code).toBe(code)
})

test('selects pods by label and by name, and refuses what it does not understand', async () => {
  const rig = await startRig()
  const names = async (query: string) =>
    (await ask(rig, `/api/v1/namespaces/default/pods?${query}`)).json.items.map(({ metadata }) => metadata.name)
  expect(await names('')).toEqual(['web-0', 'db-0'])
  expect(await names('labelSelector=app%3Ddb')).toEqual(['db-0'])
  expect(await names('fieldSelector=metadata.name%3Dweb-0')).toEqual(['web-0'])
  for (const selector of ['labelSelector=app%20in%20(db)', 'labelSelector=!app', 'fieldSelector=spec.nodeName%3Dx']) {
    expect((await ask(rig, `/api/v1/namespaces/default/pods?${selector}`)).code).toBe(400)
  }
})

test('until a webhook is attached every exec is denied, and the collector’s group is unavailable', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'sandbox-test-'))
  const [users, keys, auditLog] = [makeUsers(), makeKeys(), await openAuditLog(join(folder, 'audit.log'))]
  const inventory = makeInventory('2026-01-01T00:00:00Z')
  const { serving, frontProxyClient } = keys
  const api = await startApiServer({ serving, frontProxyClient, users, inventory, auditLog, podsFolder: folder })
  const target = { sandbox: { url: api.url }, ca: keys.servingCa, token: () => users.tokenOf('you') }
  const refusal = await refusalOf(dial(target, execPath(['true'], 'stdout=1')))
  expect([refusal.code, refusal.json.reason]).toEqual([500, 'InternalError'])
  expect((await ask(target, '/apis/kube-audit-exec.io/v1alpha1')).code).toBe(503)
  await api.close()
  await auditLog.close()
  await rm(folder, { recursive: true })
})

test('stops while a connection has not said hello, and while others are open', async () => {
  const rig = await startRig()
  const { port } = new URL(rig.sandbox.url)
  const silent = connect(Number(port), '127.0.0.1')
  await once(silent, 'connect')
  expect((await ask(rig, '/version')).code).toBe(200)
  const ended = once(silent, 'close')
  await rig.sandbox.close()
  await ended
})

test('a folder that cannot be used is a fault that says so', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'sandbox-test-'))
  await writeFile(join(folder, 'file'), '')
  await mkdir(join(folder, 'taken', 'audit.log'), { recursive: true })
  for (const unusable of ['file', 'taken']) {
    const starting = startSandbox({ folder: join(folder, unusable) })
    await expect(starting).rejects.toMatchObject({ code: 'KAE_SANDBOX_FOLDER' })
  }
  await rm(folder, { recursive: true })
})
