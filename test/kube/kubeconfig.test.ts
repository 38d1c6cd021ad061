import { describe, expect, test } from 'vitest'
import { readKubeconfigFiles } from '../../src/kube/files.ts'
import type { ConnectionFlags } from '../../src/kube/flags.ts'
import { mergeKubeconfigs } from '../../src/kube/kubeconfig.ts'
import { type Selection, selectContext } from '../../src/kube/selection.ts'
import { base64, type Home, makeHome } from './rig/home.ts'
import { kubectl, kubectlPath, withoutKubectl } from './rig/kubectl.ts'

interface Case {
  readonly title: string
  readonly files: Record<string, string>
  /** Relative to the home folder; joined with `:`. */
  readonly KUBECONFIG?: readonly string[]
  readonly flags?: ConnectionFlags
}

const HEAD = 'apiVersion: v1\nkind: Config\n'
const BASIC = `${HEAD}current-context: c
contexts: [{name: c, context: {cluster: k, user: u, namespace: from-basic}}, {name: d, context: {cluster: k2, user: u2}}]
clusters: [{name: k, cluster: {server: "https://k:1"}}, {name: k2, cluster: {server: "https://k2:2"}}]
users: [{name: u, user: {token: basic}}, {name: u2, user: {username: x1, password: y1}}]
`
const OTHER = `${HEAD}current-context: e
contexts: [{name: e, context: {cluster: k, user: v}}, {name: c, context: {cluster: other, user: v}}]
clusters: [{name: k, cluster: {server: "https://other:1", tls-server-name: n1}}, {name: other, cluster: {server: "https://o"}}]
users: [{name: v, user: {token: other}}, {name: u, user: {token: never}}]
`

/** A user's fields in the middle of an otherwise plain file. */
const withUser = (user: string, more = ''): Record<string, string> => ({
  '.kube/config': `${HEAD}current-context: c
contexts: [{name: c, context: {cluster: k, user: u}}]
clusters: [{name: k, cluster: {server: "https://k:1"}}]
users:
- name: u
  user: ${user}
${more}`,
})

const withCluster = (cluster: string): Record<string, string> => ({
  '.kube/config': `${HEAD}current-context: c
contexts: [{name: c, context: {cluster: k, user: u}}]
users: [{name: u, user: {token: t}}]
clusters:
- name: k
  cluster: ${cluster}
`,
})

const EXEC = 'apiVersion: client.authentication.k8s.io'

const cases: readonly Case[] = [
  { title: 'one file', files: { '.kube/config': BASIC } },
  { title: '--context', files: { '.kube/config': BASIC }, flags: { context: 'd' } },
  { title: 'two files, the first wins', files: { a: BASIC, b: OTHER }, KUBECONFIG: ['a', 'b'] },
  { title: 'two files, the other way round', files: { a: BASIC, b: OTHER }, KUBECONFIG: ['b', 'a'] },
  {
    title: 'a context of the second file',
    files: { a: BASIC, b: OTHER },
    KUBECONFIG: ['a', 'b'],
    flags: { context: 'e' },
  },
  { title: 'a missing file among others', files: { a: BASIC }, KUBECONFIG: ['nowhere', 'a'] },
  {
    title: 'empty elements and the same file twice',
    files: { a: BASIC, b: OTHER },
    KUBECONFIG: ['', 'b', 'b', 'a', ''],
  },
  { title: 'an empty file before a full one', files: { a: '', b: BASIC }, KUBECONFIG: ['a', 'b'] },
  {
    title: 'the current context in one file, its parts in another',
    files: { a: 'current-context: d\n', b: BASIC },
    KUBECONFIG: ['a', 'b'],
  },
  {
    title: 'an empty current context in the first file',
    files: { a: 'current-context: ""\n', b: BASIC },
    KUBECONFIG: ['a', 'b'],
  },
  {
    title: 'JSON',
    files: {
      '.kube/config': JSON.stringify(
        JSON.parse(
          '{"kind":"Config","apiVersion":"v1","current-context":"c","contexts":[{"name":"c","context":{"cluster":"k","user":"u"}}],"clusters":[{"name":"k","cluster":{"server":"https://x"}}],"users":[{"name":"u","user":{"token":"t"}}]}',
        ),
        null,
        '\t',
      ),
    },
  },
  { title: 'a second document, which does not count', files: { '.kube/config': `${BASIC}---\nfoo: bar\n` } },
  { title: 'no kind and no version', files: { '.kube/config': BASIC.replace(HEAD, '') } },
  { title: 'unknown fields', files: withUser('{token: t, colour: red}', 'preferences: {}\nzzz: 1\n') },
  { title: 'fields in the wrong case, which are unknown', files: withUser('{Token: t, tokenfile: x}') },
  { title: 'null for a user', files: withUser('null') },
  { title: 'empty strings, which are absent', files: withUser('{token: "", as: "", as-groups: []}') },
  { title: 'YAML 1.1 booleans', files: withCluster('{server: "https://k", insecure-skip-tls-verify: yes}') },
  { title: 'a namespace that looks like a date', files: { '.kube/config': BASIC.replace('from-basic', '2001-01-01') } },
  { title: 'a key given twice, the last counts', files: withUser('{token: one, token: two}') },
  { title: 'anchors and merge keys', files: withUser('{<<: &x {token: t}, as: y1}') },
  { title: 'a user without a name', files: withUser('{token: t}', '- user: {token: q}\n') },
  {
    title: 'data with line ends in it',
    files: withUser(
      `{client-certificate-data: "${base64('abcdef').slice(0, 4)}\\n${base64('abcdef').slice(4)}", client-key-data: aGk=}`,
    ),
  },
  {
    title: 'proxy-url and disable-compression',
    files: withCluster('{server: "https://k", proxy-url: "http://p:1", disable-compression: true}'),
  },
  {
    title: 'impersonation',
    files: withUser('{token: t, as: a, as-uid: b, as-groups: [c, ""], as-user-extra: {k: [v, w]}}'),
  },
  { title: 'a v1beta1 plugin without interactiveMode', files: withUser(`{exec: {command: plug, ${EXEC}/v1beta1}}`) },
  { title: 'a v1 plugin without interactiveMode', files: withUser(`{exec: {command: plug, ${EXEC}/v1}}`) },
  {
    title: '--kubeconfig instead of KUBECONFIG',
    files: { a: BASIC, b: OTHER },
    KUBECONFIG: ['a'],
    flags: { kubeconfig: 'b' },
  },
]

