import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { Access } from '../../../server-min/api/access.ts'
import { accessOfCluster } from '../../../server-min/api/access-cluster.ts'
import { issue, makeAuthority } from '../../cluster/certificates.ts'
import { ALICE } from '../rig/client.ts'

interface Asked {
  readonly url: string | undefined
  readonly body: { readonly spec: object }
}

/** An API server that answers access reviews, and a kubeconfig for it. */
async function apiServer(status: object, code = 201) {
  const authority = await makeAuthority('api-ca')
  const { certificate, key } = await issue(authority, { commonName: 'api', names: ['127.0.0.1'] })
  const asked: Asked[] = []
  const server = createServer({ cert: certificate, key }, async (request, response) => {
    const body = Buffer.concat(await request.toArray()).toString()
    asked.push({ url: request.url, body: JSON.parse(body) })
    response.writeHead(code, { 'content-type': 'application/json' })
    response.end(JSON.stringify({ kind: 'SubjectAccessReview', apiVersion: 'authorization.k8s.io/v1', status }))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const folder = mkdtempSync(join(tmpdir(), 'kae-access-'))
  onTestFinished(async () => {
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
    rmSync(folder, { recursive: true })
  })
  const url = `https://127.0.0.1:${(server.address() as AddressInfo).port}`
  const ca = Buffer.from(authority.certificate).toString('base64')
  const kubeconfig = join(folder, 'kubeconfig')
  const named = (name: string, rest: object) => [{ name, ...rest }]
  const config = {
    clusters: named('c', { cluster: { server: url, 'certificate-authority-data': ca } }),
    users: named('u', { user: { token: 'server' } }),
    contexts: named('x', { context: { cluster: 'c', user: 'u' } }),
    'current-context': 'x',
  }
  writeFileSync(kubeconfig, JSON.stringify(config))
  return { access: new Access(await accessOfCluster(kubeconfig), () => performance.now()), asked }
}

const QUESTION = { verb: 'audit', resource: 'sessions', subresource: 'log', namespace: 'prod', name: 'x' } as const
const CAROL = { ...ALICE, extra: { 'example.com/team': ['a', 'b'] } }

test('the cluster is asked about this user, with all that is known of them, and this session', async () => {
  const { access, asked } = await apiServer({ allowed: true })
  expect(await access.may(CAROL, QUESTION)).toBe(true)
  expect(asked).toMatchObject([
    {
      url: '/apis/authorization.k8s.io/v1/subjectaccessreviews',
      body: {
        spec: {
          user: 'alice',
          uid: 'uid-alice',
          groups: ['developers'],
          extra: { 'example.com/team': ['a', 'b'] },
          resourceAttributes: { ...QUESTION, group: 'kube-audit-exec.io', version: 'v1alpha1' },
        },
      },
    },
  ])
})

test.each([[{ allowed: false }], [{ allowed: true, denied: true }], [{}], [{ allowed: 'true' }]])(
  'an answer of %j allows nothing',
  async (status) => {
    const { access } = await apiServer(status)
    expect(await access.may(CAROL, QUESTION)).toBe(false)
  },
)

test('no answer is no right, and says whom to ask', async () => {
  const { access, asked } = await apiServer({ allowed: true }, 403)
  await expect(access.may(CAROL, QUESTION)).rejects.toMatchObject({ code: 'KAE_READ_UNREVIEWED' })
  await expect(access.may(CAROL, QUESTION)).rejects.toMatchObject({ code: 'KAE_READ_UNREVIEWED' })
  expect(asked).toHaveLength(2)
})

test('two of the same name with other groups are two', async () => {
  const { access, asked } = await apiServer({ allowed: true })
  for (const groups of [['a'], ['a'], ['b'], ['a', 'b'], ['b', 'a']]) await access.may({ ...CAROL, groups }, QUESTION)
  expect(asked).toHaveLength(3)
})

test('an answer holds for seconds, not for longer', async () => {
  let now = 0
  let asked = 0
  const access = new Access(
    async () => {
      asked += 1
      return asked === 1
    },
    () => now,
  )
  expect(await access.may(CAROL, QUESTION)).toBe(true)
  now = 4_999
  expect(await access.may(CAROL, QUESTION)).toBe(true)
  now = 10_000
  expect(await access.may(CAROL, QUESTION)).toBe(false)
})
