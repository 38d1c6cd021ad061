import fc from 'fast-check'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { openConnection } from '../../src/kube/connection.ts'
import { defaultContainer } from '../../src/kube/containers.ts'
import { loadConnection } from '../../src/kube/load.ts'
import type { Pod } from '../../src/kube/pod-order.ts'
import { resolvePod } from '../../src/kube/pods.ts'
import { type FakeApi, makeFakeApi } from './rig/fake-api.ts'
import { base64, type Home, kubeconfigOf, makeHome } from './rig/home.ts'
import { kubectl, kubectlPath, type Run, withoutKubectl } from './rig/kubectl.ts'
import { type RecordingServer, startRecordingServer } from './rig/recording-server.ts'

let server: RecordingServer
let api: FakeApi
let home: Home

beforeAll(async () => {
  server = await startRecordingServer((request, response) => api.handle(request, response))
  server.onUpgrade((request, socket) => api.upgrade(request, socket))
  home = makeHome()
  const ca = base64(server.authority.cert)
  home.write(
    '.kube/config',
    kubeconfigOf({ cluster: { server: server.url, 'certificate-authority-data': ca }, user: { token: 't' } }),
  )
})

afterAll(async () => {
  home[Symbol.dispose]()
  await server[Symbol.asyncDispose]()
})

beforeEach(() => {
  api = makeFakeApi()
})

afterEach(() => {
  for (const watcher of api.watchers) watcher.destroy()
})

const LABELS = { app: 'api' }

const pod = (name: string, more: { metadata?: object; spec?: object; status?: object } = {}): Pod =>
  Object.assign({
    kind: 'Pod',
    apiVersion: 'v1',
    metadata: { name, namespace: 'default', labels: LABELS, ...more.metadata },
    spec: { containers: [{ name: 'main', image: 'x' }], ...more.spec },
    status: { phase: 'Running', ...more.status },
  })

