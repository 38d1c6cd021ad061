import { once } from 'node:events'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { WebSocket, WebSocketServer } from 'ws'
import { type KubeConnection, openConnection } from '../../src/kube/connection.ts'
import { loadConnection } from '../../src/kube/load.ts'
import { proxyFromEnvironment } from '../../src/kube/proxy.ts'
import { makeAuthority } from './rig/certificates.ts'
import { base64, type Home, kubeconfigOf, makeHome } from './rig/home.ts'
import { kubectl, kubectlPath, withoutKubectl } from './rig/kubectl.ts'
import { startConnectProxy, startSocksProxy, type TestProxy } from './rig/proxies.ts'
import { type RecordingServer, startRecordingServer } from './rig/recording-server.ts'

let server: RecordingServer
let home: Home
const proxies: TestProxy[] = []
const connections: KubeConnection[] = []

beforeAll(async () => {
  server = await startRecordingServer()
  const sockets = new WebSocketServer({ noServer: true })
  server.onUpgrade((request, socket, head) => {
    sockets.handleUpgrade(request, socket, head, (upgraded) => upgraded.on('message', (data) => upgraded.send(data)))
  })
})
afterAll(() => server[Symbol.asyncDispose]())
beforeEach(() => {
  home = makeHome()
  server.seen.length = 0
})
afterEach(async () => {
  for (const connection of connections.splice(0)) connection.close()
  for (const proxy of proxies.splice(0)) await proxy[Symbol.asyncDispose]()
  home[Symbol.dispose]()
})

async function using(proxy: Promise<TestProxy>): Promise<TestProxy> {
  proxies.push(await proxy)
  return proxy
}

/** `api.test` is a name that only the proxy can reach. */
function configure(cluster: object = {}): void {
  const ca = base64(server.authority.cert)
  const trusted = { server: `https://api.test:${server.port}`, 'certificate-authority-data': ca, ...cluster }
  home.write('.kube/config', kubeconfigOf({ cluster: trusted, user: { token: 't' } }))
}

function connect(more: NodeJS.ProcessEnv = {}): KubeConnection {
  const connection = openConnection(loadConnection({}, { env: { ...home.env, ...more } }))
  connections.push(connection)
  return connection
}

interface Case {
  readonly title: string
  readonly start: () => Promise<TestProxy>
  readonly url: (port: number) => string
}

const cases: readonly Case[] = [
  { title: 'http', start: startConnectProxy, url: (port) => `http://127.0.0.1:${port}` },
  { title: 'http with a password', start: startConnectProxy, url: (port) => `http://bob:p%40ss@127.0.0.1:${port}` },
  {
    title: 'https, checked against the authority of the kubeconfig',
    start: async () =>
      startConnectProxy({ pair: await server.authority.issue('CN=p', [{ type: 'ip', value: '127.0.0.1' }]) }),
    url: (port) => `https://127.0.0.1:${port}`,
  },
  { title: 'socks5', start: startSocksProxy, url: (port) => `socks5://127.0.0.1:${port}` },
  {
    title: 'socks5 with a password',
    start: () => startSocksProxy('p@ss'),
    url: (port) => `socks5://bob:p%40ss@127.0.0.1:${port}`,
  },
]

describe.skipIf(kubectlPath === undefined)(`a proxy of the kind${withoutKubectl}`, () => {
  test.for(cases)('$title is asked by us what kubectl asks it', async ({ start, url }) => {
    const proxy = await using(start())
    configure({ 'proxy-url': url(proxy.port) })
    const run = await kubectl(['get', '--raw', '/api'], home.env)
    expect(run.stderr).toBe('')
    const theirs = proxy.asked.splice(0)
    await connect().getJson('/api')
    expect(theirs).toHaveLength(1)
    expect(proxy.asked).toEqual(theirs)
    expect(server.seen[1]).toEqual(server.seen[0])
  })

  test.for([
    { title: 'HTTPS_PROXY', env: (url: string) => ({ HTTPS_PROXY: url }), proxied: true },
    {
      title: 'https_proxy without a scheme',
      env: (url: string) => ({ https_proxy: url.replace('http://', '') }),
      proxied: true,
    },
    {
      title: 'NO_PROXY with the host',
      env: (url: string) => ({ HTTPS_PROXY: url, NO_PROXY: 'a,api.test' }),
      proxied: false,
    },
    {
      title: 'NO_PROXY with its domain',
      env: (url: string) => ({ HTTPS_PROXY: url, NO_PROXY: 'test' }),
      proxied: false,
    },
    {
      title: 'NO_PROXY with another port',
      env: (url: string) => ({ HTTPS_PROXY: url, NO_PROXY: 'api.test:1' }),
      proxied: true,
    },
    { title: 'HTTP_PROXY', env: (url: string) => ({ HTTP_PROXY: url }), proxied: false },
  ])('from $title is used exactly when kubectl uses it', async ({ env, proxied }) => {
    const proxy = await using(startConnectProxy())
    configure()
    const more = env(`http://127.0.0.1:${proxy.port}`)
    const run = await kubectl(['get', '--raw', '/api'], { ...home.env, ...more })
    expect(run.code === 0).toBe(proxied)
    const outcome = await connect(more)
      .getJson('/api')
      .catch((error: { code: string }) => error.code)
    expect(outcome).toEqual(proxied ? expect.anything() : 'KAE_KUBE_UNREACHABLE')
    expect(proxy.asked).toHaveLength(proxied ? 2 : 0)
  })
})