const refusals: readonly Case[] = [
  { title: 'a number for a token', files: withUser('{token: 123}') },
  { title: 'yes for a token', files: withUser('{token: yes}') },
  { title: 'a string for as-groups', files: withUser('{as-groups: x}') },
  { title: 'what is not base64', files: withUser('{client-certificate-data: "!!!"}') },
  { title: 'another kind', files: { '.kube/config': 'kind: Pod\napiVersion: v1\n' } },
  { title: 'another version', files: { '.kube/config': 'kind: Config\napiVersion: v2\n' } },
  { title: 'a list', files: { '.kube/config': '- a\n' } },
  { title: 'a plain word', files: { '.kube/config': 'hello\n' } },
  { title: 'broken YAML', files: { '.kube/config': 'a: [1\nb: }\n' } },
  { title: 'a name given twice', files: withUser('{token: t}', '- name: u\n  user: {token: z}\n') },
  { title: 'a broken second file', files: { a: BASIC, b: 'a: [1\nb: }\n' }, KUBECONFIG: ['a', 'b'] },
  { title: 'a --kubeconfig that is not there', files: { '.kube/config': BASIC }, flags: { kubeconfig: 'nowhere' } },
  { title: 'a --context that is not there', files: { '.kube/config': BASIC }, flags: { context: 'nowhere' } },
  { title: 'a current context that is not there', files: { '.kube/config': 'current-context: x\n' } },
]

const environmentOf = (home: Home, { files, KUBECONFIG }: Case): NodeJS.ProcessEnv => {
  for (const [name, content] of Object.entries(files)) home.write(name, content)
  if (KUBECONFIG === undefined) return home.env
  return { ...home.env, KUBECONFIG: KUBECONFIG.map((name) => (name === '' ? '' : `${home.path}/${name}`)).join(':') }
}

const flagsOf = (home: Home, { flags = {} }: Case): ConnectionFlags =>
  flags.kubeconfig === undefined ? flags : { ...flags, kubeconfig: `${home.path}/${flags.kubeconfig}` }

const argsOf = (flags: ConnectionFlags): string[] =>
  Object.entries(flags).map(([name, value]) => `--${name}=${String(value)}`)

const ours = (flags: ConnectionFlags, env: NodeJS.ProcessEnv): Selection =>
  selectContext(mergeKubeconfigs(readKubeconfigFiles(flags, env).found), flags)

interface View {
  readonly clusters: readonly { name: string; cluster: Record<string, unknown> }[]
  readonly users: readonly { name: string; user: Record<string, unknown> | null }[] | null
  readonly contexts: readonly { name: string; context: Record<string, unknown> }[]
  readonly 'current-context': string
}

/** Go prints empty lists of `exec` as null and always prints provideClusterInfo. */
function withoutEmpty(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutEmpty)
  if (typeof value !== 'object' || value === null) return value
  const kept = Object.entries(value).filter(([, entry]) => entry !== null && entry !== false)
  return Object.fromEntries(kept.map(([name, entry]) => [name, withoutEmpty(entry)]))
}

