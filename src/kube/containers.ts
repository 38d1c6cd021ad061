import { fault } from './faults.ts'
import type { Pod } from './pod-order.ts'

const DEFAULT_CONTAINER_ANNOTATION = 'kubectl.kubernetes.io/default-container'

export interface ContainerChoice {
  readonly name: string
  /** What kubectl says on stderr, without --quiet, when it chose among several by itself. */
  readonly notice?: string
}

/** -c, else the pod's annotation, else its first container. Init and ephemeral containers count when they are named. */
export function defaultContainer(pod: Pod, flag?: string): ContainerChoice {
  const { containers } = pod.spec
  const wanted = flag || pod.metadata.annotations?.[DEFAULT_CONTAINER_ANNOTATION]
  const { initContainers = [], ephemeralContainers = [] } = pod.spec
  const everything = [...containers, ...initContainers, ...ephemeralContainers]
  if (wanted) {
    if (everything.some(({ name }) => name === wanted)) return { name: wanted }
    const detail = `container ${wanted} is not valid for pod ${pod.metadata.name} out of: ${allNames(pod)}`
    throw fault('KAE_KUBE_CONTAINER_UNKNOWN', { detail })
  }
  const [first] = containers
  if (first === undefined) {
    throw fault('KAE_KUBE_CONTAINER_UNKNOWN', { detail: `pod ${pod.metadata.name} does not have any containers` })
  }
  if (everything.length === 1) return { name: first.name }
  return { name: first.name, notice: `Defaulted container "${first.name}" out of: ${allNames(pod)}` }
}

function allNames({ spec }: Pod): string {
  return [
    ...spec.containers.map(({ name }) => name),
    ...(spec.ephemeralContainers ?? []).map(({ name }) => `${name} (ephem)`),
    ...(spec.initContainers ?? []).map(({ name }) => `${name} (init)`),
  ].join(', ')
}