describe('an upgrade through a proxy', () => {
  test.for(cases)('of the kind $title carries bytes both ways, on a warmed socket', async ({ start, url }) => {
    const proxy = await using(start())
    configure({ 'proxy-url': url(proxy.port) })
    const connection = connect()
    await connection.warm()
    const { url: target, headers, createConnection } = await connection.upgradeOptions('/x', {}, [])
    const socket = new WebSocket(target, [], { headers, createConnection: createConnection as never })
    await once(socket, 'open')
    const sent = Buffer.alloc(300_000, 'x')
    socket.send(sent)
    const [received] = (await once(socket, 'message')) as [Buffer]
    expect(received.equals(sent)).toBe(true)
    socket.terminate()
    expect(proxy.asked).toHaveLength(1)
  })
})

describe('a proxy that does not help', () => {
  test('because it refuses is named with its words', async () => {
    const proxy = await using(startConnectProxy({ refuse: '407 Proxy Authentication Required' }))
    configure({ 'proxy-url': `http://127.0.0.1:${proxy.port}` })
    await expect(connect().getJson('/api')).rejects.toMatchObject({
      code: 'KAE_KUBE_PROXY_FAILED',
      detail: expect.stringContaining('407 Proxy Authentication Required'),
    })
  })

  test('because it wants another password says so', async () => {
    const proxy = await using(startSocksProxy('right'))
    configure({ 'proxy-url': `socks5://bob:wr0ng@127.0.0.1:${proxy.port}` })
    const error = await connect()
      .getJson('/api')
      .catch((caught: Error) => caught)
    expect(error).toMatchObject({ code: 'KAE_KUBE_PROXY_FAILED' })
    expect((error as Error).message).not.toContain('wr0ng')
  })

  test('because its certificate is of an authority that the kubeconfig does not name is not trusted', async () => {
    const other = await makeAuthority('other')
    const pair = await other.issue('CN=p', [{ type: 'ip', value: '127.0.0.1' }])
    const proxy = await using(startConnectProxy({ pair }))
    configure({ 'proxy-url': `https://127.0.0.1:${proxy.port}` })
    await expect(connect().getJson('/api')).rejects.toMatchObject({ code: 'KAE_KUBE_TLS_UNTRUSTED' })
    expect(proxy.asked).toEqual([])
  })

  test('because its address makes no sense is refused before anything is sent', () => {
    for (const url of ['ftp://x', 'nonsense', 'socks5://']) {
      configure({ 'proxy-url': url })
      expect(() => connect()).toThrow(expect.objectContaining({ code: 'KAE_KUBE_CONFIG_INVALID' }))
    }
  })
})

describe('the environment', () => {
  const proxyFor = (server: string, NO_PROXY: string): boolean =>
    proxyFromEnvironment(new URL(server), { HTTPS_PROXY: 'http://p:1', HTTP_PROXY: 'http://p:1', NO_PROXY }) !==
    undefined

  /** Cases of golang.org/x/net/http/httpproxy's documented rules. */
  test.for([
    ['https://10.1.2.3', '10.0.0.0/8', false],
    ['https://10.1.2.3', '10.2.0.0/16', true],
    ['https://10.1.2.3:6443', '10.1.2.3:6443', false],
    ['https://10.1.2.3', '10.1.2.3:6443', true],
    ['https://[fd00::1]:1', 'fd00::/8', false],
    ['https://api.example.com', 'example.com', false],
    ['https://example.com', '.example.com', true],
    ['https://api.example.com', '*.example.com', false],
    ['https://api.example.com', '*', false],
    ['https://notexample.com', 'example.com', true],
    ['https://API.example.com', 'API.EXAMPLE.COM', false],
    ['https://localhost:6443', '', false],
    ['https://127.0.0.1:6443', '', false],
    ['https://[::1]:6443', '', false],
    ['http://api.example.com', ' a , example.com ', false],
  ] as const)('sends %s with NO_PROXY=%s through the proxy: %s', ([server, noProxy, expected]) => {
    expect(proxyFor(server, noProxy)).toBe(expected)
  })

  const SERVER = new URL('https://api.example.com')

  test.for([
    ['proxy', 'http://proxy/'],
    ['proxy:3128', 'http://proxy:3128/'],
    ['socks5://proxy:1080', 'socks5://proxy:1080'],
  ] as const)('takes %s for %s', ([value, url]) => {
    expect(proxyFromEnvironment(SERVER, { https_proxy: value })?.href).toBe(url)
  })

  test.for([
    ['HTTPS_PROXY', 'ftp://proxy', 'HTTPS_PROXY: scheme "ftp", expected http, https or socks5'],
    ['https_proxy', 'ftp://bob:secret@proxy', 'https_proxy: scheme "ftp", expected http, https or socks5'],
    ['HTTPS_PROXY', 'http://', 'HTTPS_PROXY: it is not a URL'],
    ['HTTPS_PROXY', 'a b', 'HTTPS_PROXY: it is not a URL'],
  ] as const)('refuses %s=%s by its name, and does not go round it', ([name, value, detail]) => {
    const choose = () => proxyFromEnvironment(SERVER, { [name]: value })
    expect(choose).toThrow(expect.objectContaining({ code: 'KAE_KUBE_PROXY_INVALID', detail }))
  })

  test('minds no proxy that is not asked', () => {
    expect(proxyFromEnvironment(SERVER, { HTTPS_PROXY: 'ftp://proxy', NO_PROXY: '*' })).toBeUndefined()
    expect(proxyFromEnvironment(SERVER, { HTTP_PROXY: 'ftp://proxy' })).toBeUndefined()
  })
})
