import { dirname, isAbsolute, join, resolve } from 'node:path'
import { decodeCluster, decodeContext, decodeString, decodeUser, record, TypeMismatch } from './decode.ts'
import { fault } from './faults.ts'
import type { Cluster, Context, ExecConfig, Kubeconfig, User } from './model.ts'
import { parseYaml } from './yaml.ts'

export interface KubeconfigFile {
  readonly path: string
  readonly text: string
}

/**
 * The files merged as client-go's ClientConfigLoadingRules.Load does: for current-context and for every name, the
 * first file that has it wins whole (entries are never mixed), and relative paths are relative to their own file.
 */
export function mergeKubeconfigs(files: readonly KubeconfigFile[]): Kubeconfig {
  const configs = files.map(parseKubeconfig)
  return {
    currentContext: configs.map((config) => config.currentContext).find((name) => name !== '') ?? '',
    clusters: firstWins(configs.map((config) => config.clusters)),
    users: firstWins(configs.map((config) => config.users)),
    contexts: firstWins(configs.map((config) => config.contexts)),
  }
}

const firstWins = <Entry>(maps: readonly ReadonlyMap<string, Entry>[]): ReadonlyMap<string, Entry> =>
  new Map(maps.toReversed().flatMap((map) => [...map]))

export function parseKubeconfig(file: KubeconfigFile): Kubeconfig {
  const parsed = parseYaml(file.text)
  if (!parsed.ok) {
    const place = parsed.line === undefined ? file.path : `${file.path}, line ${parsed.line}`
    throw fault('KAE_KUBE_CONFIG_MALFORMED', { detail: `${place}: ${parsed.reason}` })
  }
  try {
    return decodeKubeconfig(parsed.documents[0], resolve(dirname(file.path)))
  } catch (error) {
    if (!(error instanceof TypeMismatch)) throw error
    throw fault('KAE_KUBE_CONFIG_MALFORMED', { detail: `${file.path}: ${error.message}` })
  }
}

function decodeKubeconfig(document: unknown, folder: string): Kubeconfig {
  const root = record(document, 'the file')
  const kind = decodeString(root.kind, 'kind') || 'Config'
  const version = decodeString(root.apiVersion, 'apiVersion') || 'v1'
  if (kind !== 'Config' || version !== 'v1') {
    throw new TypeMismatch(`expected kind Config of apiVersion v1, found ${kind} of ${version}`)
  }
  return {
    currentContext: decodeString(root['current-context'], 'current-context'),
    clusters: named<Cluster>(root, 'clusters', (value, path) => resolveCluster(decodeCluster(value, path), folder)),
    users: named<User>(root, 'users', (value, path) => resolveUser(decodeUser(value, path), folder)),
    contexts: named<Context>(root, 'contexts', decodeContext),
  }
}

/** `clusters: [{name, cluster}]` and its kin as a map; a name given twice in one file is refused. */
function named<Entry>(
  root: Record<string, unknown>,
  key: 'clusters' | 'users' | 'contexts',
  decode: (value: unknown, path: string) => Entry,
): ReadonlyMap<string, Entry> {
  const entries = new Map<string, Entry>()
  const items = root[key] ?? []
  if (!Array.isArray(items)) throw new TypeMismatch(`${key}: expected a list`)
  for (const [index, item] of items.entries()) {
    const path = `${key}[${index}]`
    const fields = record(item, path)
    const name = decodeString(fields.name, `${path}.name`)
    if (entries.has(name)) throw new TypeMismatch(`${path}: the name "${name}" is there twice`)
    entries.set(name, decode(fields[key.slice(0, -1)], `${path}.${key.slice(0, -1)}`))
  }
  return entries
}

const absolute = (folder: string, path: string): string => (isAbsolute(path) ? path : join(folder, path))

function resolveCluster(cluster: Cluster, folder: string): Cluster {
  const authority = cluster['certificate-authority']
  return authority === undefined ? cluster : { ...cluster, 'certificate-authority': absolute(folder, authority) }
}

function resolveUser(user: User, folder: string): User {
  const paths = (['client-certificate', 'client-key', 'tokenFile'] as const)
    .filter((name) => user[name] !== undefined)
    .map((name) => [name, absolute(folder, user[name] ?? '')])
  const exec = user.exec === undefined ? {} : { exec: resolveExec(user.exec, folder) }
  return { ...user, ...Object.fromEntries(paths), ...exec }
}

/** A command with a slash is a path; one without is looked up in PATH. v1beta1 may leave interactiveMode out. */
function resolveExec(exec: ExecConfig, folder: string): ExecConfig {
  const isPath = exec.command?.includes('/') === true
  const beta = /^client\.authentication\.k8s\.io\/v1(alpha|beta)1$/.test(exec.apiVersion ?? '')
  return {
    ...exec,
    ...(isPath ? { command: absolute(folder, exec.command ?? '') } : {}),
    ...(beta && exec.interactiveMode === undefined ? { interactiveMode: 'IfAvailable' } : {}),
  }
}
