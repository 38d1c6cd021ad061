import { randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { beforeAll, describe, expect, test } from 'vitest'
import { type Cluster, useCluster } from './cluster.ts'
import { until } from './wait.ts'

let cluster: Cluster
beforeAll(async () => {
  cluster = await useCluster()
})

const sh = (script: string) => ['exec', 'web-0', '--', 'sh', '-c', script]

interface Named {
  readonly name: string
}
interface Pod {
  readonly spec: { readonly containers: readonly Named[] }
  readonly status: { readonly phase: string; readonly containerStatuses: readonly { readonly ready: boolean }[] }
}

interface AuditEvent {
  readonly stage: string
  readonly requestURI: string
  readonly user: { readonly username: string; readonly groups: readonly string[] }
  readonly objectRef: { readonly namespace: string; readonly name: string; readonly subresource: string }
  readonly annotations?: Readonly<Record<string, string>>
}

const auditEvents = (path: string, marker: string): AuditEvent[] =>
  readFileSync(path, 'utf8')
    .split('\n')
    .filter((line) => line.includes(marker))
    .map((line) => JSON.parse(line) as AuditEvent)

describe('the cluster', () => {
  test('has a node that is ready', async () => {
    const path = 'jsonpath={.items[*].status.conditions[?(@.type=="Ready")].status}'
    const { stdout } = await cluster.kubectl(['get', 'nodes', '-o', path])
    expect(stdout).toContain('True')
  })

  test.each(['default', 'prod'])('runs web-0 with two ready containers in %s', async (namespace) => {
    const { stdout } = await cluster.kubectl(['get', 'pod', 'web-0', '-n', namespace, '-o', 'json'])
    const { spec, status } = JSON.parse(stdout) as Pod
    expect(spec.containers.map(({ name }) => name)).toEqual(['sidecar', 'app'])
    expect(status).toMatchObject({ phase: 'Running', containerStatuses: [{ ready: true }, { ready: true }] })
  })

  test('has the programs in its image that the tests use', async () => {
    const programs = 'sh ash bash vi cat sha256sum sleep stty tty od dd wc env head yes'
    const { status, stderr } = await cluster.kubectl(sh(`for p in ${programs}; do command -v $p >&2 || exit 9; done`))
    expect({ status, missingAfter: status === 0 ? '' : stderr }).toEqual({ status: 0, missingAfter: '' })
  })

  test('has a pod in which no shell can be started', async () => {
    const { status, stderr } = await cluster.kubectl(['exec', 'distroless-0', '--', 'sh'])
    expect(status).not.toBe(0)
    expect(stderr).toContain('executable file not found')
  })
})

describe('kubectl exec', () => {
  test('prints the output of the command in the default container', async () => {
    expect(await cluster.kubectl(sh('echo "$CONTAINER"; echo aside >&2'))).toMatchObject({
      status: 0,
      stdout: 'app\n',
      stderr: 'aside\n',
    })
  })

  test.each([0, 3, 126, 127, 137])('passes the exit status %i through', async (code) => {
    expect(await cluster.kubectl(sh(`exit ${code}`))).toMatchObject({ status: code })
  })

  test('gives every byte of its input to the command, and its end', async () => {
    const input = Uint8Array.from({ length: 100_000 }, (_, index) => index % 256)
    const { bytes } = await cluster.kubectl(['exec', '-i', 'web-0', '--', 'cat'], { input })
    expect(bytes.equals(input)).toBe(true)
  })
})

describe('the people', () => {
  test.each(['alice', 'alice-cert', 'bob'] as const)('%s may exec in both namespaces', async (user) => {
    for (const namespace of ['default', 'prod'])
      expect(await cluster.kubectl(['-n', namespace, ...sh('echo hi')], { as: user })).toMatchObject({ stdout: 'hi\n' })
  })

  test.each(['auditor', 'stranger'] as const)('%s may not exec', async (user) => {
    const { status, stderr } = await cluster.kubectl(sh('echo hi'), { as: user })
    expect(status).toBe(1)
    expect(stderr).toMatch(/forbidden/i)
  })
})

describe("the API server's audit log", () => {
  test('shows who ran an exec, where and what', async ({ skip }) => {
    const log = cluster.own?.auditLog
    if (log === undefined) return skip('the audit log of a cluster that is not ours cannot be read')
    const marker = randomUUID()
    await cluster.kubectl(sh(`echo ${marker}`), { as: 'alice' })
    const look = () => auditEvents(log, marker).find(({ stage }) => stage === 'ResponseComplete')
    const event = await until({ what: 'the audit event', seconds: 10 }, look)
    expect(event).toMatchObject({
      user: { username: 'alice', groups: ['developers', 'system:authenticated'] },
      objectRef: { namespace: 'default', name: 'web-0', subresource: 'exec' },
      annotations: { 'authorization.k8s.io/decision': 'allow' },
    })
  })
})
