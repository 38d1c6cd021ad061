import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { makeAuthority } from '../../src/sandbox/certificates.ts'
import { transcribe } from './exec-client.ts'
import { ask, refusalOf } from './http.ts'
import { allow, dial, execPath, type Reviewer, reviewed, startRig, WEBHOOK_NAME } from './rig.ts'

const PATH = execPath(['true'], 'stdout=true')

async function refusedBy(review: Reviewer) {
  const rig = await startRig({ review })
  return await refusalOf(dial(rig, PATH))
}

test('a review carries the user as authenticated and the options as the API server reads them', async () => {
  const rig = await startRig()
  const path =
    '/api/v1/namespaces/prod/pods/web-0/exec?command=a&command=b%20c&container=app&stdin=1&stdout=&stderr=FALSE&tty=0'
  const socket = dial(rig, path, { user: 'alice', headers: { 'X-Remote-User': 'root' } })
  await transcribe(socket).closed
  expect(rig.reviews).toHaveLength(1)
  expect(rig.reviews[0]).toMatchObject({
    name: 'web-0',
    namespace: 'prod',
    operation: 'CONNECT',
    subResource: 'exec',
    resource: { group: '', version: 'v1', resource: 'pods' },
    userInfo: { username: 'alice', groups: ['sandbox:developers', 'system:authenticated'] },
    dryRun: false,
  })
  expect(rig.reviews[0]?.userInfo.extra['authentication.kubernetes.io/credential-id']).toHaveLength(1)
  expect(rig.reviews[0]?.object).toEqual({
    kind: 'PodExecOptions',
    apiVersion: 'v1',
    stdin: true,
    stdout: true,
    container: 'app',
    command: ['a', 'b c'],
  })
})

test('each call has a uid of its own', async () => {
  const rig = await startRig()
  for (const _ of [1, 2]) await transcribe(dial(rig, PATH)).closed
  expect(new Set(rig.reviews.map(({ uid }) => uid)).size).toBe(2)
})

test('a denial refuses the upgrade with the webhook’s code and message, and its warnings', async () => {
  const status = { code: 403, message: 'run kubectl audit-exec instead' }
  const refusal = await refusedBy((review) =>
    reviewed(review, { allowed: false, status, warnings: ['a "quoted"\r\nset-cookie: x'] }),
  )
  expect(refusal.code).toBe(403)
  expect(refusal.json).toMatchObject({
    kind: 'Status',
    status: 'Failure',
    code: 403,
    message: `admission webhook "${WEBHOOK_NAME}" denied the request: run kubectl audit-exec instead`,
  })
  expect(refusal.headers.warning).toBe('299 - "a \\"quoted\\"set-cookie: x"')
  expect(refusal.headers['set-cookie']).toBeUndefined()
})

describe('fails closed: denied when the webhook', () => {
  const ok = { allowed: true }
  test.each<[string, Reviewer]>([
    ['answers another review', (review) => reviewed({ ...review, uid: 'another' }, ok)],
    ['answers something else', () => ({ hello: 'world' })],
    ['answers another version', (review) => ({ ...reviewed(review, ok), apiVersion: 'admission.k8s.io/v1beta1' })],
    ['says neither yes nor no', (review) => reviewed(review, {})],
    ['says yes as a text', (review) => reviewed(review, { allowed: 'true' })],
  ])('%s', async (_what, review) => {
    const refusal = await refusedBy(review)
    expect(refusal.code).toBeGreaterThanOrEqual(400)
    expect(refusal.json).toMatchObject({ kind: 'Status', status: 'Failure' })
  })

  test('is down', async () => {
    const rig = await startRig({ webhook: { url: 'https://127.0.0.1:1/review' } })
    const refusal = await refusalOf(dial(rig, PATH))
    expect(refusal.code).toBe(500)
    expect(refusal.json.reason).toBe('InternalError')
    expect(refusal.json.message).toMatch(
      /^Internal error occurred: failed calling webhook "exec.sandbox.test": failed to call webhook: Post .*ECONNREFUSED/,
    )
  })

  test('does not answer in time', async () => {
    const rig = await startRig({ review: () => undefined, webhook: { timeoutMs: 50 } })
    const refusal = await refusalOf(dial(rig, PATH))
    expect([refusal.code, refusal.json.message]).toEqual([500, expect.stringContaining('context deadline exceeded')])
  })

  test('shows a certificate of another authority', async () => {
    const rig = await startRig({ webhook: { ca: makeAuthority('another').certificate } })
    const refusal = await refusalOf(dial(rig, PATH))
    expect(refusal.code).toBe(500)
    expect(rig.reviews).toHaveLength(0)
  })
})

