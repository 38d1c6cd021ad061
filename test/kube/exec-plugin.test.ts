import { readFileSync } from 'node:fs'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { openConnection } from '../../src/kube/connection.ts'
import { decodeExecCredential } from '../../src/kube/exec-plugin.ts'
import { loadConnection } from '../../src/kube/load.ts'
import { base64, type Home, kubeconfigOf, makeHome } from './rig/home.ts'
import { kubectl, kubectlPath, withoutKubectl } from './rig/kubectl.ts'
import { answerJson, type RecordingServer, startRecordingServer } from './rig/recording-server.ts'

const V1 = 'client.authentication.k8s.io/v1'
const BETA = 'client.authentication.k8s.io/v1beta1'
const PATH = '/api/v1/namespaces/default/pods/web-0'

let server: RecordingServer
let home: Home
let accepted: string | undefined

beforeEach(async () => {
  accepted = undefined
  home = makeHome()
  server = await startRecordingServer((request, response) => {
    const wrong = accepted !== undefined && request.headers.authorization !== `Bearer ${accepted}`
    const status = { kind: 'Status', apiVersion: 'v1', code: 401, reason: 'Unauthorized', message: 'Unauthorized' }
    answerJson(response, wrong ? 401 : 200, wrong ? status : { kind: 'Any' })
  })
})

afterEach(async () => {
  home[Symbol.dispose]()
  await server[Symbol.asyncDispose]()
})

const credential = (status: object, apiVersion = V1): string =>
  JSON.stringify({ kind: 'ExecCredential', apiVersion, status })

/** A plugin that appends what it was told to `seen` and answers with `status`. */
const plugin = (answer: string): string =>
  home.script(
    '.kube/plugin',
    `printf '%s|%s|%s\\n' "$(printf %s "$KUBERNETES_EXEC_INFO")" "$EXTRA" "$*" >> '${home.path}/seen'\ncat <<'END'\n${answer}\nEND`,
  )

const seen = (): string[] => readFileSync(`${home.path}/seen`, 'utf8').trim().split('\n')

const configure = (exec: object, cluster: object = {}): void => {
  const trusted = { server: server.url, 'certificate-authority-data': base64(server.authority.cert), ...cluster }
  const user = { exec: { apiVersion: V1, command: './plugin', interactiveMode: 'Never', ...exec } }
  home.write('.kube/config', kubeconfigOf({ cluster: trusted, user }))
}

const connect = (env: NodeJS.ProcessEnv = home.env) => openConnection(loadConnection({}, { env }))

async function askOnce(env?: NodeJS.ProcessEnv): Promise<void> {
  const connection = connect(env)
  try {
    await connection.getJson(PATH)
  } finally {
    connection.close()
  }
}

describe.skipIf(kubectlPath === undefined)(`a credential plugin${withoutKubectl}`, () => {
  const extension = { name: 'client.authentication.k8s.io/exec', extension: { audience: 'x', deep: [1, { a: null }] } }
  const cases: readonly { title: string; exec: object; cluster?: () => object; version?: string }[] = [
    { title: 'of v1', exec: {} },
    { title: 'of v1beta1', exec: { apiVersion: BETA, interactiveMode: undefined }, version: BETA },
    {
      title: 'with arguments and an environment',
      exec: { args: ['a b', '*'], env: [{ name: 'EXTRA', value: 'x y' }] },
    },
    { title: 'with cluster information', exec: { provideClusterInfo: true } },
    {
      title: 'with cluster information and its own configuration',
      exec: { provideClusterInfo: true },
      cluster: () => ({ extensions: [{ name: 'other', extension: {} }, extension], 'tls-server-name': 'localhost' }),
    },
    {
      title: 'with information on an insecure cluster that has a path',
      exec: { provideClusterInfo: true },
      cluster: () => ({
        server: `${server.url}/prefix?x=y`,
        'insecure-skip-tls-verify': true,
        'certificate-authority-data': '',
        'disable-compression': true,
      }),
    },
    { title: 'that wants a terminal if there is one', exec: { interactiveMode: 'IfAvailable' } },
  ]

  test.for(cases)(
    '$title is told what kubectl tells it, and its token is sent',
    async ({ exec, cluster, version = V1 }) => {
      plugin(credential({ token: 'from-plugin' }, version))
      configure(exec, cluster?.())
      const run = await kubectl(['get', '--raw', PATH], home.env)
      expect(run.stderr).toBe('')
      await askOnce()
      const [theirs = '', ours = ''] = seen()
      expect(ours).toBe(theirs)
      expect(server.seen.map(({ authorization }) => authorization)).toEqual([
        'Bearer from-plugin',
        'Bearer from-plugin',
      ])
      expect(server.seen[1]).toEqual(server.seen[0])
    },
  )

  test('gives a client certificate, which both present', async () => {
    const alice = await server.authority.issue('CN=alice')
    plugin(credential({ clientCertificateData: alice.cert, clientKeyData: alice.key }))
    configure({})
    const run = await kubectl(['get', '--raw', PATH], home.env)
    expect(run.stderr).toBe('')
    await askOnce()
    expect(server.seen.map(({ clientName }) => clientName)).toEqual(['alice', 'alice'])
  })
})

