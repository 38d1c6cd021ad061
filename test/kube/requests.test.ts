import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openConnection } from '../../src/kube/connection.ts'
import type { ConnectionFlags } from '../../src/kube/flags.ts'
import { loadConnection } from '../../src/kube/load.ts'
import type { KeyPair } from './rig/certificates.ts'
import { base64, type ConfigParts, kubeconfigOf, makeHome } from './rig/home.ts'
import { kubectl, kubectlPath, withoutKubectl } from './rig/kubectl.ts'
import { type RecordingServer, type Seen, startRecordingServer } from './rig/recording-server.ts'

const PATH = '/api/v1/namespaces/default/pods/web-0'

let server: RecordingServer
let alice: KeyPair

beforeAll(async () => {
  server = await startRecordingServer()
  alice = await server.authority.issue('CN=alice')
})

afterAll(() => server[Symbol.asyncDispose]())

interface Case {
  readonly title: string
  /** Called when the server is there. `ca` is already in the cluster. */
  readonly config: () => ConfigParts
  readonly flags?: ConnectionFlags
  readonly files?: () => Record<string, string>
}

const trusted = (more: object = {}): object => ({
  server: server.url,
  'certificate-authority-data': base64(server.authority.cert),
  ...more,
})

const cases: readonly Case[] = [
  {
    title: '--cluster and --user instead of those of the context',
    config: () => ({
      cluster: { server: 'https://127.0.0.1:1' },
      user: { token: 'wrong' },
      more: { clusters: [{ name: 'k2', cluster: trusted() }], users: [{ name: 'u2', user: { token: 'right' } }] },
    }),
    flags: { cluster: 'k2', user: 'u2' },
  },
  { title: 'a token', config: () => ({ cluster: trusted(), user: { token: 'tok' } }) },
  { title: 'a token with spaces around it', config: () => ({ cluster: trusted(), user: { token: ' tok ' } }) },
  {
    title: 'a token file',
    config: () => ({ cluster: trusted(), user: { tokenFile: 'token' } }),
    files: () => ({ token: ' from-file\n' }),
  },
  {
    title: 'a token file that beats a token',
    config: () => ({ cluster: trusted(), user: { token: 'tok', tokenFile: 'token' } }),
    files: () => ({ token: 'from-file' }),
  },
  {
    title: 'a token file that beats --token',
    config: () => ({ cluster: trusted(), user: { tokenFile: 'token' } }),
    flags: { token: 'from-flag' },
    files: () => ({ token: 'from-file' }),
  },
  {
    title: 'a token beside a token file that is missing',
    config: () => ({ cluster: trusted(), user: { token: 'tok', tokenFile: 'nowhere' } }),
  },
  { title: 'basic authentication', config: () => ({ cluster: trusted(), user: { username: 'bob', password: 'p:ä' } }) },
  {
    title: 'client certificate data',
    config: () => ({
      cluster: trusted(),
      user: { 'client-certificate-data': base64(alice.cert), 'client-key-data': base64(alice.key) },
    }),
  },
  {
    title: 'client certificate files, relative to the kubeconfig',
    config: () => ({ cluster: trusted(), user: { 'client-certificate': 'a.crt', 'client-key': './a.key' } }),
    files: () => ({ 'a.crt': alice.cert, 'a.key': alice.key }),
  },
  {
    title: 'certificate data with its key in a file, and a token as well',
    config: () => ({
      cluster: trusted(),
      user: { 'client-certificate-data': base64(alice.cert), 'client-key': 'a.key', token: 'tok' },
    }),
    files: () => ({ 'a.key': alice.key }),
  },
  {
    title: 'impersonation with everything, from the kubeconfig',
    config: () => ({
      cluster: trusted(),
      user: {
        token: 'tok',
        as: 'jürgen',
        'as-uid': '42',
        'as-groups': ['dev', 'ops,x'],
        'as-user-extra': { 'scopes.example.com/a b%': ['one', 'two'], Plain: ['x'] },
      },
    }),
  },
  {
    title: 'impersonation by flags over the kubeconfig',
    config: () => ({ cluster: trusted(), user: { token: 'tok', as: 'x', 'as-groups': ['dev'] } }),
    flags: { as: 'carol', 'as-group': ['a', 'b'], 'as-uid': '7', 'as-user-extra': ['k=v=1', 'k=w', 'without'] },
  },
  {
    title: 'a server with a path',
    config: () => ({ cluster: trusted({ server: `${server.url}/k8s/clusters/c-1/` }), user: { token: 'tok' } }),
  },
  {
    title: 'a server with a query and a fragment',
    config: () => ({ cluster: trusted({ server: `${server.url}/p?a=b#c` }), user: { token: 'tok' } }),
  },
  {
    title: 'a server by name, which is sent as SNI',
    config: () => ({ cluster: trusted({ server: `https://localhost:${server.port}` }), user: { token: 'tok' } }),
  },
  {
    title: 'tls-server-name',
    config: () => ({ cluster: trusted({ 'tls-server-name': 'api.test' }), user: { token: 'tok' } }),
  },
  {
    title: '--server, which clears tls-server-name',
    config: () => ({
      cluster: trusted({ server: 'https://127.0.0.1:1', 'tls-server-name': 'wrong.test' }),
      user: { token: 'tok' },
    }),
    flags: { server: 'SERVER' },
  },
  {
    title: 'insecure-skip-tls-verify',
    config: () => ({ cluster: { server: server.url, 'insecure-skip-tls-verify': true }, user: { token: 'tok' } }),
  },
  {
    title: '--insecure-skip-tls-verify over an authority',
    config: () => ({ cluster: trusted({ 'certificate-authority-data': base64(alice.cert) }), user: { token: 'tok' } }),
    flags: { 'insecure-skip-tls-verify': true },
  },
  {
    title: '--certificate-authority over insecure',
    config: () => ({ cluster: { server: server.url, 'insecure-skip-tls-verify': true }, user: { token: 'tok' } }),
    flags: { 'certificate-authority': 'FILE:ca.crt' },
    files: () => ({ 'ca.crt': server.authority.cert }),
  },
  {
    title: '--client-certificate over certificate data',
    config: () => ({
      cluster: trusted(),
      user: { 'client-certificate-data': base64('junk'), 'client-key-data': base64('junk') },
    }),
    flags: { 'client-certificate': 'FILE:a.crt', 'client-key': 'FILE:a.key' },
    files: () => ({ 'a.crt': alice.cert, 'a.key': alice.key }),
  },
  {
    title: 'an exec plugin that is not asked because there is a token',
    config: () => ({
      cluster: trusted(),
      user: { exec: { apiVersion: 'client.authentication.k8s.io/v1', command: 'nowhere', interactiveMode: 'Never' } },
    }),
    flags: { token: 'tok' },
  },
]

