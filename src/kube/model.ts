/**
 * A kubeconfig as its file spells it (client-go tools/clientcmd/api/v1). A value that equals Go's zero value (empty
 * string, false, empty list) is absent, because kubectl cannot tell the two apart. Bytes stay base64.
 */
export interface Cluster {
  readonly server?: string
  readonly 'tls-server-name'?: string
  readonly 'insecure-skip-tls-verify'?: boolean
  readonly 'certificate-authority'?: string
  readonly 'certificate-authority-data'?: string
  readonly 'proxy-url'?: string
  readonly 'disable-compression'?: boolean
  readonly extensions?: Readonly<Record<string, unknown>>
}

export interface User {
  readonly 'client-certificate'?: string
  readonly 'client-certificate-data'?: string
  readonly 'client-key'?: string
  readonly 'client-key-data'?: string
  readonly token?: string
  readonly tokenFile?: string
  readonly as?: string
  readonly 'as-uid'?: string
  readonly 'as-groups'?: readonly string[]
  readonly 'as-user-extra'?: Readonly<Record<string, readonly string[]>>
  readonly username?: string
  readonly password?: string
  readonly 'auth-provider'?: { readonly name?: string }
  readonly exec?: ExecConfig
}

export interface ExecConfig {
  readonly command?: string
  readonly args?: readonly string[]
  readonly env?: readonly { readonly name?: string; readonly value?: string }[]
  readonly apiVersion?: string
  readonly installHint?: string
  readonly provideClusterInfo?: boolean
  readonly interactiveMode?: string
}

export interface Context {
  readonly cluster?: string
  readonly user?: string
  readonly namespace?: string
}

export interface Kubeconfig {
  readonly currentContext: string
  readonly clusters: ReadonlyMap<string, Cluster>
  readonly users: ReadonlyMap<string, User>
  readonly contexts: ReadonlyMap<string, Context>
}