const addWorkload = (path: string, kind: string, selector: unknown): void => {
  const apiVersion = path
    .split('/')
    .slice(1, -1)
    .join('/')
    .replace(/^apis?\//, '')
  const [plural] = path.split('/').slice(-1)
  const root = path.slice(0, path.lastIndexOf('/'))
  const metadata = { name: 'x', namespace: 'default' }
  api.objects.set(`${root}/namespaces/default/${plural}/x`, { kind, apiVersion, metadata, spec: { selector } })
}

const theirs = (...args: string[]): Promise<Run> => kubectl(['exec', ...args, '--', 'true'], home.env)

/** What we would exec into, as `POD CONTAINER`, or the code of the fault. */
async function ours(
  ref: string,
  { container, timeoutMs }: { container?: string; timeoutMs?: number } = {},
): Promise<string> {
  const connection = openConnection(loadConnection({}, { env: home.env }))
  try {
    const found = await resolvePod(
      connection,
      { namespace: 'default', ref },
      timeoutMs === undefined ? {} : { timeoutMs },
    )
    return `${found.metadata.name} ${defaultContainer(found, container).name}`
  } catch (error) {
    return (error as { code?: string }).code ?? String(error)
  } finally {
    connection.close()
  }
}

describe.skipIf(kubectlPath === undefined)(`kubectl exec${withoutKubectl}`, () => {
  const selector = {
    matchLabels: { b: '2', a: '1' },
    matchExpressions: [
      { key: 'k', operator: 'In', values: ['y', 'x'] },
      { key: 'l', operator: 'NotIn', values: ['z'] },
      { key: 'm', operator: 'Exists' },
      { key: 'o', operator: 'DoesNotExist' },
    ],
  }
  const kinds = [
    ['deploy/x', '/apis/apps/v1/deployments', 'Deployment', selector],
    ['deployments.apps/x', '/apis/apps/v1/deployments', 'Deployment', selector],
    ['deployment.v1.apps/x', '/apis/apps/v1/deployments', 'Deployment', selector],
    ['Deployment/x', '/apis/apps/v1/deployments', 'Deployment', selector],
    ['rs/x', '/apis/apps/v1/replicasets', 'ReplicaSet', selector],
    ['sts/x', '/apis/apps/v1/statefulsets', 'StatefulSet', selector],
    ['ds/x', '/apis/apps/v1/daemonsets', 'DaemonSet', selector],
    ['job/x', '/apis/batch/v1/jobs', 'Job', selector],
    ['svc/x', '/api/v1/services', 'Service', { b: '2', a: '1' }],
    ['rc/x', '/api/v1/replicationcontrollers', 'ReplicationController', LABELS],
  ] as const

  test.for(kinds)('finds the pods of %s by the selector that we use', async ([ref, path, kind, found]) => {
    addWorkload(path, kind, found)
    api.pods = [pod('p-0')]
    await theirs(ref)
    expect(await ours(ref)).toBe('p-0 main')
    expect(api.execs).toContain('p-0 main')
    expect(new Set(api.selectors).size, api.selectors.join(' | ')).toBe(1)
  })

  test('takes a pod by name and by pod/NAME as we do', async () => {
    api.pods = [pod('web-0')]
    for (const ref of ['web-0', 'pod/web-0', 'pods/web-0', 'po/web-0']) {
      api.execs.length = 0
      await theirs(ref)
      expect([await ours(ref)], ref).toEqual([...new Set(api.execs)])
    }
  })

  test.for(['cm/x', 'cronjob/x', 'nonsense/x', 'a/b/c', 'deploy/', '/x'])('refuses %s as we do', async (ref) => {
    api.objects.set('/api/v1/namespaces/default/configmaps/x', {
      kind: 'ConfigMap',
      apiVersion: 'v1',
      metadata: { name: 'x' },
    })
    api.pods = [pod('p-0')]
    expect((await theirs(ref)).code).toBe(1)
    expect(api.execs).toEqual([])
    expect(await ours(ref)).toBe('KAE_KUBE_TARGET_INVALID')
  })

  test('refuses a pod that has completed, a missing pod and a service without a selector as we do', async () => {
    addWorkload('/api/v1/services', 'Service', undefined)
    api.pods = [pod('done', { status: { phase: 'Succeeded' } }), pod('failed', { status: { phase: 'Failed' } })]
    for (const ref of ['done', 'failed', 'nowhere', 'svc/x', 'svc/y']) expect((await theirs(ref)).code, ref).toBe(1)
    expect(api.execs).toEqual([])
    expect(await ours('done')).toBe('KAE_KUBE_POD_COMPLETED')
    expect(await ours('failed')).toBe('KAE_KUBE_POD_COMPLETED')
    expect(await ours('nowhere')).toBe('KAE_KUBE_NOT_FOUND')
    expect(await ours('svc/y')).toBe('KAE_KUBE_NOT_FOUND')
    expect(await ours('svc/x')).toBe('KAE_KUBE_TARGET_INVALID')
  })

  const times = fc.constantFrom('2026-01-01T00:00:00Z', '2026-01-02T00:00:00Z', undefined)
  const statuses = (name: string) =>
    fc
      .integer({ min: 0, max: 2 })
      .map((restartCount) => [{ name, restartCount, image: 'x', imageID: 'x', ready: true }])
  const anyPod = fc
    .record({
      node: fc.constantFrom('n', undefined),
      phase: fc.constantFrom('Running', 'Pending', 'Unknown'),
      ready: fc.boolean(),
      since: times,
      deleted: times,
      created: fc.constantFrom('2026-01-01T00:00:00Z', '2026-01-02T00:00:00Z', '2026-01-03T00:00:00Z'),
      restarts: statuses('main'),
      sidecar: fc.option(statuses('side'), { nil: undefined }),
    })
    .map((of) => ({
      metadata: { creationTimestamp: of.created, deletionTimestamp: of.deleted },
      spec: { nodeName: of.node, ...(of.sidecar && { initContainers: [{ name: 'side', restartPolicy: 'Always' }] }) },
      status: {
        phase: of.phase,
        conditions: [{ type: 'Ready', status: of.ready ? 'True' : 'False', lastTransitionTime: of.since }],
        containerStatuses: of.restarts,
        initContainerStatuses: of.sidecar,
      },
    }))

  test('picks among many pods the one that we pick', { timeout: 60_000 }, async () => {
    addWorkload('/apis/apps/v1/deployments', 'Deployment', { matchLabels: LABELS })
    const property = fc.asyncProperty(
      fc.uniqueArray(anyPod, { minLength: 2, maxLength: 4, selector: (one) => JSON.stringify(one) }),
      async (many) => {
        api.pods = many.map((one, index) => pod(`p-${index}`, one))
        api.execs.length = 0
        await theirs('deploy/x', '-q')
        expect([await ours('deploy/x')]).toEqual([...new Set(api.execs)])
      },
    )
    await fc.assert(property, { numRuns: 40, endOnFailure: true })
  })

  test('waits for the first pod of an object as we do', async () => {
    addWorkload('/apis/apps/v1/deployments', 'Deployment', { matchLabels: LABELS })
    const [run, found] = [theirs('deploy/x'), ours('deploy/x')]
    await expect.poll(() => api.watchers.length).toBe(2)
    const event = `${JSON.stringify({ type: 'ADDED', object: pod('late-0') })}\n`
    for (const watcher of api.watchers) {
      watcher.write(event.slice(0, 40))
      watcher.write(event.slice(40))
    }
    expect(await found).toBe('late-0 main')
    await run
    expect(api.execs).toContain('late-0 main')
  })

  test('gives up after --pod-running-timeout as we do', async () => {
    addWorkload('/apis/apps/v1/deployments', 'Deployment', { matchLabels: LABELS })
    expect((await theirs('deploy/x', '--pod-running-timeout=200ms')).code).toBe(1)
    expect(await ours('deploy/x', { timeoutMs: 200 })).toBe('KAE_KUBE_NO_POD')
  })

  const containers: readonly { title: string; pod: object; flag?: string }[] = [
    { title: 'the first of two', pod: { spec: { containers: [{ name: 'a' }, { name: 'b' }] } } },
    {
      title: 'the annotated one',
      pod: {
        spec: { containers: [{ name: 'a' }, { name: 'b' }] },
        metadata: { annotations: { 'kubectl.kubernetes.io/default-container': 'b' } },
      },
    },
    {
      title: '-c over the annotation',
      flag: 'a',
      pod: {
        spec: { containers: [{ name: 'a' }, { name: 'b' }] },
        metadata: { annotations: { 'kubectl.kubernetes.io/default-container': 'b' } },
      },
    },
    {
      title: 'an annotation that names nobody',
      pod: { metadata: { annotations: { 'kubectl.kubernetes.io/default-container': 'zz' } } },
    },
    {
      title: 'one beside an init container',
      pod: { spec: { containers: [{ name: 'a' }], initContainers: [{ name: 'i' }] } },
    },
    {
      title: 'one beside an ephemeral and an init container',
      pod: {
        spec: { containers: [{ name: 'a' }], initContainers: [{ name: 'i' }], ephemeralContainers: [{ name: 'e' }] },
      },
    },
    {
      title: '-c with an init container',
      flag: 'i',
      pod: { spec: { containers: [{ name: 'a' }], initContainers: [{ name: 'i' }] } },
    },
    {
      title: '-c with an ephemeral container',
      flag: 'e',
      pod: { spec: { containers: [{ name: 'a' }], ephemeralContainers: [{ name: 'e' }] } },
    },
    {
      title: '-c that names nobody',
      flag: 'zz',
      pod: { spec: { containers: [{ name: 'a' }, { name: 'b' }], initContainers: [{ name: 'i' }] } },
    },
    { title: 'the only one', pod: {} },
  ]

  test.for(containers)('takes $title and says what we say', async ({ pod: parts, flag }) => {
    const one = pod('web-0', parts)
    api.pods = [one]
    const run = await theirs('web-0', ...(flag === undefined ? [] : ['-c', flag]))
    const choice = (() => {
      try {
        return defaultContainer(one, flag)
      } catch (error) {
        return { name: undefined, notice: (error as { detail: string }).detail }
      }
    })()
    expect([...new Set(api.execs)]).toEqual(choice.name === undefined ? [] : [`web-0 ${choice.name}`])
    const spoken = run.stderr.split('\n').map((line) => line.replace(/^error: /, ''))
    if (choice.notice === undefined) expect(run.stderr).not.toContain('Defaulted')
    else expect(spoken).toContain(choice.notice)
  })
})
