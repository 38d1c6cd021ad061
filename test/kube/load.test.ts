import { describe, expect, test } from 'vitest'
import type { ConnectionFlags } from '../../src/kube/flags.ts'
import { loadConnection } from '../../src/kube/load.ts'
import { base64, type ConfigParts, type Home, kubeconfigOf, makeHome } from './rig/home.ts'
import { kubectl, kubectlPath, withoutKubectl } from './rig/kubectl.ts'

const HTTPS = { server: 'https://127.0.0.1:1' }
const NOWHERE = '/nowhere/at/all'

const load = (home: Home, flags: ConnectionFlags = {}, env: NodeJS.ProcessEnv = {}) =>
  loadConnection(flags, { env: { ...home.env, ...env }, serviceAccountDir: `${home.path}/sa` })

const codeOf = (work: () => unknown): string => {
  try {
    work()
    return 'fine'
  } catch (error) {
    return (error as { code?: string }).code ?? String(error)
  }
}

describe('contradictions in a kubeconfig', () => {
  const exec = { apiVersion: 'client.authentication.k8s.io/v1', command: 'x', interactiveMode: 'Never' }
  const pair = { 'client-certificate-data': base64('x'), 'client-key-data': base64('x') }
  const cases: readonly { title: string; config: ConfigParts; flags?: ConnectionFlags; code: string }[] = [
    {
      title: 'authority as data and file',
      config: { cluster: { ...HTTPS, 'certificate-authority': NOWHERE, 'certificate-authority-data': base64('x') } },
      code: 'CONFIG_INVALID',
    },
    {
      title: 'insecure with an authority',
      config: { cluster: { ...HTTPS, 'insecure-skip-tls-verify': true, 'certificate-authority-data': base64('x') } },
      code: 'CONFIG_INVALID',
    },
    {
      title: 'an authority file that is missing',
      config: { cluster: { ...HTTPS, 'certificate-authority': NOWHERE } },
      code: 'CREDENTIALS_UNREADABLE',
    },
    {
      title: 'a certificate as data and file',
      config: { user: { ...pair, 'client-certificate': NOWHERE } },
      code: 'CONFIG_INVALID',
    },
    { title: 'a key as data and file', config: { user: { ...pair, 'client-key': NOWHERE } }, code: 'CONFIG_INVALID' },
    {
      title: 'a certificate without a key',
      config: { user: { 'client-certificate-data': base64('x') } },
      code: 'CONFIG_INVALID',
    },
    {
      title: 'a certificate file that is missing',
      config: { user: { 'client-certificate': NOWHERE, 'client-key': NOWHERE } },
      code: 'CREDENTIALS_UNREADABLE',
    },
    {
      title: 'a token and a password',
      config: { user: { token: 't', username: 'u', password: 'p' } },
      code: 'CONFIG_INVALID',
    },
    {
      title: 'a password and --token',
      config: { user: { username: 'u', password: 'p' } },
      flags: { token: 't' },
      code: 'CONFIG_INVALID',
    },
    {
      title: 'groups without a user to impersonate',
      config: { user: { token: 't', 'as-groups': ['g'] } },
      code: 'CONFIG_INVALID',
    },
    { title: '--as-uid without --as', config: {}, flags: { 'as-uid': '1' }, code: 'CONFIG_INVALID' },
    {
      title: 'a plugin without a command',
      config: { user: { exec: { ...exec, command: '' } } },
      code: 'CONFIG_INVALID',
    },
    {
      title: 'a plugin without an apiVersion',
      config: { user: { exec: { ...exec, apiVersion: '' } } },
      code: 'CONFIG_INVALID',
    },
    {
      title: 'a plugin without interactiveMode',
      config: { user: { exec: { ...exec, interactiveMode: '' } } },
      code: 'CONFIG_INVALID',
    },
    {
      title: 'a plugin with an unknown interactiveMode',
      config: { user: { exec: { ...exec, interactiveMode: 'Often' } } },
      code: 'CONFIG_INVALID',
    },
    {
      title: 'a plugin with a nameless variable',
      config: { user: { exec: { ...exec, env: [{ value: 'x' }] } } },
      code: 'CONFIG_INVALID',
    },
    {
      title: 'a plugin and an auth-provider',
      config: { user: { exec, 'auth-provider': { name: 'oidc', config: {} } } },
      code: 'CONFIG_INVALID',
    },
    {
      title: 'a proxy of a kind nobody speaks',
      config: { cluster: { ...HTTPS, 'proxy-url': 'ftp://x' } },
      code: 'CONFIG_INVALID',
    },
    {
      title: 'an address with a path and no scheme',
      config: { cluster: { server: 'host:1/path' } },
      code: 'CONFIG_INVALID',
    },
    { title: 'a user without credentials', config: { user: {} }, code: 'CREDENTIALS_MISSING' },
    { title: 'a user that is not there', config: { context: { user: 'nobody' } }, code: 'CREDENTIALS_MISSING' },
    { title: 'a token file that is missing', config: { user: { tokenFile: NOWHERE } }, code: 'CREDENTIALS_UNREADABLE' },
    { title: 'a timeout that is none', config: {}, flags: { 'request-timeout': 'soon' }, code: 'FLAG_INVALID' },
    { title: 'a timeout with a space', config: {}, flags: { 'request-timeout': '1 s' }, code: 'FLAG_INVALID' },
  ]

  test.for(cases)('are refused: $title', ({ config, flags, code }) => {
    using home = makeHome()
    home.write('.kube/config', kubeconfigOf({ cluster: HTTPS, user: { token: 't' }, ...config }))
    expect(codeOf(() => load(home, flags))).toBe(`KAE_KUBE_${code}`)
  })

  test.skipIf(kubectlPath === undefined).for(cases)(
    `are refused by kubectl too: $title${withoutKubectl}`,
    async ({ config, flags = {} }) => {
      using home = makeHome()
      home.write('.kube/config', kubeconfigOf({ cluster: HTTPS, user: { token: 't' }, ...config }))
      const args = Object.entries(flags).map(([name, value]) => `--${name}=${String(value)}`)
      const run = await kubectl(['get', '--raw', '/api', ...args], home.env)
      expect(run.code).toBe(1)
      // It never came to a connection: port 1 would have refused it.
      expect(run.stderr).not.toContain('refused')
    },
  )

  test('name a legacy auth-provider and what takes its place', () => {
    using home = makeHome()
    home.write('.kube/config', kubeconfigOf({ cluster: HTTPS, user: { 'auth-provider': { name: 'gcp' } } }))
    expect(() => load(home)).toThrow(
      expect.objectContaining({
        code: 'KAE_KUBE_AUTH_PROVIDER_UNSUPPORTED',
        next: expect.stringContaining('gke-gcloud-auth-plugin'),
      }),
    )
  })
})

