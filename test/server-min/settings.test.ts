import { describe, expect, test } from 'vitest'
import { FLAGS, type FlagName, parseFlags } from '../../server-min/flags.ts'
import { serveOptions } from '../../server-min/settings.ts'

const NEEDED = ['--log-dir', 'l', '--tls-cert-file', 'c', '--tls-key-file', 'k']

function options(argv: readonly string[] = [], env: NodeJS.ProcessEnv = {}) {
  const parsed = parseFlags([...NEEDED, ...argv], env)
  if (parsed.type !== 'run') throw new Error(parsed.type)
  return serveOptions(parsed.values)
}

test('without more than it needs the server is strict, and records all', () => {
  expect(options()).toMatchObject({
    log: { folder: 'l' },
    serving: { certFile: 'c', keyFile: 'k' },
    policy: { capture: 'client', record: 'InputOutput', durability: 'Strict' },
    bypass: { users: [] },
    requestHeader: {},
  })
})

describe('a number', () => {
  test.each<[FlagName, number, number]>([
    ['port', 0, 65_535],
    ['metrics-port', 0, 65_535],
    ['window-bytes', 64 * 1024, 64 * 1024 * 1024],
    ['resume-seconds', 1, 3600],
    ['drain-seconds', 1, 3600],
    ['request-seconds', 1, 600],
    ['streams-per-user', 1, 12_000],
    ['reads-per-user', 1, 10_000],
    ['reads', 1, 10_000],
  ])('--%s is from %d to %d, and nothing beside', (name, least, most) => {
    for (const value of [least, most]) expect(() => options([`--${name}=${value}`])).not.toThrow()
    for (const value of [least - 1, most + 1, '', ' 5', '5.0', '0x5', 'many'])
      expect(() => options([`--${name}=${value}`]), String(value)).toThrow(
        expect.objectContaining({ code: 'KAE_SERVER_USAGE', detail: expect.stringContaining(`--${name}`) }),
      )
  })

  test('of seconds is told in milliseconds', () => {
    expect(options(['--resume-seconds=2', '--drain-seconds=3', '--request-seconds=4'])).toMatchObject({
      resumeMs: 2000,
      drainMs: 3000,
      requestMs: 4000,
    })
  })
})

describe('who vouches for the X-Remote-* headers', () => {
  test('is asked of the cluster of the kubeconfig, or of the pod’s own', () => {
    expect(options(['--kubeconfig', 'f'])).toMatchObject({ requestHeader: { kubeconfig: 'f' }, kubeconfig: 'f' })
    expect(options().requestHeader).toEqual({})
  })

  test('stands in files where they are named, with nothing of ours for what is not said', () => {
    expect(options(['--requestheader-client-ca-file', 'ca']).requestHeader).toEqual({
      caFile: 'ca',
      allowedNames: [],
      usernameHeaders: [],
      uidHeaders: [],
      groupHeaders: [],
      extraPrefixes: [],
    })
  })

  test('may be several names, and the clients’ own authority beside', () => {
    const argv = ['--requestheader-client-ca-file=ca', '--requestheader-allowed-names=a, b', '--client-ca-file=own']
    expect(options(argv).requestHeader).toMatchObject({ allowedNames: ['a', 'b'], clientCaFile: 'own' })
  })
})

test.each<[string, object]>([
  ['--index-dir=i', { indexDir: 'i' }],
  ['--webhook-client-ca-file=w', { webhookClientCaFile: 'w' }],
  ['--durability=Line', { policy: { durability: 'Line' } }],
  ['--record=Input', { policy: { record: 'Input' } }],
])('%s is taken as it says', (flag, expected) => expect(options([flag])).toMatchObject(expected))

test('every flag may be given by its variable', () => {
  const env = Object.fromEntries(Object.values(FLAGS).map(({ env }) => [env, `from ${env}`]))
  const parsed = parseFlags([], env)
  const expected = Object.fromEntries(Object.entries(FLAGS).map(([name, { env }]) => [name, `from ${env}`]))
  expect(parsed).toEqual({ type: 'run', values: expected })
})

test.each([
  [['--help'], 'help'],
  [['-h', '--version'], 'help'],
  [['--version'], 'version'],
])('%j asks for words alone, whatever else is missing', (argv, type) => expect(parseFlags(argv, {})).toEqual({ type }))