/** Both programs get the same flags; placeholders stand for what only the running test knows. */
const fill = (flags: ConnectionFlags, home: string): ConnectionFlags =>
  Object.fromEntries(
    Object.entries(flags).map(([name, value]) => {
      if (value === 'SERVER') return [name, server.url]
      if (typeof value === 'string' && value.startsWith('FILE:')) return [name, `${home}/${value.slice(5)}`]
      return [name, value]
    }),
  )

const argsOf = (flags: ConnectionFlags): string[] =>
  Object.entries(flags).flatMap(([name, value]) => [value].flat().map((entry) => `--${name}=${String(entry)}`))

describe.skipIf(kubectlPath === undefined)(`the request that kubectl sends${withoutKubectl}`, () => {
  test.for(cases)('is the one that we send with $title', async ({ config, flags = {}, files = () => ({}) }) => {
    using home = makeHome()
    home.write('.kube/config', kubeconfigOf(config()))
    for (const [name, content] of Object.entries<string>(files())) {
      home.write(`.kube/${name}`, content)
      home.write(name, content)
    }
    const given = fill(flags, home.path)

    server.seen.length = 0
    const run = await kubectl(['get', '--raw', PATH, ...argsOf(given)], home.env)
    expect(run.stderr).toBe('')
    const theirs: readonly Seen[] = server.seen.splice(0)

    const connection = openConnection(loadConnection(given, { env: home.env }))
    await connection.getJson(PATH)
    connection.close()
    expect(theirs).toHaveLength(1)
    expect(server.seen).toEqual(theirs)
  })
})
