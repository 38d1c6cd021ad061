import { randomBytes } from 'node:crypto'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { API_SERVER, inState, pkiFile } from './layout.ts'

/** People of the tests: alice and bob may exec (RBAC: manifests/people.yaml), the auditor reads, the stranger may nothing. */
export type User = 'admin' | 'alice' | 'alice-cert' | 'bob' | 'auditor' | 'stranger'

export const GROUPS: Partial<Record<User, string>> = { alice: 'developers', bob: 'developers', auditor: 'auditors' }
export const TOKEN_USERS = ['alice', 'bob', 'auditor', 'stranger'] as const

export const tokenFile = (): string => inState('pki/tokens.csv')
export const kubeconfigFile = (user: string): string => inState('kubeconfigs', `${user}.yaml`)

/** Writes the API server's token file and a kubeconfig for each user and each of the cluster's own parts. */
export function makeUsers(): void {
  mkdirSync(inState('kubeconfigs'), { recursive: true, mode: 0o700 })
  const rows = TOKEN_USERS.map((user) => {
    const token = randomBytes(24).toString('base64url')
    writeKubeconfig(user, user, { token })
    // https://kubernetes.io/docs/reference/access-authn-authz/authentication/#static-token-file
    return `${token},${user},uid-${user},"${GROUPS[user] ?? ''}"\n`
  })
  writeFileSync(tokenFile(), rows.join(''), { mode: 0o600 })
  writeKubeconfig('alice-cert', 'alice', certificateOf('alice'))
  for (const name of ['admin', 'kubelet', 'controller-manager', 'scheduler'])
    writeKubeconfig(name, name, certificateOf(name))
}

const base64 = (path: string): string => readFileSync(path).toString('base64')

const certificateOf = (name: string): Record<string, string> => ({
  'client-certificate-data': base64(pkiFile(`${name}.crt`)),
  'client-key-data': base64(pkiFile(`${name}.key`)),
})

function writeKubeconfig(file: string, user: string, credentials: Record<string, string>): void {
  const cluster = { server: API_SERVER, 'certificate-authority-data': base64(pkiFile('ca.crt')) }
  const config = {
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name: 'kae-cluster', cluster }],
    users: [{ name: user, user: credentials }],
    contexts: [{ name: user, context: { cluster: 'kae-cluster', user, namespace: 'default' } }],
    'current-context': user,
  }
  // JSON is YAML.
  writeFileSync(kubeconfigFile(file), `${JSON.stringify(config, null, 2)}\n`, { mode: 0o600 })
}
