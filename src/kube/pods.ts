import type { IncomingMessage } from 'node:http'
import { completedPhase } from '../protocol/container-choice.ts'
import type { KubeConnection } from './connection.ts'
import { fault } from './faults.ts'
import { faultFromNetworkError } from './network-faults.ts'
import { type Pod, pickPod } from './pod-order.ts'
import { apiPath } from './request-path.ts'
import { faultFromAnswer, notAnApiServer } from './status.ts'
import { encodeSelector, POD_KIND, parseWorkloadRef, type Workload, type WorkloadRef } from './workloads.ts'

export type { Pod } from './pod-order.ts'

/** --pod-running-timeout when it is not given. */
const POD_RUNNING_TIMEOUT_MS = 60_000

export interface ResolvePodOptions {
  /** How long to wait for an object's first pod. */
  readonly timeoutMs?: number
}

/**
 * The pod in which `kubectl exec REF` would run its command. Rejects with a Fault, also for a pod that has completed.
 */
export async function resolvePod(
  connection: KubeConnection,
  target: { readonly namespace: string; readonly ref: string },
  options: ResolvePodOptions = {},
): Promise<Pod> {
  const { namespace } = target
  const ref = parseWorkloadRef(target.ref)
  const path = `${ref.kind.root}${apiPath`/namespaces/${namespace}/`}${ref.kind.plural}${apiPath`/${ref.name}`}`
  const found = await connection.getJson<Pod & Workload>(path)
  const pod =
    ref.kind === POD_KIND ? found : await podOf(connection, { namespace, ref, workload: found }, options.timeoutMs)
  if (!isPod(pod)) throw notAnApiServer({ status: 200, contentType: 'JSON that is no Pod' })
  throwIfCompleted(pod)
  return pod
}

function isPod(value: unknown): value is Pod {
  const { kind = 'Pod', metadata, spec } = (value ?? {}) as { kind?: unknown; metadata?: object; spec?: object }
  const named = metadata instanceof Object && 'name' in metadata && typeof metadata.name === 'string'
  const containers = spec instanceof Object && 'containers' in spec ? spec.containers : undefined
  return kind === 'Pod' && named && Array.isArray(containers) && containers.every(isNamed)
}

const isNamed = (value: unknown): boolean =>
  value instanceof Object && 'name' in value && typeof value.name === 'string'

function throwIfCompleted(pod: Pod): void {
  const phase = completedPhase(pod)
  if (phase === undefined) return
  throw fault('KAE_KUBE_POD_COMPLETED', { detail: `${pod.metadata.name}; current phase is ${phase}` })
}

interface Search {
  readonly namespace: string
  readonly ref: WorkloadRef
  readonly workload: Workload
}

/** The best of the pods that are there, else the first that appears. */
async function podOf(connection: KubeConnection, search: Search, timeoutMs = POD_RUNNING_TIMEOUT_MS): Promise<Pod> {
  const path = apiPath`/api/v1/namespaces/${search.namespace}/pods`
  const labelSelector = encodeSelector(search.ref.kind, search.workload)
  const list = await connection.getJson<{ items?: Pod[]; metadata?: { resourceVersion?: string } }>(path, {
    query: { labelSelector },
  })
  const best = pickPod(list.items ?? [])
  if (best !== undefined) return best
  const query = { labelSelector, watch: true, resourceVersion: list.metadata?.resourceVersion }
  const response = await connection.open({ path, query, timeoutMs }).catch(orNoPod(search, timeoutMs))
  return firstPod(response, connection).catch(orNoPod(search, timeoutMs))
}

const orNoPod =
  ({ ref }: Search, timeoutMs: number) =>
  (error: unknown): never => {
    if ((error as { code?: string }).code !== 'KAE_KUBE_TIMEOUT') throw error
    const detail = `${ref.kind.names[0]} "${ref.name}" had no pod within ${timeoutMs / 1000} s`
    throw fault('KAE_KUBE_NO_POD', { detail, cause: error })
  }

interface WatchEvent {
  readonly type: string
  readonly object: Pod
}

/** No object of Kubernetes is as long: etcd takes 1.5 MiB. */
const LONGEST_LINE = 16 * 1024 * 1024

async function firstPod(response: IncomingMessage, { resolved }: KubeConnection): Promise<Pod> {
  let pending = ''
  try {
    for await (const chunk of response.setEncoding('utf8')) {
      const lines = (chunk as string).split('\n')
      lines[0] = pending + lines[0]
      pending = lines.pop() ?? ''
      if (pending.length > LONGEST_LINE) throw notAnApiServer({ status: 200, contentType: 'a line without an end' })
      if (response.statusCode !== 200) {
        pending = [...lines, pending].join('\n')
        continue
      }
      const events = lines.filter((line) => line !== '').map((line) => JSON.parse(line) as WatchEvent)
      const hit = events.find(({ type }) => type === 'ADDED' || type === 'MODIFIED')
      if (hit !== undefined) return hit.object
    }
  } catch (error) {
    throw faultFromNetworkError(error, resolved.server.host)
  }
  if (response.statusCode === 200) throw fault('KAE_KUBE_NO_POD', { detail: 'the API server ended the watch' })
  const contentType = response.headers['content-type'] ?? ''
  throw faultFromAnswer({ status: response.statusCode ?? 0, contentType, body: Buffer.from(pending) })
}
