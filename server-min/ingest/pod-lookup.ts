import { chooseContainer, completedPhase, type PodContainers } from '../../src/protocol/container-choice.ts'
import type { ExecTarget, RequestedTarget } from '../../src/protocol/session.ts'
import { fault } from '../faults.ts'

/** Reads a pod; undefined where the cluster has none such. Rejects where it does not answer or does not let us ask. */
export type FindPod = (namespace: string, name: string) => Promise<PodContainers | undefined>

/** Names the container of a target as kubectl would: the client need not ask for the pod first. Rejects with a `Fault`. */
export async function completeTarget(target: RequestedTarget, findPod: FindPod | undefined): Promise<ExecTarget> {
  const { namespace, pod: name, container, ...rest } = target
  if (container !== undefined) return { ...target, container }
  if (findPod === undefined) throw fault('KAE_CONTAINER_UNRESOLVED')
  const pod = await findPod(namespace, name).catch((cause: unknown) => {
    throw fault('KAE_CONTAINER_UNRESOLVED', { cause })
  })
  if (pod === undefined) throw fault('KAE_POD_NOT_FOUND', { detail: `pods "${name}" not found` })
  const phase = completedPhase(pod)
  if (phase !== undefined) throw fault('KAE_POD_COMPLETED', { detail: `pods "${name}"; current phase is ${phase}` })
  const choice = chooseContainer(pod)
  if (choice.type === 'chosen') return { namespace, pod: name, container: choice.name, ...rest }
  const detail = choice.type === 'none' ? 'it has none' : `${choice.wanted} is none of ${choice.among}`
  throw fault('KAE_POD_CONTAINER_UNKNOWN', { detail: `pods "${name}": ${detail}` })
}
