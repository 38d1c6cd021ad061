import type { FindPod } from '../ingest/pod-lookup.ts'
import { coreClient } from './cluster-client.ts'

/** Pods as the cluster has them now. Without a kubeconfig: as a pod of the cluster. */
export async function podsOfCluster(kubeconfig: string | undefined): Promise<FindPod> {
  const api = await coreClient(kubeconfig)
  return async (namespace, name) => {
    try {
      const { metadata, spec, status } = await api.readNamespacedPod({ namespace, name })
      return {
        metadata: { name, annotations: metadata?.annotations ?? {} },
        spec: {
          containers: spec?.containers ?? [],
          initContainers: spec?.initContainers ?? [],
          ephemeralContainers: spec?.ephemeralContainers ?? [],
        },
        ...(status?.phase === undefined ? {} : { status: { phase: status.phase } }),
      }
    } catch (error) {
      if (error instanceof Error && 'code' in error && error.code === 404) return undefined
      throw error
    }
  }
}
