/** What is in the sandbox's cluster: two namespaces, each with the same two pods and what they belong to. Nothing here ever changes. */
import { randomUUID } from 'node:crypto'
import { type StatefulSet, statefulSetOf } from './stateful-set.ts'

export const POD_NAMESPACES: readonly string[] = ['default', 'prod']

export interface Container {
  readonly name: string
  readonly image: string
}

export interface Pod {
  readonly apiVersion: 'v1'
  readonly kind: 'Pod'
  readonly metadata: {
    readonly name: string
    readonly namespace: string
    readonly uid: string
    readonly resourceVersion: string
    readonly creationTimestamp: string
    readonly labels: { readonly app: string } & Readonly<Record<string, string>>
    readonly annotations: Readonly<Record<string, string>>
  }
  readonly spec: { readonly nodeName: string; readonly containers: readonly Container[] }
  readonly status: object
}

export interface Namespace {
  readonly apiVersion: 'v1'
  readonly kind: 'Namespace'
  readonly metadata: { readonly name: string; readonly uid: string; readonly creationTimestamp: string }
  readonly spec: object
  readonly status: { readonly phase: 'Active' }
}

export interface Inventory {
  readonly namespaces: readonly Namespace[]
  readonly pods: readonly Pod[]
  readonly statefulSets: readonly StatefulSet[]
}

interface PodDraft {
  readonly name: string
  readonly app: string
  readonly containers: readonly string[]
}

const DRAFTS: readonly PodDraft[] = [
  { name: 'web-0', app: 'web', containers: ['app', 'sidecar'] },
  { name: 'db-0', app: 'db', containers: ['db'] },
]

/** @param since RFC 3339 time at which the cluster began, whole seconds as Kubernetes writes them */
export function makeInventory(since: string): Inventory {
  const pods = POD_NAMESPACES.flatMap((namespace) => DRAFTS.map((draft) => podOf(draft, namespace, since)))
  return {
    namespaces: POD_NAMESPACES.map((name) => namespaceOf(name, since)),
    pods,
    statefulSets: pods.map(({ metadata: { namespace, labels }, spec }) =>
      statefulSetOf({ app: labels.app, namespace, since, spec: { containers: spec.containers } }),
    ),
  }
}

export const findPod = (inventory: Inventory, namespace: string, name: string): Pod | undefined =>
  inventory.pods.find(({ metadata }) => metadata.namespace === namespace && metadata.name === name)

const namespaceOf = (name: string, since: string): Namespace => ({
  apiVersion: 'v1',
  kind: 'Namespace',
  metadata: { name, uid: randomUUID(), creationTimestamp: since },
  spec: { finalizers: ['kubernetes'] },
  status: { phase: 'Active' },
})

function podOf({ name, app, containers }: PodDraft, namespace: string, since: string): Pod {
  const image = 'sandbox.invalid/shell:local'
  const [first = ''] = containers
  const annotations = containers.length > 1 ? { 'kubectl.kubernetes.io/default-container': first } : {}
  const labels = { app }
  const metadata = { name, namespace, uid: randomUUID(), resourceVersion: '1', creationTimestamp: since }
  const spec = { nodeName: 'sandbox', containers: containers.map((container) => ({ name: container, image })) }
  const running = { ready: true, started: true, restartCount: 0, image, imageID: image }
  const containerStatuses = containers.map((container) => ({
    name: container,
    ...running,
    state: { running: { startedAt: since } },
  }))
  const conditions = ['Initialized', 'Ready', 'ContainersReady', 'PodScheduled'].map((type) => ({
    type,
    status: 'True',
    lastTransitionTime: since,
  }))
  const status = { phase: 'Running', podIP: '127.0.0.1', hostIP: '127.0.0.1', startTime: since }
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { ...metadata, labels, annotations },
    spec,
    status: { ...status, conditions, containerStatuses },
  }
}
