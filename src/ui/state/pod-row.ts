/** A pod as one line: the words of `kubectl get pods` (kubernetes pkg/printers/internalversion printPod). Pure. */
import { escapeText } from '../../recording/escape.ts'
import type { Row } from './list.ts'

/** `over`: it has ended and nobody can enter it. */
export type Tone = 'good' | 'pending' | 'bad' | 'over'

export interface ContainerRow {
  readonly name: string
  readonly state: string
  readonly running: boolean
  /** An init container or an ephemeral one; undefined for the others. */
  readonly role?: 'init' | 'debug'
}

export interface PodRow extends Row {
  readonly namespace: string
  readonly name: string
  /** The name as it may be shown. */
  readonly title: string
  readonly ready: number
  readonly total: number
  readonly status: string
  readonly tone: Tone
  readonly restarts: number
  /** ms since the Unix epoch; NaN where the cluster does not say. */
  readonly created: number
  readonly node: string
  readonly containers: readonly ContainerRow[]
  /** Whom `kubectl exec` would choose. */
  readonly defaultContainer: string
}

interface ContainerStatus {
  readonly name?: string
  readonly ready?: boolean
  readonly started?: boolean
  readonly restartCount?: number
  readonly state?: {
    readonly running?: object
    readonly waiting?: { readonly reason?: string }
    readonly terminated?: { readonly reason?: string; readonly exitCode?: number; readonly signal?: number }
  }
}

interface Named {
  readonly name?: string
  readonly restartPolicy?: string
}

/** The parts of a v1 Pod that are shown. Everything may be absent: a cluster may be of any age. */
export interface PodObject {
  readonly metadata?: {
    readonly name?: string
    readonly namespace?: string
    readonly creationTimestamp?: string
    readonly deletionTimestamp?: string
    readonly annotations?: Readonly<Record<string, string>>
  }
  readonly spec?: {
    readonly nodeName?: string
    readonly containers?: readonly Named[]
    readonly initContainers?: readonly Named[]
    readonly ephemeralContainers?: readonly Named[]
  }
  readonly status?: {
    readonly phase?: string
    readonly reason?: string
    readonly containerStatuses?: readonly ContainerStatus[]
    readonly initContainerStatuses?: readonly ContainerStatus[]
    readonly ephemeralContainerStatuses?: readonly ContainerStatus[]
  }
}

export const podKey = ({ metadata }: PodObject): string => `${metadata?.namespace ?? ''}/${metadata?.name ?? ''}`

const DEFAULT_CONTAINER = 'kubectl.kubernetes.io/default-container'

export function podRow(pod: PodObject): PodRow {
  const { metadata = {}, spec = {}, status = {} } = pod
  const { name = '', namespace = '' } = metadata
  const statuses = status.containerStatuses ?? []
  const containers = containersOf(pod)
  const said = escapeText(statusOf(pod))
  const own = containers.filter(({ role }) => role === undefined)
  const annotated = metadata.annotations?.[DEFAULT_CONTAINER]
  const node = escapeText(spec.nodeName ?? '')
  return {
    key: podKey(pod),
    // What is not on every screen is not filtered by: a row that stays without a visible reason looks like a fault.
    words: [namespace, name, said, ...containers.map((container) => container.name)].join(' ').toLowerCase(),
    namespace,
    name,
    title: escapeText(name),
    ready: statuses.filter(({ ready }) => ready).length,
    total: own.length,
    status: said,
    tone: toneOf(pod, said),
    restarts: statuses.reduce((sum, { restartCount = 0 }) => sum + restartCount, 0),
    created: Date.parse(metadata.creationTimestamp ?? ''),
    node,
    containers,
    defaultContainer: own.find((container) => container.name === annotated)?.name ?? own[0]?.name ?? '',
  }
}

function containersOf({ spec = {}, status = {} }: PodObject): ContainerRow[] {
  const rows = (named: readonly Named[] = [], statuses: readonly ContainerStatus[] = [], role?: ContainerRow['role']) =>
    named.map(({ name = '' }): ContainerRow => {
      const found = statuses.find((each) => each.name === name)
      const state = escapeText(stateOf(found))
      return { name, state, running: found?.state?.running !== undefined, ...(role === undefined ? {} : { role }) }
    })
  return [
    ...rows(spec.containers, status.containerStatuses),
    ...rows(spec.initContainers, status.initContainerStatuses, 'init'),
    ...rows(spec.ephemeralContainers, status.ephemeralContainerStatuses, 'debug'),
  ]
}

function stateOf({ state, ready }: ContainerStatus = {}): string {
  if (state?.running !== undefined) return ready ? 'running' : 'running, not ready'
  if (state?.waiting !== undefined) return state.waiting.reason ?? 'waiting'
  if (state?.terminated !== undefined) return reasonOfEnd(state.terminated)
  return 'unknown'
}

const reasonOfEnd = ({ reason, signal, exitCode }: NonNullable<NonNullable<ContainerStatus['state']>['terminated']>) =>
  reason || (signal ? `Signal:${signal}` : `ExitCode:${exitCode ?? 0}`)

function statusOf(pod: PodObject): string {
  const { metadata = {}, status = {} } = pod
  if (metadata.deletionTimestamp !== undefined) return status.reason === 'NodeLost' ? 'Unknown' : 'Terminating'
  return initStatus(pod) ?? containerStatus(pod) ?? status.reason ?? status.phase ?? 'Unknown'
}

/** `Init:1/3`, or why an init container does not get on; undefined once all have done their part. */
function initStatus({ spec = {}, status = {} }: PodObject): string | undefined {
  const inits = spec.initContainers ?? []
  for (const [index, each] of (status.initContainerStatuses ?? []).entries()) {
    const { terminated, waiting } = each.state ?? {}
    const sidecar = inits.find(({ name }) => name === each.name)?.restartPolicy === 'Always'
    if (terminated?.exitCode === 0 || (sidecar && each.started)) continue
    if (terminated !== undefined) return `Init:${reasonOfEnd(terminated)}`
    if (waiting?.reason && waiting.reason !== 'PodInitializing') return `Init:${waiting.reason}`
    return `Init:${index}/${inits.length}`
  }
  return undefined
}

/** The trouble of the first container that has any. */
function containerStatus({ status = {} }: PodObject): string | undefined {
  const statuses = status.containerStatuses ?? []
  const reasons = statuses.map(({ state }) => {
    if (state?.waiting?.reason) return state.waiting.reason
    return state?.terminated === undefined ? undefined : reasonOfEnd(state.terminated)
  })
  const reason = reasons.find((each) => each !== undefined)
  const runs = statuses.some(({ ready, state }) => ready && state?.running !== undefined)
  return reason === 'Completed' && runs ? status.phase : reason
}

const OVER = new Set(['Completed', 'Succeeded'])
const PENDING = /^(Pending|ContainerCreating|PodInitializing|Terminating|Init:\d+\/\d+)$/

function toneOf({ status = {} }: PodObject, said: string): Tone {
  if (OVER.has(said) || status.phase === 'Succeeded') return 'over'
  if (PENDING.test(said)) return 'pending'
  if (said !== 'Running') return 'bad'
  return (status.containerStatuses ?? []).every(({ ready }) => ready) ? 'good' : 'pending'
}
