import type { PluginPolicy } from './kuberc.ts'
import type { ExecConfig, Kubeconfig } from './model.ts'

/** Everything that a connection needs, read from flags, environment and files. Nothing has been sent yet. */
export interface ResolvedConnection {
  readonly origin: Origin
  readonly contextName: string
  readonly clusterName: string
  readonly userName: string
  readonly namespace: string
  /** `flag` and `context` were chosen by somebody; the others are fallbacks. */
  readonly namespaceFrom: 'flag' | 'context' | 'in-cluster' | 'default'
  /** Its path, where it has one, is a prefix of every request path. */
  readonly server: URL
  /** Absent for http://, which gets no credentials either. */
  readonly tls: TlsTrust | undefined
  readonly identity: Identity
  readonly impersonation: Impersonation | undefined
  readonly proxy: URL | undefined
  /** --request-timeout; 0 is no limit of the user's. */
  readonly requestTimeoutMs: number
  /** The merged files, for libraries that want a kubeconfig. */
  readonly kubeconfig: Kubeconfig
}

/** Where requests go, and as whom. */
export type Reached = Pick<ResolvedConnection, 'server' | 'tls' | 'identity' | 'impersonation' | 'proxy'>

export type Origin =
  | { readonly kind: 'kubeconfig'; readonly files: readonly string[] }
  | { readonly kind: 'in-cluster' }
  /** No file, or no context in it: kubectl's localhost:8080. */
  | { readonly kind: 'default'; readonly looked: readonly string[] }

export interface TlsTrust {
  /** Only these authorities are trusted; undefined means the system's. */
  readonly ca: Buffer | undefined
  readonly insecure: boolean
  readonly serverName: string | undefined
}

export interface Identity {
  readonly certificate: CertificateSource | undefined
  readonly authorization: AuthorizationSource
}

export type CertificateSource =
  | { readonly kind: 'data'; readonly cert: Buffer; readonly key: Buffer }
  /** Re-read for new connections, as kubectl does. */
  | { readonly kind: 'files'; readonly certFile: string; readonly keyFile: string }

export type AuthorizationSource =
  | { readonly kind: 'none' }
  | { readonly kind: 'token'; readonly token: string }
  /** The file beats `token` once it has been read. */
  | { readonly kind: 'token-file'; readonly path: string; readonly token: string }
  | { readonly kind: 'basic'; readonly username: string; readonly password: string }
  | { readonly kind: 'exec'; readonly plugin: ExecPlugin }

export interface ExecPlugin {
  readonly config: ExecConfig
  /** `spec.cluster` of KUBERNETES_EXEC_INFO; absent unless provideClusterInfo. */
  readonly cluster: ExecClusterInfo | undefined
  readonly policy: PluginPolicy
  readonly env: NodeJS.ProcessEnv
}

/** client.authentication.k8s.io Cluster, as it goes to the plugin. */
export interface ExecClusterInfo {
  readonly server: string
  readonly 'tls-server-name'?: string
  readonly 'insecure-skip-tls-verify'?: true
  readonly 'certificate-authority-data'?: string
  readonly 'proxy-url'?: string
  readonly 'disable-compression'?: true
  readonly config: unknown
}

export interface Impersonation {
  readonly user: string
  readonly uid: string | undefined
  readonly groups: readonly string[]
  readonly extra: Readonly<Record<string, readonly string[]>>
}