describe('a server over http', () => {
  test.for(['http://127.0.0.1:8001', '127.0.0.1:8001', 'localhost:8001'])('%s gets no credentials at all', (server) => {
    using home = makeHome()
    const user = { token: 't', 'client-certificate-data': base64('x'), 'client-key-data': base64('x') }
    home.write('.kube/config', kubeconfigOf({ cluster: { server }, user }))
    const resolved = load(home)
    expect(resolved.server.protocol).toBe('http:')
    expect(resolved.identity).toEqual({ certificate: undefined, authorization: { kind: 'none' } })
    expect(resolved.tls).toBeUndefined()
  })
})

describe('the namespace', () => {
  const withContext = (home: Home, context: object): void => {
    home.write('.kube/config', kubeconfigOf({ cluster: HTTPS, user: { token: 't' }, context }))
  }

  test('comes from the flag, then the context, then is default', () => {
    using home = makeHome()
    withContext(home, { namespace: 'from-context' })
    expect(load(home, { namespace: 'from-flag' })).toMatchObject({ namespace: 'from-flag', namespaceFrom: 'flag' })
    expect(load(home)).toMatchObject({ namespace: 'from-context', namespaceFrom: 'context' })
    withContext(home, {})
    expect(load(home)).toMatchObject({ namespace: 'default', namespaceFrom: 'default' })
  })

  test("in a pod falls back to the pod's own, with a kubeconfig too", () => {
    using home = makeHome()
    withContext(home, {})
    home.write('sa/token', 'sa')
    home.write('sa/namespace', ' team-a\n')
    const pod = { KUBERNETES_SERVICE_HOST: '10.0.0.1', KUBERNETES_SERVICE_PORT: '443' }
    expect(load(home, {}, pod)).toMatchObject({ namespace: 'team-a', namespaceFrom: 'in-cluster' })
    expect(load(home, {}, { ...pod, POD_NAMESPACE: 'team-b' }).namespace).toBe('team-b')
    withContext(home, { namespace: 'default' })
    expect(load(home, {}, pod)).toMatchObject({ namespace: 'default', namespaceFrom: 'context' })
  })
})

describe('without any kubeconfig', () => {
  const pod = { KUBERNETES_SERVICE_HOST: 'fd00::1', KUBERNETES_SERVICE_PORT: '443' }
  const inPod = (): Home => {
    const home = makeHome()
    home.write('sa/token', 'sa-token\n')
    home.write('sa/ca.crt', 'PEM')
    return home
  }

  test('a pod connects as its service account', () => {
    using home = inPod()
    const resolved = load(home, {}, pod)
    expect(resolved.origin).toEqual({ kind: 'in-cluster' })
    expect(resolved.server.href).toBe('https://[fd00::1]/')
    expect(resolved.identity.authorization).toMatchObject({ kind: 'token-file', path: `${home.path}/sa/token` })
    expect(resolved.tls?.ca?.toString()).toBe('PEM')
  })

  test('--token beats the service account, and --as or --request-timeout alone turn it off, as in kubectl', () => {
    using home = inPod()
    expect(load(home, { token: 'mine' }, pod).identity.authorization).toEqual({ kind: 'token', token: 'mine' })
    expect(load(home, { as: 'x' }, pod).origin.kind).toBe('default')
    expect(load(home, { 'request-timeout': '3s' }, pod).origin.kind).toBe('default')
    expect(load(home, { server: 'https://elsewhere', token: 't' }, pod).origin.kind).toBe('kubeconfig')
  })

  test('and outside a cluster it is localhost:8080, or KUBERNETES_MASTER', () => {
    using home = makeHome()
    const looked = [`${home.path}/.kube/config`]
    expect(load(home)).toMatchObject({ origin: { kind: 'default', looked } })
    expect(load(home).server.href).toBe('http://localhost:8080/')
    expect(load(home, {}, { KUBERNETES_MASTER: 'http://m:1' }).server.href).toBe('http://m:1/')
  })
})

describe('--request-timeout', () => {
  test.for([
    ['0', 0],
    ['', 0],
    ['30', 30_000],
    ['1m30s', 90_000],
    ['1.5h', 5_400_000],
    ['250ms', 250],
    ['-5s', 0],
  ] as const)('%s is %i ms', ([text, ms]) => {
    using home = makeHome()
    home.write('.kube/config', kubeconfigOf({ cluster: HTTPS, user: { token: 't' } }))
    expect(load(home, { 'request-timeout': text }).requestTimeoutMs).toBe(ms)
  })
})
