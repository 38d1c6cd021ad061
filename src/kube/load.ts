import { parseRequestTimeout } from './duration.ts'
import { fault } from './faults.ts'
import { readCredentialFile, readKubeconfigFiles } from './files.ts'
import type { ConnectionFlags } from './flags.ts'
import { resolveIdentity, resolveImpersonation } from './identity.ts'
import { inClusterNamespace, inClusterPossible, resolveInCluster, SERVICE_ACCOUNT_DIR } from './in-cluster.ts'
import { mergeKubeconfigs } from './kubeconfig.ts'
import { type Kuberc, loadKuberc } from './kuberc.ts'
import type { Cluster } from './model.ts'
import { parseProxyUrl, proxyFromEnvironment } from './proxy.ts'
import type { ExecClusterInfo, Origin, Reached, ResolvedConnection, TlsTrust } from './resolved.ts'
import { defaultServer, type Selection, selectContext } from './selection.ts'
import { parseServerUrl } from './server-url.ts'
import { throwOnContradiction } from './validate.ts'

export interface Surroundings {
  readonly env: NodeJS.ProcessEnv
  /** Read when a credential plugin is to run and this is absent. */
  readonly kuberc?: Kuberc
  readonly serviceAccountDir?: string
}

/**
 * Flags, environment and files as one ResolvedConnection, by kubectl 1.36's rules. Throws Faults only. Reads files,
 * runs nothing and connects to nothing.
 */
export function loadConnection(flags: ConnectionFlags, surroundings: Surroundings): ResolvedConnection {
  const { env } = surroundings
  const files = readKubeconfigFiles(flags, env)
  const kubeconfig = mergeKubeconfigs(files.found)
  const selection = selectContext(kubeconfig, flags, { defaultServer: defaultServer(env) })
  throwOnContradiction(selection)
  const requestTimeoutMs = parseRequestTimeout(flags['request-timeout'])
  const inCluster = saysNothing(selection, requestTimeoutMs, env) && inClusterPossible(env, saDir(surroundings))
  const named = flags.server || kubeconfig.clusters.get(selection.clusterName)?.server
  const found: Origin = { kind: 'kubeconfig', files: files.found.map(({ path }) => path) }
  const origin: Origin = named ? found : { kind: 'default', looked: files.looked }
  const reached = inCluster
    ? { ...resolveInCluster(flags, env, saDir(surroundings)), origin: { kind: 'in-cluster' } as const }
    : { ...resolveFromFiles(selection, flags, surroundings), origin }
  return {
    ...reached,
    ...chooseNamespace(selection, flags, surroundings),
    contextName: selection.contextName,
    clusterName: selection.clusterName,
    userName: selection.userName,
    requestTimeoutMs,
    kubeconfig,
  }
}

const saDir = (surroundings: Surroundings): string => surroundings.serviceAccountDir ?? SERVICE_ACCOUNT_DIR

/**
 * client-go's IsDefaultConfig: only when files and flags come to nothing at all is the in-cluster configuration
 * tried, so --as or --request-timeout alone prevent it.
 */
function saysNothing({ cluster, user }: Selection, timeoutMs: number, env: NodeJS.ProcessEnv): boolean {
  const plain = cluster.server === defaultServer(env) && !cluster.server.startsWith('https:')
  return plain && !cluster['proxy-url'] && !cluster['disable-compression'] && !user.as && timeoutMs === 0
}

function resolveFromFiles(selection: Selection, flags: ConnectionFlags, { env, kuberc }: Surroundings): Reached {
  const { cluster, user } = selection
  const server = parseServerUrl(cluster.server ?? '')
  const secure = server.protocol === 'https:'
  const tls = secure ? resolveTrust(cluster) : undefined
  const identity = secure
    ? resolveIdentity(selection, {
        env,
        policy: () => (kuberc ?? loadKuberc(env, flags.kuberc)).policy,
        cluster: () => execClusterInfo(cluster, tls),
      })
    : ({ certificate: undefined, authorization: { kind: 'none' } } as const)
  const proxyUrl = cluster['proxy-url']
  const explicit = proxyUrl === undefined ? undefined : parseProxyUrl(proxyUrl)
  const proxy = explicit?.ok ? explicit.url : proxyFromEnvironment(server, env)
  return { server, tls, identity, impersonation: resolveImpersonation(user), proxy }
}

function resolveTrust(cluster: Cluster): TlsTrust {
  const data = cluster['certificate-authority-data']
  const file = cluster['certificate-authority']
  const insecure = cluster['insecure-skip-tls-verify'] === true
  if (insecure && (data !== undefined || file !== undefined)) {
    const detail = 'insecure-skip-tls-verify together with a certificate-authority is refused'
    throw fault('KAE_KUBE_CONFIG_INVALID', { detail })
  }
  const fromFile = file === undefined ? undefined : readCredentialFile(file, 'certificate-authority')
  const ca = data === undefined ? fromFile : Buffer.from(data, 'base64')
  return { ca, insecure, serverName: cluster['tls-server-name'] }
}

const EXEC_EXTENSION = 'client.authentication.k8s.io/exec'

function execClusterInfo(cluster: Cluster, tls: TlsTrust | undefined): ExecClusterInfo {
  const name = cluster['tls-server-name']
  const proxy = cluster['proxy-url']
  return {
    server: withoutQuery(cluster.server ?? ''),
    ...(name === undefined ? {} : { 'tls-server-name': name }),
    ...(cluster['insecure-skip-tls-verify'] ? { 'insecure-skip-tls-verify': true } : {}),
    ...(tls?.ca === undefined ? {} : { 'certificate-authority-data': tls.ca.toString('base64') }),
    ...(proxy === undefined ? {} : { 'proxy-url': proxy }),
    ...(cluster['disable-compression'] ? { 'disable-compression': true } : {}),
    config: cluster.extensions?.[EXEC_EXTENSION] ?? null,
  }
}

/** client-go drops query and fragment only of an address that has a path. */
const withoutQuery = (server: string): string =>
  (URL.parse(server)?.pathname.length ?? 0) > 1 ? server.replace(/[?#].*$/, '') : server

type NamespaceChoice = Pick<ResolvedConnection, 'namespace' | 'namespaceFrom'>

/** In a pod its own namespace is the fallback, even when a kubeconfig gives the connection. */
function chooseNamespace(selection: Selection, flags: ConnectionFlags, surroundings: Surroundings): NamespaceChoice {
  if (flags.namespace) return { namespace: flags.namespace, namespaceFrom: 'flag' }
  if (selection.namespace !== undefined) return { namespace: selection.namespace, namespaceFrom: 'context' }
  const own = inClusterNamespace(surroundings.env, saDir(surroundings))
  return own === undefined
    ? { namespace: 'default', namespaceFrom: 'default' }
    : { namespace: own, namespaceFrom: 'in-cluster' }
}
