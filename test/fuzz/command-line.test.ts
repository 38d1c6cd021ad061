import fc from 'fast-check'
import { expect, test } from 'vitest'
import { parseKubeconfig } from '../../src/kube/kubeconfig.ts'
import { loadKuberc } from '../../src/kube/kuberc.ts'
import { loadConnection } from '../../src/kube/load.ts'
import { parseYaml } from '../../src/kube/yaml.ts'
import { EXEC_FLAGS } from '../../src/launch/exec-flags.ts'
import { parseExecOrHelp } from '../../src/launch/parse-exec.ts'
import { parseFlags } from '../../src/launch/pflag.ts'
import { base64, kubeconfigOf, makeHome } from '../kube/rig/home.ts'
import { damaged, jsonText } from './inputs.ts'
import { faultOr, holds } from './runs.ts'

const CONFIG = kubeconfigOf({
  cluster: {
    server: 'https://127.0.0.1:6443/x',
    'certificate-authority-data': base64('ca'),
    'tls-server-name': 'x',
    'proxy-url': 'http://p:1',
    extensions: [{ name: 'a', extension: {} }],
  },
  user: {
    token: 't',
    as: 'bob',
    'as-groups': ['g'],
    'as-user-extra': { k: ['v'] },
    exec: {
      command: './x',
      apiVersion: 'client.authentication.k8s.io/v1',
      interactiveMode: 'Never',
      env: [{ name: 'A', value: 'b' }],
    },
  },
  context: { namespace: 'prod' },
})
const YAML = `apiVersion: v1
kind: Config
current-context: c
clusters:
- name: k
  cluster: &k {server: "https://127.0.0.1:1", insecure-skip-tls-verify: yes}
users:
- name: u
  user: {token: !!str 12, client-key-data: >-
    YQ==}
contexts:
- {name: c, context: {cluster: k, user: u, <<: {namespace: n}}}
`
const KUBERC = {
  apiVersion: 'kubectl.config.k8s.io/v1beta1',
  kind: 'Preference',
  credentialPluginPolicy: 'Allowlist',
  credentialPluginAllowlist: [{ command: '/bin/x' }],
  defaults: [{ command: 'exec', options: [{ name: 'stdin', default: 'true' }] }],
}
const yaml = damaged(fc.constant(Buffer.from(YAML))).map((text) => text.toString())

test('kubeconfigs: read, or a fault that names the file', () => {
  holds(fc.oneof(jsonText(CONFIG), yaml, fc.string()), (text) => {
    const read = faultOr(() => parseKubeconfig({ path: '/home/a/config', text }))
    if ('code' in read) expect(read.code).toMatch(/^KAE_KUBE_/)
    else expect([...read.clusters.keys()].every((name) => typeof name === 'string')).toBe(true)
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined()
  })
})

test('connections of any kubeconfig: resolved, or a fault, and never with a token for plain http', () => {
  using home = makeHome()
  holds(fc.oneof(jsonText(CONFIG), yaml), (text) => {
    const kubeconfig = home.write('config', text)
    const found = faultOr(() => loadConnection({ kubeconfig }, { env: home.env, serviceAccountDir: home.path }))
    if ('server' in found && found.server.protocol === 'http:')
      expect(found.identity.authorization).toEqual({ kind: 'none' })
  })
})

test('a YAML text: documents, or a reason', () => {
  holds(fc.oneof(fc.string(), yaml), (text) => {
    const parsed = parseYaml(text)
    if (!parsed.ok) expect(parsed.reason).toEqual(expect.any(String))
  })
})

test('kuberc: read, or a fault, and a policy that was misspelt is never "allow"', () => {
  using home = makeHome()
  holds(jsonText(KUBERC), (text) => {
    const kuberc = home.write('kuberc', text)
    const found = faultOr(() => loadKuberc(home.env, kuberc))
    if ('code' in found || found.policy.kind !== 'allow-all') return
    const documents = parseYaml(text)
    const policies = documents.ok
      ? documents.documents.map(
          (document) => (document as { credentialPluginPolicy?: unknown } | null)?.credentialPluginPolicy ?? '',
        )
      : []
    // An empty file says nothing, and so allows.
    expect(policies.length === 0 || policies.some((policy) => policy === '' || policy === 'AllowAll')).toBe(true)
  })
})

const flag = fc.constantFrom(...Object.keys(EXEC_FLAGS))
const word = fc.oneof(
  fc.constantFrom(
    '--',
    '-',
    '---',
    '--=',
    '-=',
    '-it',
    '-c',
    '-c=',
    '-ic',
    '--stdin',
    '--stdin=x',
    '--__proto__',
    '--toString=1',
    '-h',
    '--help',
    'web-0',
    '',
  ),
  flag.map((name) => `--${name}`),
  fc.tuple(flag, fc.string()).map(([name, value]) => `--${name}=${value}`),
  fc.string().map((text) => `-${text}`),
  fc.string({ unit: 'grapheme' }),
)

test('arguments: words and flags are all there, or a fault', () => {
  holds(fc.array(word, { maxLength: 8 }), (argv) => {
    const parsed = faultOr(() => parseFlags(argv, EXEC_FLAGS))
    if ('code' in parsed) return expect(parsed.code).toMatch(/^KAE_FLAG/)
    expect(parsed.words.every((text) => argv.includes(text))).toBe(true)
    const dashes = argv.indexOf('--')
    if (parsed.wordsBeforeDashes !== undefined) {
      expect(dashes).toBeGreaterThanOrEqual(0)
      const command = parsed.words.slice(parsed.wordsBeforeDashes)
      expect(argv.slice(argv.length - command.length)).toEqual(command)
    }
    faultOr(() => parseExecOrHelp(argv, {}))
  })
})

test('arguments behind the dashes are the command, word by word, whatever they are', () => {
  holds(fc.array(word), (command) => {
    const parsed = parseExecOrHelp(['-it', 'web-0', '--', ...command], {})
    expect(parsed).toMatchObject({ kind: 'exec', invocation: { resource: 'web-0', command, stdin: true, tty: true } })
  })
})

test('flags written out are read back as they were', () => {
  const texts = Object.keys(EXEC_FLAGS).filter((name) => EXEC_FLAGS[name]?.type === 'string')
  holds(fc.dictionary(fc.constantFrom(...texts), fc.string({ unit: 'grapheme' })), (values) => {
    const argv = Object.entries(values).flatMap(([name, value], index) =>
      index % 2 === 0 ? [`--${name}=${value}`] : [`--${name}`, value],
    )
    expect(Object.fromEntries(parseFlags(argv, EXEC_FLAGS).values)).toEqual({ ...values })
  })
})
