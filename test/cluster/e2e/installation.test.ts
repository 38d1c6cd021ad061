import { randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { run } from '../../e2e/rig/program.ts'
import { recordedSession } from '../../e2e/rig/recordings.ts'
import { type Cluster, useCluster } from '../cluster.ts'
import { type Installed, installServer } from './installed.ts'
import { deployManifests } from './rig/manifests.ts'
import { newReason, person } from './rig/person.ts'

let cluster: Cluster
let installed: Installed

beforeAll(async () => {
  cluster = await useCluster()
  installed = await installServer(cluster)
})
afterAll(async () => {
  await installed?.dispose()
})

describe('the manifests of server-min/deploy', () => {
  test('are taken by the API server as they stand', async () => {
    const authority = Buffer.from(readFileSync(join(installed.folder, 'tls.crt'))).toString('base64')
    const items = deployManifests(authority)
    const input = JSON.stringify({ apiVersion: 'v1', kind: 'List', items })
    const { status, stdout, stderr } = await cluster.kubectl(['apply', '--dry-run=server', '-f', '-'], { input })
    expect({ status, stderr }).toMatchObject({ status: 0 })
    expect(stdout).toContain('deployment.apps/kube-audit-exec created (server dry run)')
  })

  test('leave the whole API discoverable', async () => {
    const { status, stdout, stderr } = await cluster.kubectl(['api-resources', '--cached=false'])
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
    expect(stdout).toContain('pods')
  })

  test('give alice the right to open sessions, and the stranger none', async () => {
    const mayOpen = async (user: 'alice' | 'stranger') => {
      const argv = [
        'auth',
        'can-i',
        'create',
        'sessions.kube-audit-exec.io',
        '--subresource=attach',
        '-n',
        installed.namespace,
      ]
      return (await cluster.kubectl(argv, { as: user })).stdout.trim()
    }
    expect([await mayOpen('alice'), await mayOpen('stranger')]).toEqual(['yes', 'no'])
  })

  test('let namespaces be deleted while the server runs', async () => {
    const namespace = `kae-e2e-gone-${randomBytes(3).toString('hex')}`
    await cluster.kubectl(['create', 'namespace', namespace])
    const { status, stderr } = await cluster.kubectl(['delete', 'namespace', namespace, '--timeout=60s'])
    expect({ status, stderr }).toMatchObject({ status: 0 })
  })
})

describe('the identity on a record', () => {
  interface UserInfo {
    readonly username: string
    readonly uid?: string
    readonly groups?: readonly string[]
    readonly extra?: Readonly<Record<string, readonly string[]>>
  }

  test.each(['alice', 'alice-cert', 'bob'] as const)('of %s is what the API server says of them', async (user) => {
    const { env, kubectl, plugin } = person(installed, user)
    const whoami = await run(kubectl('auth', 'whoami', '-o', 'json'), { env })
    const { status } = JSON.parse(whoami.stdout.toString()) as { status: { userInfo: UserInfo } }
    const reason = newReason()
    await run(plugin('web-0', '--reason', reason, '--', 'true'), { env })
    const { opening } = await recordedSession(installed.logFolder, reason)
    expect(opening.user).toEqual({ extra: {}, groups: [], ...status.userInfo })
    expect(opening.authentication).toBe('request-header')
  })
})
