import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { isFile, readCredentialFile } from './files.ts'
import type { ConnectionFlags } from './flags.ts'
import { proxyFromEnvironment } from './proxy.ts'
import type { AuthorizationSource, Reached } from './resolved.ts'
import { parseServerUrl } from './server-url.ts'

export const SERVICE_ACCOUNT_DIR = '/var/run/secrets/kubernetes.io/serviceaccount'

export const inClusterPossible = (env: NodeJS.ProcessEnv, dir: string): boolean =>
  Boolean(env.KUBERNETES_SERVICE_HOST && env.KUBERNETES_SERVICE_PORT) && isFile(join(dir, 'token'))

/** The service account of the pod that we run in; only --server, --token and --certificate-authority change it. */
export function resolveInCluster(flags: ConnectionFlags, env: NodeJS.ProcessEnv, dir: string): Reached {
  const host = env.KUBERNETES_SERVICE_HOST ?? ''
  const bracketed = host.includes(':') ? `[${host}]` : host
  const server = parseServerUrl(flags.server || `https://${bracketed}:${env.KUBERNETES_SERVICE_PORT}`)
  const secure = server.protocol === 'https:'
  const ca = readCredentialFile(flags['certificate-authority'] || join(dir, 'ca.crt'), 'certificate-authority')
  return {
    server,
    tls: secure ? { ca, insecure: false, serverName: undefined } : undefined,
    identity: { certificate: undefined, authorization: secure ? serviceAccount(flags, dir) : { kind: 'none' } },
    impersonation: undefined,
    proxy: proxyFromEnvironment(server, env),
  }
}

function serviceAccount(flags: ConnectionFlags, dir: string): AuthorizationSource {
  if (flags.token) return { kind: 'token', token: flags.token }
  const path = join(dir, 'token')
  return { kind: 'token-file', path, token: readCredentialFile(path, 'service account token').toString('utf8') }
}

/** POD_NAMESPACE, else the service account's; undefined when we are in no pod. */
export function inClusterNamespace(env: NodeJS.ProcessEnv, dir: string): string | undefined {
  if (!inClusterPossible(env, dir)) return undefined
  return env.POD_NAMESPACE || readNamespace(join(dir, 'namespace'))
}

function readNamespace(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8').trim() || undefined
  } catch {
    return undefined
  }
}
