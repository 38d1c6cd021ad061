import { fault } from './faults.ts'
import { readCredentialFile } from './files.ts'
import type { PluginPolicy } from './kuberc.ts'
import type { User } from './model.ts'
import type { AuthorizationSource, CertificateSource, ExecClusterInfo, Identity, Impersonation } from './resolved.ts'
import type { Selection } from './selection.ts'

export interface PluginSurroundings {
  readonly policy: () => PluginPolicy
  readonly cluster: () => ExecClusterInfo
  readonly env: NodeJS.ProcessEnv
}

/**
 * Who we are for the API server. A plugin is not even asked when a token, a password or a certificate is there
 * (client-go's UpdateTransportConfig).
 */
export function resolveIdentity(selection: Selection, surroundings: PluginSurroundings): Identity {
  const { user } = selection
  const provider = user['auth-provider']
  if (provider !== undefined) throw legacyProvider(provider.name ?? '', selection.userName)
  const certificate = resolveCertificate(user)
  const fixed = resolveToken(user) ?? resolveBasic(user)
  if (fixed !== undefined) return { certificate, authorization: fixed }
  if (certificate !== undefined) return { certificate, authorization: { kind: 'none' } }
  return { certificate, authorization: resolvePlugin(selection, surroundings) }
}

const SUCCESSORS: Record<string, string> = {
  gcp: 'Install gke-gcloud-auth-plugin and run `gcloud container clusters get-credentials`.',
  azure: 'Install kubelogin and run `kubelogin convert-kubeconfig`.',
  oidc: 'Use the exec plugin kubelogin (kubectl oidc-login) instead.',
}

const legacyProvider = (name: string, user: string) =>
  fault('KAE_KUBE_AUTH_PROVIDER_UNSUPPORTED', {
    detail: `auth-provider "${name}" of user "${user}"`,
    ...(SUCCESSORS[name] === undefined ? {} : { next: SUCCESSORS[name] }),
  })

/** Only two files are watched for change; as soon as one part is data, kubectl reads both once. */
function resolveCertificate(user: User): CertificateSource | undefined {
  const certFile = user['client-certificate']
  const keyFile = user['client-key']
  const certData = user['client-certificate-data']
  if (certFile === undefined && certData === undefined) return undefined
  if (certFile !== undefined && keyFile !== undefined) {
    readCredentialFile(certFile, 'client-certificate')
    readCredentialFile(keyFile, 'client-key')
    return { kind: 'files', certFile, keyFile }
  }
  return {
    kind: 'data',
    cert: dataOrFile(certData, certFile, 'client-certificate'),
    key: dataOrFile(user['client-key-data'], keyFile, 'client-key'),
  }
}

const dataOrFile = (data: string | undefined, file: string | undefined, what: string): Buffer =>
  data === undefined ? readCredentialFile(file ?? '', what) : Buffer.from(data, 'base64')

function resolveToken({ token, tokenFile }: User): AuthorizationSource | undefined {
  if (tokenFile === undefined) return token === undefined ? undefined : { kind: 'token', token }
  if (token !== undefined) return { kind: 'token-file', path: tokenFile, token }
  const first = readCredentialFile(tokenFile, 'tokenFile').toString('utf8')
  return first === '' ? undefined : { kind: 'token-file', path: tokenFile, token: first }
}

function resolveBasic({ username, password }: User): AuthorizationSource | undefined {
  return username === undefined ? undefined : { kind: 'basic', username, password: password ?? '' }
}

/** Without any credentials kubectl asks for a user name on stdin, which is ours to forward: refused instead. */
function resolvePlugin(selection: Selection, { policy, cluster, env }: PluginSurroundings): AuthorizationSource {
  const { exec } = selection.user
  if (exec === undefined) {
    const who = selection.userName === '' ? 'no user is selected' : `user "${selection.userName}"`
    throw fault('KAE_KUBE_CREDENTIALS_MISSING', { detail: `${who}, context "${selection.contextName}"` })
  }
  const info = exec.provideClusterInfo ? cluster() : undefined
  return { kind: 'exec', plugin: { config: exec, cluster: info, policy: policy(), env } }
}

export function resolveImpersonation(user: User): Impersonation | undefined {
  if (user.as === undefined) return undefined
  return { user: user.as, uid: user['as-uid'], groups: user['as-groups'] ?? [], extra: user['as-user-extra'] ?? {} }
}
