import { fault } from './faults.ts'
import type { ConnectionFlags } from './flags.ts'
import type { Cluster, Context, Kubeconfig, User } from './model.ts'

/** What a kubeconfig and the flags come to: client-go's DirectClientConfig with its overrides. */
export interface Selection {
  /** Empty when there is no current context. */
  readonly contextName: string
  readonly clusterName: string
  readonly userName: string
  /** From the flag or the context; undefined when neither says, which is not the same as `default` (in-cluster). */
  readonly namespace: string | undefined
  readonly cluster: Cluster
  readonly user: User
}

/** The server that kubectl tries when nothing names one (client-go's ClusterDefaults). */
export const defaultServer = (env: NodeJS.ProcessEnv): string => env.KUBERNETES_MASTER || 'http://localhost:8080'

export interface SelectOptions {
  readonly defaultServer?: string
}

/** Throws a Fault for a context, cluster or user that a flag or current-context names and that is not there. */
export function selectContext(config: Kubeconfig, flags: ConnectionFlags, options: SelectOptions = {}): Selection {
  const contextName = flags.context || config.currentContext
  const context = findContext(config, contextName)
  const clusterName = flags.cluster || context.cluster || ''
  const userName = flags.user || context.user || ''
  // A name that only the context gives may be unknown: kubectl goes on with its defaults. One from a flag may not.
  if (flags.cluster && !config.clusters.has(clusterName)) throw unknown('CLUSTER', clusterName, config.clusters)
  if (flags.user && !config.users.has(userName)) throw unknown('USER', userName, config.users)
  const known = { server: options.defaultServer ?? 'http://localhost:8080', ...config.clusters.get(clusterName) }
  return {
    contextName,
    clusterName,
    userName,
    namespace: flags.namespace || context.namespace,
    cluster: overrideCluster(known, flags),
    user: overrideUser(config.users.get(userName) ?? {}, flags),
  }
}

function findContext(config: Kubeconfig, name: string): Context {
  const context = config.contexts.get(name)
  if (context === undefined && name !== '') throw unknown('CONTEXT', name, config.contexts)
  return context ?? {}
}

function unknown(what: 'CONTEXT' | 'CLUSTER' | 'USER', name: string, known: ReadonlyMap<string, unknown>) {
  const names = [...known.keys()].toSorted()
  const list = names.length === 0 ? 'it has none' : `it has ${names.join(', ')}`
  return fault(`KAE_KUBE_${what}_UNKNOWN`, { detail: `"${name}"; ${list}` })
}

/**
 * --server clears the file's tls-server-name; --insecure-skip-tls-verify and --certificate-authority each replace
 * everything that the file says about trust.
 */
function overrideCluster(cluster: Cluster, flags: ConnectionFlags): Cluster {
  const authority = flags['certificate-authority'] || undefined
  const insecure = flags['insecure-skip-tls-verify'] === true
  const trust = (authority !== undefined || insecure) && {
    'certificate-authority': authority,
    'certificate-authority-data': undefined,
    'insecure-skip-tls-verify': insecure || undefined,
  }
  const name = (flags.server || flags['tls-server-name']) && {
    'tls-server-name': flags['tls-server-name'] || undefined,
  }
  return compact<Cluster>({
    ...cluster,
    ...(flags.server ? { server: flags.server } : {}),
    ...(flags['disable-compression'] ? { 'disable-compression': true } : {}),
    ...(trust || {}),
    ...(name || {}),
  })
}

/** --token leaves tokenFile alone, so a tokenFile still beats it: that is what kubectl does. */
function overrideUser(user: User, flags: ConnectionFlags): User {
  const certificate = flags['client-certificate']
  const key = flags['client-key']
  const groups = flags['as-group'] ?? []
  const extra = parseExtra(flags['as-user-extra'] ?? [])
  return compact<User>({
    ...user,
    ...(certificate ? { 'client-certificate': certificate, 'client-certificate-data': undefined } : {}),
    ...(key ? { 'client-key': key, 'client-key-data': undefined } : {}),
    ...(flags.token ? { token: flags.token } : {}),
    ...(flags.username ? { username: flags.username } : {}),
    ...(flags.password ? { password: flags.password } : {}),
    ...(flags.as ? { as: flags.as } : {}),
    ...(flags['as-uid'] ? { 'as-uid': flags['as-uid'] } : {}),
    ...(groups.length > 0 ? { 'as-groups': groups } : {}),
    ...(extra.size > 0 ? { 'as-user-extra': { ...user['as-user-extra'], ...Object.fromEntries(extra) } } : {}),
  })
}

/** KEY=VALUE, the key up to the first `=`; kubectl skips what has none. */
function parseExtra(pairs: readonly string[]): ReadonlyMap<string, string[]> {
  const extra = new Map<string, string[]>()
  for (const pair of pairs) {
    const at = pair.indexOf('=')
    if (at < 0) continue
    const key = pair.slice(0, at)
    extra.set(key, [...(extra.get(key) ?? []), pair.slice(at + 1)])
  }
  return extra
}

const compact = <Type extends object>(value: { [Key in keyof Type]: Type[Key] | undefined }): Type =>
  Object.fromEntries(Object.entries(value).filter(([, entry]) => entry !== undefined)) as Type
