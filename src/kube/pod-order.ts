/** The part of a Pod that choosing one needs. */
export interface Pod {
  readonly metadata: {
    readonly name: string
    readonly namespace: string
    readonly uid?: string
    readonly annotations?: Readonly<Record<string, string>>
    readonly creationTimestamp?: string
    readonly deletionTimestamp?: string
  }
  readonly spec: {
    readonly nodeName?: string
    readonly containers: readonly Container[]
    readonly initContainers?: readonly Container[]
    readonly ephemeralContainers?: readonly Container[]
  }
  readonly status?: {
    readonly phase?: string
    readonly conditions?: readonly { type: string; status: string; lastTransitionTime?: string }[]
    readonly containerStatuses?: readonly ContainerStatus[]
    readonly initContainerStatuses?: readonly ContainerStatus[]
  }
}

export interface Container {
  readonly name: string
  readonly restartPolicy?: string
}

export interface ContainerStatus {
  readonly name: string
  readonly restartCount?: number
}

/**
 * The pod that kubectl picks: the last one of kubectl's podutils.ActivePods order, so the first rule on which two pods
 * differ decides: assigned, running, ready, not being deleted (else the later deletion), longer ready, fewer restarts,
 * older.
 */
export const pickPod = (pods: readonly Pod[]): Pod | undefined => pods.toSorted(comparePods)[0]

/** Negative when `a` is the better one. */
function comparePods(a: Pod, b: Pod): number {
  const rules = [
    preferTrue(isAssigned(a), isAssigned(b)),
    phaseRank(a) - phaseRank(b),
    preferTrue(isReady(a), isReady(b)),
    preferTrue(a.metadata.deletionTimestamp === undefined, b.metadata.deletionTimestamp === undefined),
    timeOf(b.metadata.deletionTimestamp, 0) - timeOf(a.metadata.deletionTimestamp, 0),
    isReady(a) && isReady(b) ? preferEarlier(readySince(a), readySince(b)) : 0,
    maxRestarts(a.status?.containerStatuses) - maxRestarts(b.status?.containerStatuses),
    sidecarRestarts(a) - sidecarRestarts(b),
    preferEarlier(a.metadata.creationTimestamp, b.metadata.creationTimestamp),
  ]
  return rules.find((difference) => difference !== 0) ?? 0
}

const preferTrue = (a: boolean, b: boolean): number => Number(b) - Number(a)

const isAssigned = (pod: Pod): boolean => Boolean(pod.spec.nodeName)

/** Any other phase ranks with Pending, as a Go map gives 0 for a key that it does not have. */
const phaseRank = (pod: Pod): number => ({ Running: 0, Unknown: 1 })[pod.status?.phase ?? ''] ?? 2

const readyCondition = (pod: Pod) => pod.status?.conditions?.find(({ type }) => type === 'Ready')
const isReady = (pod: Pod): boolean => readyCondition(pod)?.status === 'True'
const readySince = (pod: Pod): string | undefined => readyCondition(pod)?.lastTransitionTime

const timeOf = (time: string | undefined, absent: number): number => (time === undefined ? absent : Date.parse(time))

/** No time at all is the worst: a pod that has one goes first. */
function preferEarlier(a: string | undefined, b: string | undefined): number {
  if (a === undefined || b === undefined) return Number(a === undefined) - Number(b === undefined)
  return timeOf(a, 0) - timeOf(b, 0)
}

const maxRestarts = (statuses: readonly ContainerStatus[] = []): number =>
  Math.max(0, ...statuses.map(({ restartCount = 0 }) => restartCount))

/** An init container that is always restarted is a sidecar. */
function sidecarRestarts(pod: Pod): number {
  const sidecars = (pod.spec.initContainers ?? []).filter(({ restartPolicy }) => restartPolicy === 'Always')
  const names = new Set(sidecars.map(({ name }) => name))
  return maxRestarts(pod.status?.initContainerStatuses?.filter(({ name }) => names.has(name)))
}
