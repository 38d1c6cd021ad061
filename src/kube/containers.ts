import { chooseContainer } from '../protocol/container-choice.ts'
import { fault } from './faults.ts'
import type { Pod } from './pod-order.ts'

export interface DefaultContainer {
  readonly name: string
  /** What kubectl says on stderr, without --quiet, when it chose among several by itself. */
  readonly notice?: string
}

/** -c, else the pod's annotation, else its first container. Throws a Fault where there is none such. */
export function defaultContainer(pod: Pod, flag?: string): DefaultContainer {
  const choice = chooseContainer(pod, flag)
  const { name } = pod.metadata
  if (choice.type === 'none') {
    throw fault('KAE_KUBE_CONTAINER_UNKNOWN', { detail: `pod ${name} does not have any containers` })
  }
  if (choice.type === 'unknown') {
    const detail = `container ${choice.wanted} is not valid for pod ${name} out of: ${choice.among}`
    throw fault('KAE_KUBE_CONTAINER_UNKNOWN', { detail })
  }
  if (choice.among === undefined) return { name: choice.name }
  return { name: choice.name, notice: `Defaulted container "${choice.name}" out of: ${choice.among}` }
}
