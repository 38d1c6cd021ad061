import type { ReviewAccess } from './access.ts'
import { clusterClient } from './cluster-client.ts'

/** An API server that takes longer will not answer a reader in time either. */
const REVIEW_MS = 5_000

/** SubjectAccessReviews of the cluster. Without a kubeconfig: as a pod of it. */
export async function accessOfCluster(kubeconfig: string | undefined): Promise<ReviewAccess> {
  const { AuthorizationV1Api } = await import('@kubernetes/client-node')
  const api = await clusterClient(kubeconfig, AuthorizationV1Api)
  return async ({ username, uid, groups, extra }, resourceAttributes) => {
    const who = { user: username, groups: [...groups], extra: copied(extra), ...(uid === undefined ? {} : { uid }) }
    const body = {
      apiVersion: 'authorization.k8s.io/v1',
      kind: 'SubjectAccessReview',
      spec: { ...who, resourceAttributes },
    }
    const review = await within(REVIEW_MS, api.createSubjectAccessReview({ body }))
    // A denial beats what allows (`denied`), and an answer that is none allows nothing.
    return review.status?.allowed === true && review.status.denied !== true
  }
}

const copied = (extra: Readonly<Record<string, readonly string[]>>): Record<string, string[]> =>
  Object.fromEntries(Object.entries(extra).map(([key, values]) => [key, [...values]]))

async function within<T>(ms: number, promise: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${ms} ms`)), ms)
  })
  return Promise.race([promise, late]).finally(() => clearTimeout(timer))
}