describe('credentials of a plugin', () => {
  test('are asked for once and kept while they are good', async () => {
    plugin(credential({ token: 't', expirationTimestamp: '2999-01-01T00:00:00Z' }))
    configure({})
    const connection = connect()
    await Promise.all([connection.getJson(PATH), connection.getJson(PATH), connection.warm()])
    await connection.getJson(PATH)
    connection.close()
    expect(seen()).toHaveLength(1)
  })

  test('are asked for again when they have expired', async () => {
    plugin(credential({ token: 't', expirationTimestamp: '2001-01-01T00:00:00Z' }))
    configure({})
    const connection = connect()
    await connection.getJson(PATH)
    await connection.getJson(PATH)
    connection.close()
    expect(seen()).toHaveLength(2)
  })

  test('are asked for again after a 401, once', async () => {
    accepted = 'second'
    home.script(
      '.kube/plugin',
      `echo run >> '${home.path}/seen'; [ $(wc -l < '${home.path}/seen') = 1 ] && t=first || t=second\n` +
        `echo '{"kind":"ExecCredential","apiVersion":"${V1}","status":{"token":"'$t'"}}'`,
    )
    configure({})
    await askOnce()
    expect(server.seen.map(({ authorization }) => authorization)).toEqual(['Bearer first', 'Bearer second'])
    accepted = 'third'
    await expect(askOnce()).rejects.toMatchObject({ code: 'KAE_KUBE_UNAUTHORIZED' })
    expect(seen()).toHaveLength(4)
  })

  test('that are rotated close the sockets made with the old certificate', async () => {
    const alice = await server.authority.issue('CN=alice')
    const bob = await server.authority.issue('CN=bob')
    const past = '2001-01-01T00:00:00Z'
    plugin(credential({ clientCertificateData: alice.cert, clientKeyData: alice.key, expirationTimestamp: past }))
    configure({})
    const connection = connect()
    await connection.getJson(PATH)
    plugin(credential({ clientCertificateData: bob.cert, clientKeyData: bob.key }))
    await connection.getJson(PATH)
    connection.close()
    expect(server.seen.map(({ clientName }) => clientName)).toEqual(['alice', 'bob'])
  })
})

describe('a plugin that cannot help', () => {
  const failures: readonly {
    title: string
    code: string
    exec?: object
    script?: string
    detail?: RegExp
    next?: string
  }[] = [
    { title: 'is not installed', code: 'KAE_KUBE_PLUGIN_MISSING', exec: { command: 'no-such-plugin' } },
    {
      title: 'is not installed, and its hint cannot reach the terminal as an escape sequence',
      code: 'KAE_KUBE_PLUGIN_MISSING',
      exec: { command: 'no-such-plugin', installHint: 'brew install it\n\u001b[2J' },
      next: 'brew install it\nU+001B[2J',
    },
    { title: 'fails', code: 'KAE_KUBE_PLUGIN_FAILED', script: 'exit 3', detail: /exit code 3/ },
    { title: 'prints nothing', code: 'KAE_KUBE_PLUGIN_ANSWER_INVALID', script: 'true' },
    {
      title: 'needs a terminal',
      code: 'KAE_KUBE_PLUGIN_NEEDS_TERMINAL',
      exec: { interactiveMode: 'Always' },
      script: 'true',
    },
    { title: 'has an unknown version', code: 'KAE_KUBE_CONFIG_INVALID', exec: { apiVersion: 'x/v1' }, script: 'true' },
  ]

  test.for(failures)('because it $title is a fault', async ({ code, exec = {}, script, detail, next }) => {
    if (script !== undefined) home.script('.kube/plugin', script)
    configure(exec)
    const error = await askOnce().catch((caught: unknown) => caught)
    expect(error).toMatchObject({ code, ...(next === undefined ? {} : { next }) })
    if (detail !== undefined) expect((error as Error).message).toMatch(detail)
    expect(server.seen).toEqual([])
  })

  test.for([
    ['another kind', '{"kind":"Pod"}'],
    ['another version', credential({ token: 's3cret' }, BETA)],
    ['no status', '{"kind":"ExecCredential","apiVersion":"client.authentication.k8s.io/v1"}'],
    ['an empty status', credential({})],
    ['half a key pair', credential({ clientCertificateData: 's3cret' })],
    ['a senseless expiry', credential({ token: 's3cret', expirationTimestamp: 'soon' })],
    ['no JSON', 's3cret: ['],
  ])('answers with %s and is refused without showing its answer', ([, answer = '']) => {
    const refuse = (): unknown => decodeExecCredential(answer, V1)
    expect(refuse).toThrow(expect.objectContaining({ code: 'KAE_KUBE_PLUGIN_ANSWER_INVALID' }))
    expect(refuse).not.toThrow(/s3cret/)
  })
})

