/** Which container of a pod an exec is for, by kubectl's rules. Pure; client and collector both choose. */

/** What of a Pod the choice needs. */
export interface PodContainers {
  readonly metadata: { readonly name: string; readonly annotations?: Readonly<Record<string, string>> }
  readonly spec: {
    readonly containers: readonly NamedContainer[]
    readonly initContainers?: readonly NamedContainer[]
    readonly ephemeralContainers?: readonly NamedContainer[]
  }
  readonly status?: { readonly phase?: string }
}

interface NamedContainer {
  readonly name: string
}

export type ContainerChoice =
  /** `among` lists all of them where nobody named this one and there are others. */
  | { readonly type: 'chosen'; readonly name: string; readonly among?: string }
  | { readonly type: 'unknown'; readonly wanted: string; readonly among: string }
  | { readonly type: 'none' }

const DEFAULT_CONTAINER_ANNOTATION = 'kubectl.kubernetes.io/default-container'

/** The one that is wanted, else the annotation's, else the first. Init and ephemeral containers count when they are named. */
export function chooseContainer(pod: PodContainers, wanted?: string): ContainerChoice {
  const { containers, initContainers = [], ephemeralContainers = [] } = pod.spec
  const named = wanted || pod.metadata.annotations?.[DEFAULT_CONTAINER_ANNOTATION]
  const everything = [...containers, ...initContainers, ...ephemeralContainers]
  if (named) {
    if (everything.some(({ name }) => name === named)) return { type: 'chosen', name: named }
    return { type: 'unknown', wanted: named, among: allNames(pod) }
  }
  const [first] = containers
  if (first === undefined) return { type: 'none' }
  return { type: 'chosen', name: first.name, ...(everything.length === 1 ? {} : { among: allNames(pod) }) }
}

/** The phase in which a pod runs nothing any more; undefined where it may. */
export function completedPhase({ status }: PodContainers): string | undefined {
  return status?.phase === 'Succeeded' || status?.phase === 'Failed' ? status.phase : undefined
}

function allNames({ spec }: PodContainers): string {
  return [
    ...spec.containers.map(({ name }) => name),
    ...(spec.ephemeralContainers ?? []).map(({ name }) => `${name} (ephem)`),
    ...(spec.initContainers ?? []).map(({ name }) => `${name} (init)`),
  ].join(', ')
}
