import { SANDBOX_USERS, type UserDirectory } from './users.ts'

/** The text of a kubeconfig with a context for each user; `you` is the current one. JSON, which every YAML reader reads. */
export function kubeconfigOf(url: string, ca: string, users: UserDirectory): string {
  const cluster = { server: url, 'certificate-authority-data': Buffer.from(ca).toString('base64') }
  const config = {
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': 'you',
    clusters: [{ name: 'sandbox', cluster }],
    users: SANDBOX_USERS.map((name) => ({ name, user: { token: users.tokenOf(name) } })),
    contexts: SANDBOX_USERS.map((name) => ({
      name,
      context: { cluster: 'sandbox', user: name, namespace: 'default' },
    })),
  }
  return `${JSON.stringify(config, null, 2)}\n`
}