test('the audit log has the client’s Audit-ID, the verdict and the webhook’s annotations under its name', async () => {
  const review: Reviewer = (each) =>
    reviewed(each, { allowed: each.object.tty !== true, auditAnnotations: { session: 's-1' } })
  const rig = await startRig({ review })
  const socket = dial(rig, PATH, { headers: { 'Audit-ID': 'my-session' } })
  const upgrade = once(socket, 'upgrade')
  await transcribe(socket).closed
  expect((await upgrade)[0].headers['audit-id']).toBe('my-session')
  await refusalOf(dial(rig, `${PATH}&tty=true`, { user: 'bob' }))
  await rig.sandbox.close()
  const events = readFileSync(rig.sandbox.auditLog, 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line))
  const annotations = { [`${WEBHOOK_NAME}/session`]: 's-1' }
  expect(events).toMatchObject([
    { auditID: 'my-session', user: { username: 'you' }, responseStatus: { code: 101 }, annotations },
    { user: { username: 'bob' }, responseStatus: { status: 'Failure', code: 400 }, annotations },
  ])
})

describe('in the API server’s order', () => {
  test('a user without rights is refused before any review', async () => {
    const rig = await startRig()
    const refusal = await refusalOf(dial(rig, PATH, { user: 'audit-outsider' }))
    expect([refusal.code, refusal.json.reason, rig.reviews.length]).toEqual([403, 'Forbidden', 0])
    expect(refusal.json.message).toBe(
      'pods "web-0" is forbidden: User "audit-outsider" cannot get resource "pods/exec" in API group "" in the namespace "default"',
    )
  })

  test('a pod that is not there is found out after the review', async () => {
    const rig = await startRig()
    const refusal = await refusalOf(dial(rig, execPath(['true'], 'stdout=1', 'gone')))
    expect([refusal.code, refusal.json.message, rig.reviews.length]).toEqual([404, 'pods "gone" not found', 1])
  })

  test('SPDY learns the denial, or, once allowed, that there are WebSockets only', async () => {
    const spdy = { method: 'POST', headers: { connection: 'Upgrade', upgrade: 'SPDY/3.1' } }
    const allowed = await ask(await startRig(), PATH, spdy)
    expect([allowed.code, allowed.json.message]).toEqual([400, expect.stringContaining('WebSockets only')])
    const denied = await ask(await startRig({ review: (review) => reviewed(review, { allowed: false }) }), PATH, spdy)
    expect(denied.json.message).toBe(`admission webhook "${WEBHOOK_NAME}" denied the request without explanation`)
  })

  test.each([
    ['dryRun=All', 'dryRun is not supported'],
    ['container=nope', 'container nope is not valid for pod web-0'],
    ['', 'a container name must be specified for pod web-0, choose one of: [app sidecar]'],
    ['container=app&stdout=false', 'you must specify at least 1 of stdin, stdout, stderr'],
  ])('refuses ?%s', async (query, message) => {
    const rig = await startRig()
    const path = `/api/v1/namespaces/default/pods/web-0/exec?command=true&stdout=true&${query}`
    const refusal = await refusalOf(dial(rig, query.includes('stdout') ? path.replace('stdout=true&', '') : path))
    expect([refusal.code, refusal.json.message]).toEqual([400, message])
  })

  test('refuses subprotocols that it does not speak, and requests that are no upgrade', async () => {
    const rig = await startRig({ review: allow })
    const refusal = await refusalOf(dial(rig, PATH, { protocols: ['base64.channel.k8s.io'] }))
    expect([refusal.code, refusal.json.kind]).toEqual([400, 'Status'])
    expect((await ask(rig, PATH)).json.message).toBe('Upgrade request required')
  })
})
