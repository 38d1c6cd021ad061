import { useForeignCluster } from './foreign.ts'
import { type Kubectl, kubectl } from './kubectl.ts'
import { auditLog, binary, NETWORK, pkiFile } from './layout.ts'
import { up } from './up.ts'
import { kubeconfigFile, type User } from './users.ts'

/**
 * A real Kubernetes cluster for a test. Namespaces `default` and `prod` each hold the pod `web-0` (containers `sidecar`
 * and `app`, `app` the default), the Deployment `api` with two pods, and the pod `distroless-0` without a shell.
 * alice and bob (group `developers`) may exec in both, the auditor may read pods, the stranger may nothing.
 */
export interface Cluster {
  readonly kubectl: Kubectl
  /** The path of a user's kubeconfig; `alice` has a token, `alice-cert` is alice with a client certificate. */
  readonly kubeconfig: (user: User) => string
  readonly kubectlPath: string
  /** The address at which the API server reaches a process on this machine, for webhooks and APIServices. */
  readonly hostIp: string | undefined
  /** What only a cluster of our own shows. */
  readonly own: OwnCluster | undefined
}

interface OwnCluster {
  /** The API server's audit log, one JSON event a line. */
  readonly auditLog: string
  readonly ca: string
  readonly frontProxy: { readonly ca: string; readonly certificate: string; readonly key: string }
}

/** Gives the cluster that CLUSTER_KUBECONFIG names, else ours, which it starts when it does not run. It stays up. */
export async function useCluster(): Promise<Cluster> {
  const foreign = process.env.CLUSTER_KUBECONFIG
  if (foreign) return useForeignCluster(foreign)
  await up()
  return { kubectl, kubeconfig: kubeconfigFile, kubectlPath: binary('kubectl'), hostIp: NETWORK.hostIp, own: own() }
}

const own = (): OwnCluster => ({
  auditLog: auditLog(),
  ca: pkiFile('ca.crt'),
  frontProxy: {
    ca: pkiFile('front-proxy-ca.crt'),
    certificate: pkiFile('front-proxy-client.crt'),
    key: pkiFile('front-proxy-client.key'),
  },
})
