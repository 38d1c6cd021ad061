/** Requests of the server's own to the API server, with `@kubernetes/client-node`, which is loaded here and not before. */
import type { ApiConstructor, ApiType, CoreV1Api, KubeConfig } from '@kubernetes/client-node'
import { fault } from '../faults.ts'

/** Without a kubeconfig: as a pod of the cluster. Rejects with a `Fault` where this is none. */
export async function clusterClient<Api extends ApiType>(
  kubeconfig: string | undefined,
  api: ApiConstructor<Api>,
): Promise<Api> {
  const { KubeConfig } = await import('@kubernetes/client-node')
  return apiOf(api, new KubeConfig(), kubeconfig)
}

export async function coreClient(kubeconfig: string | undefined): Promise<CoreV1Api> {
  const { CoreV1Api } = await import('@kubernetes/client-node')
  return clusterClient(kubeconfig, CoreV1Api)
}

function apiOf<Api extends ApiType>(api: ApiConstructor<Api>, config: KubeConfig, kubeconfig: string | undefined): Api {
  try {
    if (kubeconfig === undefined) config.loadFromCluster()
    else config.loadFromFile(kubeconfig)
    return config.makeApiClient(api)
  } catch (cause) {
    const where = kubeconfig ?? 'this is no pod of a cluster, and --kubeconfig is not given'
    throw fault('KAE_REQUESTHEADER_MISSING', { detail: where, cause })
  }
}