describe.skipIf(kubectlPath === undefined)(`what kubectl makes of kubeconfig files${withoutKubectl}`, () => {
  test.for(cases)('is what we make of $title', async (given) => {
    using home = makeHome()
    const env = environmentOf(home, given)
    const flags = flagsOf(home, given)
    const run = await kubectl(['config', 'view', '--minify', '--raw', '-o', 'json', ...argsOf(flags)], env)
    expect(run.stderr).toBe('')
    const view = JSON.parse(run.stdout) as View
    const selection = ours(flags, env)
    expect(selection.contextName).toBe(view['current-context'])
    expect(selection.cluster).toEqual(withoutEmpty(view.clusters[0]?.cluster))
    expect(selection.user).toEqual(withoutEmpty(view.users?.[0]?.user ?? {}))
    expect(selection.clusterName).toBe(view.clusters[0]?.name)
    expect(selection.namespace).toBe(view.contexts[0]?.context.namespace)
  })

  test.for(refusals)('is refused by both: $title', async (given) => {
    using home = makeHome()
    const env = environmentOf(home, given)
    const flags = flagsOf(home, given)
    const run = await kubectl(['config', 'view', '--minify', '--raw', '-o', 'json', ...argsOf(flags)], env)
    expect(run.code).toBe(1)
    expect(() => ours(flags, env)).toThrow(expect.objectContaining({ name: 'Fault' }))
  })
})

describe('paths in a kubeconfig', () => {
  const user = (fields: string): string => `${HEAD}users: [{name: u, user: {${fields}}}]\n`
  const merged = (text: string) => mergeKubeconfigs([{ path: '/home/me/deep/config', text }])
  const command = (path: string): string | undefined =>
    merged(user(`exec: {command: "${path}", ${EXEC}/v1}`)).users.get('u')?.exec?.command

  test('are relative to the folder of their own file', () => {
    const text = `${HEAD}clusters: [{name: k, cluster: {certificate-authority: ca/x.crt}}]
users: [{name: u, user: {client-certificate: ./c, client-key: ../k, tokenFile: /abs/tok}}]\n`
    const { clusters, users } = merged(text)
    expect(clusters.get('k')).toEqual({ 'certificate-authority': '/home/me/deep/ca/x.crt' })
    expect(users.get('u')).toEqual({
      'client-certificate': '/home/me/deep/c',
      'client-key': '/home/me/k',
      tokenFile: '/abs/tok',
    })
  })

  test('make a plugin command with a slash a file, and leave one without to PATH', () => {
    expect(command('./bin/plug')).toBe('/home/me/deep/bin/plug')
    expect(command('bin/plug')).toBe('/home/me/deep/bin/plug')
    expect(command('/bin/plug')).toBe('/bin/plug')
    expect(command('plug')).toBe('plug')
  })
})

describe('a malformed kubeconfig', () => {
  const refusal = (text: string): unknown => {
    try {
      return mergeKubeconfigs([{ path: '/home/me/config', text }])
    } catch (error) {
      return error
    }
  }

  test('is named with its line', () => {
    expect(refusal('a: 1\nb: [1\nc: }\n')).toMatchObject({
      code: 'KAE_KUBE_CONFIG_MALFORMED',
      detail: expect.stringMatching(/^\/home\/me\/config, line 3: /),
    })
  })

  test('is named with the field that has the wrong type, and never with its value', () => {
    const error = refusal('users: [{name: u, user: {token: 271828}}]') as Error
    expect(error).toMatchObject({
      code: 'KAE_KUBE_CONFIG_MALFORMED',
      detail: '/home/me/config: users[0].user.token: expected a string (quote it), found a number',
    })
    expect(error.message).not.toContain('271828')
  })

  test('does not show the line itself, which may hold a secret', () => {
    expect((refusal('users: [{name: u, user: {token: "s3cret"\n]}') as Error).message).not.toContain('s3cret')
  })

  test('with an unknown context names the contexts there are', () => {
    const config = mergeKubeconfigs([{ path: '/a', text: BASIC }])
    expect(() => selectContext(config, { context: 'x' })).toThrow(
      expect.objectContaining({ code: 'KAE_KUBE_CONTEXT_UNKNOWN', detail: '"x"; it has c, d' }),
    )
    expect(() => selectContext(config, { user: 'x' })).toThrow(
      expect.objectContaining({ code: 'KAE_KUBE_USER_UNKNOWN', detail: '"x"; it has u, u2' }),
    )
    expect(() => selectContext(config, { cluster: 'x' })).toThrow(
      expect.objectContaining({ code: 'KAE_KUBE_CLUSTER_UNKNOWN', detail: '"x"; it has k, k2' }),
    )
  })
})