describe.skipIf(kubectlPath === undefined)(`kuberc's policy on plugins${withoutKubectl}`, () => {
  const policies: readonly { title: string; kuberc: (path: string) => string; allowed: boolean }[] = [
    { title: 'AllowAll', kuberc: () => 'credentialPluginPolicy: AllowAll', allowed: true },
    { title: 'DenyAll', kuberc: () => 'credentialPluginPolicy: DenyAll', allowed: false },
    { title: 'a list with its path', kuberc: (path) => list(`command: ${path}`), allowed: true },
    { title: 'a list with its path under the old name', kuberc: (path) => list(`name: ${path}`), allowed: true },
    { title: 'a list with its name, which PATH resolves', kuberc: () => list('command: plugin'), allowed: true },
    { title: 'a list with another name', kuberc: () => list('command: other'), allowed: false },
    { title: 'a list with its name elsewhere', kuberc: () => list('command: /elsewhere/plugin'), allowed: false },
    {
      title: 'an empty list',
      kuberc: () => 'credentialPluginPolicy: Allowlist\ncredentialPluginAllowlist: []',
      allowed: false,
    },
    {
      title: 'a list without its policy',
      kuberc: () => 'credentialPluginAllowlist: [{command: plugin}]',
      allowed: false,
    },
    { title: 'a policy nobody knows', kuberc: () => 'credentialPluginPolicy: Maybe', allowed: false },
    {
      title: 'a path that is not normal',
      kuberc: (path) => list(`command: ${path.replace('/plugin', '//plugin')}`),
      allowed: false,
    },
  ]
  const list = (entry: string): string => `credentialPluginPolicy: Allowlist\ncredentialPluginAllowlist: [{${entry}}]`

  test.for(policies)('$title is kept as kubectl keeps it', async ({ kuberc, allowed }) => {
    const path = plugin(credential({ token: 't' }))
    configure({})
    home.write('.kube/kuberc', `apiVersion: kubectl.config.k8s.io/v1beta1\nkind: Preference\n${kuberc(path)}\n`)
    const env = { ...home.env, PATH: `${home.path}/.kube:${home.env.PATH}` }
    const run = await kubectl(['get', '--raw', PATH], env)
    expect(run.code === 0, run.stderr).toBe(allowed)
    const outcome = await askOnce(env).then(
      () => 'allowed',
      (error: { code: string }) => error.code,
    )
    expect(outcome).toMatch(allowed ? 'allowed' : /^KAE_KUBE_(PLUGIN_FORBIDDEN|KUBERC_INVALID)$/)
  })
})

/** Optional: machines without a prebuilt one skip what needs a terminal. */
const pty = await import('@lydell/node-pty').catch(() => undefined)

describe.skipIf(pty === undefined)(
  `a plugin on a terminal${pty === undefined ? ' (skipped: no node-pty)' : ''}`,
  () => {
    const SOURCES = new URL('../../src/kube', import.meta.url).href

    /** What a program with a terminal as stdin tells its plugin, or the code of its fault. */
    const askOn = async (interactiveMode: string, stdinFree: boolean): Promise<unknown> => {
      plugin(credential({ token: 't' }))
      configure({ interactiveMode })
      const program = home.write(
        'program.mjs',
        `import { openConnection } from '${SOURCES}/connection.ts'
import { loadConnection } from '${SOURCES}/load.ts'
const connection = openConnection(loadConnection({}, { env: process.env }), { stdinFree: () => ${stdinFree} })
await connection.getJson('${PATH}').catch((error) => console.log(error.code))
connection.close()
`,
      )
      const terminal = pty?.spawn(process.execPath, [program], { env: home.env as Record<string, string> })
      let output = ''
      terminal?.onData((data) => {
        output += data
      })
      await new Promise((resolve) => terminal?.onExit(resolve))
      const fault = /KAE_\w+/.exec(output)
      if (fault !== null) return fault[0]
      const [info = '{}'] = seen()[0]?.split('|') ?? []
      return (JSON.parse(info) as { spec: { interactive: boolean } }).spec.interactive
    }

    test.for([
      ['IfAvailable', true, true],
      ['Always', true, true],
      ['Never', true, false],
      ['IfAvailable', false, false],
      ['Always', false, 'KAE_KUBE_PLUGIN_NEEDS_TERMINAL'],
    ] as const)('of mode %s, with stdin free: %s, may ask: %s', async ([mode, free, expected]) => {
      expect(await askOn(mode, free)).toBe(expected)
    })
  },
)
