import { once } from 'node:events'
import { createServer as createHttpServer } from 'node:http'
import { type AddressInfo, createServer as createTcpServer, type Server } from 'node:net'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { WebSocket, WebSocketServer } from 'ws'
import { type KubeConnection, openConnection } from '../../src/kube/connection.ts'
import type { ConnectionFlags } from '../../src/kube/flags.ts'
import { loadConnection } from '../../src/kube/load.ts'
import { apiPath } from '../../src/kube/request-path.ts'
import { statusOf } from '../../src/kube/status.ts'
import { makeAuthority } from './rig/certificates.ts'
import { base64, type ConfigParts, type Home, kubeconfigOf, makeHome } from './rig/home.ts'
import { answerJson, type Handler, type RecordingServer, startRecordingServer } from './rig/recording-server.ts'

let home: Home
const open: { close(): unknown }[] = []

beforeEach(() => {
  home = makeHome()
})

afterEach(async () => {
  for (const one of open.splice(0)) await one.close()
  home[Symbol.dispose]()
})

function connect({ cluster = {}, user = { token: 't' } }: ConfigParts, flags: ConnectionFlags = {}): KubeConnection {
  home.write('.kube/config', kubeconfigOf({ cluster, user }))
  const connection = openConnection(loadConnection(flags, { env: home.env }), { version: '1.2.3' })
  open.push(connection)
  return connection
}

async function serve(handle?: Handler): Promise<RecordingServer> {
  const server = await startRecordingServer(handle)
  open.push({ close: () => server[Symbol.asyncDispose]() })
  return server
}

const trusting = (server: RecordingServer, more: object = {}): object => ({
  server: server.url,
  'certificate-authority-data': base64(server.authority.cert),
  ...more,
})

async function listen(server: Server): Promise<number> {
  await once(server.listen(0, '127.0.0.1'), 'listening')
  open.push({ close: () => new Promise((resolve) => server.close(resolve)) })
  return (server.address() as AddressInfo).port
}

const faultOf = (work: Promise<unknown>): Promise<{ code: string; detail: string; next: string }> =>
  work.then(
    () => {
      throw new Error('expected a fault')
    },
    (error: { code: string; detail: string; next: string }) => error,
  )

describe('an answer of the API server', () => {
  const status = (code: number, reason: string, message: string): object => ({
    kind: 'Status',
    apiVersion: 'v1',
    status: 'Failure',
    code,
    reason,
    message,
  })
  test.for([
    [401, 'Unauthorized', 'KAE_KUBE_UNAUTHORIZED'],
    [403, 'Forbidden', 'KAE_KUBE_FORBIDDEN'],
    [404, 'NotFound', 'KAE_KUBE_NOT_FOUND'],
    [429, 'TooManyRequests', 'KAE_KUBE_API_ERROR'],
    [500, 'InternalError', 'KAE_KUBE_API_ERROR'],
    [504, 'Timeout', 'KAE_KUBE_TIMEOUT'],
  ] as const)('of %i %s is %s and keeps the Status', async ([code, reason, expected]) => {
    const server = await serve((_request, response) =>
      answerJson(response, code, status(code, reason, `no: ${reason}`)),
    )
    const error = await connect({ cluster: trusting(server) })
      .getJson('/api')
      .catch((caught: unknown) => caught)
    expect(error).toMatchObject({ code: expected, detail: `no: ${reason}` })
    expect(statusOf(error as never)).toEqual({ code, reason, message: `no: ${reason}` })
  })

  test('with an escape sequence in its message cannot drive the terminal', async () => {
    const message = 'denied \u001b]0;x\u0007\u009b2J'
    const server = await serve((_request, response) => answerJson(response, 403, status(403, 'Forbidden', message)))
    const error = await faultOf(connect({ cluster: trusting(server) }).getJson('/api'))
    expect(error.detail).toBe('denied \ufffd]0;x\ufffd\ufffd2J')
  })

  test('that asks to come back later is asked again', async () => {
    let left = 2
    const server = await serve((_request, response) => {
      left -= 1
      if (left < 0) return answerJson(response, 200, { kind: 'Any' })
      response.setHeader('Retry-After', '0')
      answerJson(response, left === 1 ? 429 : 503, status(429, 'TooManyRequests', 'busy'))
    })
    await expect(connect({ cluster: trusting(server) }).getJson('/api')).resolves.toEqual({ kind: 'Any' })
    expect(server.seen).toHaveLength(3)
  })

  test('that asks to come back later for ever is believed ten times', async () => {
    const server = await serve((_request, response) => {
      response.setHeader('Retry-After', '0')
      answerJson(response, 429, status(429, 'TooManyRequests', 'busy'))
    })
    const error = await faultOf(connect({ cluster: trusting(server) }).getJson('/api'))
    expect(error.code).toBe('KAE_KUBE_API_ERROR')
    expect(server.seen).toHaveLength(11)
  })

  test('that nobody waits for any more is not a fault but the abort', async () => {
    const server = await serve(() => undefined)
    const abort = new AbortController()
    const asked = connect({ cluster: trusting(server) }).getJson('/api', { signal: abort.signal })
    await expect.poll(() => server.seen.length).toBe(1)
    abort.abort()
    await expect(asked).rejects.toMatchObject({ name: 'AbortError' })
  })

  test('that is a web page is not taken for one, whatever its status', async () => {
    for (const code of [200, 302, 403, 503]) {
      const server = await serve((_request, response) => {
        response.writeHead(code, { 'Content-Type': 'text/html', Location: '/login' }).end('<html>log in</html>')
      })
      const error = await faultOf(connect({ cluster: trusting(server) }).getJson('/api'))
      expect(error.code).toBe('KAE_KUBE_NOT_AN_API_SERVER')
      expect(error.detail).toContain(`text/html with status ${code}`)
    }
  })

  test('that breaks off in the middle is a lost connection', async () => {
    const server = await serve((_request, response) => {
      response.writeHead(200, { 'Content-Length': '100' })
      response.write('{', () => response.destroy())
    })
    const error = await faultOf(connect({ cluster: trusting(server) }).getJson('/api'))
    expect(error.code).toBe('KAE_KUBE_CONNECTION_LOST')
  })

  test('that does not come in --request-timeout is a timeout', async () => {
    const server = await serve(() => undefined)
    const connection = connect({ cluster: trusting(server) }, { 'request-timeout': '150ms' })
    expect(await faultOf(connection.getJson('/api'))).toMatchObject({ code: 'KAE_KUBE_TIMEOUT' })
  })

  test.each(['3000000', '2147484s'])('is waited for, however long --request-timeout is: %s', async (timeout) => {
    const server = await serve((_request, response) => void setTimeout(() => response.end('{"kind":"Late"}'), 50))
    const connection = connect({ cluster: trusting(server) }, { 'request-timeout': timeout })
    expect(await connection.getJson('/api')).toEqual({ kind: 'Late' })
  })

  test('whose body does not come in --request-timeout is a timeout as well', async () => {
    const server = await serve((_request, response) => void response.writeHead(200).write('{'))
    const connection = connect({ cluster: trusting(server) }, { 'request-timeout': '150ms' })
    expect(await faultOf(connection.getJson('/api'))).toMatchObject({ code: 'KAE_KUBE_TIMEOUT' })
  })
})

describe('what is not an API server', () => {
  test('a closed port is unreachable', async () => {
    const gone = createTcpServer()
    await once(gone.listen(0, '127.0.0.1'), 'listening')
    const { port } = gone.address() as AddressInfo
    gone.close()
    const error = await faultOf(connect({ cluster: { server: `https://127.0.0.1:${port}` } }).getJson('/api'))
    expect(error).toMatchObject({ code: 'KAE_KUBE_UNREACHABLE' })
    expect(error.detail).toContain(`127.0.0.1:${port}`)
  })

  test('a name that does not resolve is unreachable', async () => {
    const error = await faultOf(connect({ cluster: { server: 'https://no-such-host.invalid' } }).getJson('/api'))
    expect(error.code).toBe('KAE_KUBE_UNREACHABLE')
  })

  test('without any kubeconfig the words say where it was looked for', async () => {
    const env = { HOME: home.path, KUBERNETES_MASTER: 'http://127.0.0.1:1' }
    const connection = openConnection(loadConnection({}, { env }))
    const error = await faultOf(connection.getJson('/api'))
    expect(error.code).toBe('KAE_KUBE_UNREACHABLE')
    expect(error.next).toContain(`${home.path}/.kube/config`)
  })

  test('plain HTTP on the port of an https server is a TLS failure', async () => {
    const port = await listen(createHttpServer((_request, response) => response.end('hello')))
    const error = await faultOf(connect({ cluster: { server: `https://127.0.0.1:${port}` } }).getJson('/api'))
    expect(error.code).toBe('KAE_KUBE_TLS_FAILED')
  })

  test('something that does not speak HTTP is not an API server', async () => {
    const port = await listen(
      createTcpServer(
        (socket) =>
          void socket
            .on('error', () => undefined)
            .resume()
            .end('SSH-2.0-x\r\n'),
      ),
    )
    const error = await faultOf(connect({ cluster: { server: `http://127.0.0.1:${port}` } }).getJson('/api'))
    expect(error.code).toBe('KAE_KUBE_NOT_AN_API_SERVER')
  })
})

describe('the certificate of the API server', () => {
  test('of an unknown authority is refused', async () => {
    const server = await serve()
    const other = await makeAuthority('somebody else')
    const cluster = trusting(server, { 'certificate-authority-data': base64(other.cert) })
    expect((await faultOf(connect({ cluster }).getJson('/api'))).code).toBe('KAE_KUBE_TLS_UNTRUSTED')
    expect(server.seen).toEqual([])
  })

  test('without an authority in the kubeconfig must come from the machine', async () => {
    const server = await serve()
    expect((await faultOf(connect({ cluster: { server: server.url } }).getJson('/api'))).code).toBe(
      'KAE_KUBE_TLS_UNTRUSTED',
    )
  })

  test('for another name is refused', async () => {
    const server = await serve()
    const cluster = trusting(server, { 'tls-server-name': 'elsewhere.test' })
    expect((await faultOf(connect({ cluster }).getJson('/api'))).code).toBe('KAE_KUBE_TLS_WRONG_NAME')
  })

  test.for([
    ['that names only itself in its common name', 'KAE_KUBE_TLS_WRONG_NAME', [], undefined],
    ['that has expired', 'KAE_KUBE_TLS_UNTRUSTED', [{ type: 'ip', value: '127.0.0.1' }], new Date(Date.now() - 60_000)],
  ] as const)('%s is refused', async ([, code, names, notAfter]) => {
    const authority = await makeAuthority('a')
    const pair = await authority.issue('CN=127.0.0.1', names, notAfter)
    const server = await startRecordingServer(undefined, { authority, pair })
    open.push({ close: () => server[Symbol.asyncDispose]() })
    expect((await faultOf(connect({ cluster: trusting(server) }).getJson('/api'))).code).toBe(code)
  })

  test('may itself be what the kubeconfig trusts, as in Go', async () => {
    const authority = await makeAuthority('a')
    const pair = await authority.issue('CN=server', [{ type: 'ip', value: '127.0.0.1' }])
    const server = await startRecordingServer(undefined, { authority, pair })
    open.push({ close: () => server[Symbol.asyncDispose]() })
    const connection = connect({ cluster: trusting(server, { 'certificate-authority-data': base64(pair.cert) }) })
    await expect(connection.getJson('/api')).resolves.toEqual({ kind: 'Any', apiVersion: 'v1' })
  })

  test('cannot be checked against an authority that holds none', async () => {
    const server = await serve()
    const cluster = trusting(server, { 'certificate-authority-data': base64('not PEM') })
    expect((await faultOf(connect({ cluster }).getJson('/api'))).code).toBe('KAE_KUBE_TLS_MATERIAL_INVALID')
  })

  test('and a key that does not belong to the client certificate is refused before any request is sent', async () => {
    const server = await serve()
    const alice = await server.authority.issue('CN=alice')
    const bob = await server.authority.issue('CN=bob')
    const user = { 'client-certificate-data': base64(alice.cert), 'client-key-data': base64(bob.key) }
    const error = await faultOf(connect({ cluster: trusting(server), user }).getJson('/api'))
    expect(error.code).toBe('KAE_KUBE_TLS_MATERIAL_INVALID')
    expect(server.seen).toEqual([])
  })
})

describe('sockets', () => {
  test('are kept alive between plain requests', async () => {
    const server = await serve()
    const connection = connect({ cluster: trusting(server) })
    for (const path of ['/a', '/b', '/c']) await connection.getJson(path)
    expect(server.connections()).toBe(1)
  })

  test('that the server closed meanwhile do not fail the next request', async () => {
    const server = await serve((_request, response) => {
      answerJson(response, 200, {})
      response.once('finish', () => response.socket?.destroy())
    })
    const connection = connect({ cluster: trusting(server) })
    for (const path of ['/a', '/b', '/c', '/d']) await connection.getJson(path)
    expect(server.seen).toHaveLength(4)
  })
})

/** A server that upgrades, next to its count of connections. */
async function startUpgrading(): Promise<{ server: RecordingServer; urls: string[]; headers: string[][] }> {
  const urls: string[] = []
  const headers: string[][] = []
  const sockets = new WebSocketServer({ noServer: true, handleProtocols: (offered) => [...offered][0] ?? false })
  const server = await startRecordingServer()
  server.onUpgrade((request, socket, head) => {
    urls.push(request.url ?? '')
    headers.push(request.rawHeaders)
    sockets.handleUpgrade(request, socket, head, (upgraded) => upgraded.on('message', (data) => upgraded.send(data)))
  })
  open.push({ close: () => server[Symbol.asyncDispose]() })
  return { server, urls, headers }
}

describe('an upgrade', () => {
  const echo = async (connection: KubeConnection, text: string): Promise<{ text: string; protocol: string }> => {
    const query = { command: ['sh', '-c', 'echo "ä&b"'], stdin: true, container: undefined }
    const { url, headers, protocols, createConnection } = await connection.upgradeOptions(
      apiPath`/api/v1/namespaces/${'default'}/pods/${'web-0'}/exec`,
      query,
      ['v5.channel.k8s.io', 'v4.channel.k8s.io'],
    )
    const socket = new WebSocket(url, [...protocols], { headers, createConnection: createConnection as never })
    await once(socket, 'open')
    socket.send(text)
    const [data] = (await once(socket, 'message')) as [Buffer]
    socket.terminate()
    return { text: data.toString(), protocol: socket.protocol }
  }

  test('goes through with identity, impersonation and a repeated query', async () => {
    const { server, urls, headers } = await startUpgrading()
    const user = { token: 't', as: 'carol', 'as-groups': ['a', 'b'] }
    const connection = connect({ cluster: trusting(server, { server: `${server.url}/prefix` }), user })
    expect(await echo(connection, 'hello')).toEqual({ text: 'hello', protocol: 'v5.channel.k8s.io' })
    const query = 'command=sh&command=-c&command=echo+%22%C3%A4%26b%22&stdin=true'
    expect(urls).toEqual([`/prefix/api/v1/namespaces/default/pods/web-0/exec?${query}`])
    const sent = headers.flat().join('\n')
    expect(sent).toContain('Authorization\nBearer t\n')
    expect(sent).toContain('User-Agent\nkube-audit-exec/1.2.3\n')
    expect(sent).toContain('Impersonate-Group\na\nImpersonate-Group\nb\n')
  })

  test('takes the sockets that were warmed, and dials when they are used up', async () => {
    const { server } = await startUpgrading()
    const connection = connect({ cluster: trusting(server) })
    await Promise.all([connection.warm(), connection.warm()])
    expect(server.connections()).toBe(2)
    await echo(connection, '1')
    await echo(connection, '2')
    expect(server.connections()).toBe(2)
    await echo(connection, '3')
    expect(server.connections()).toBe(3)
  })

  test('finds its warmed sockets even when a plain request came first and took one', async () => {
    const { server } = await startUpgrading()
    const connection = connect({ cluster: trusting(server) })
    await Promise.all([connection.warm(), connection.warm()])
    await connection.getJson('/api')
    await expect.poll(() => server.connections()).toBe(3)
    await echo(connection, '1')
    await echo(connection, '2')
    expect(server.connections()).toBe(3)
  })

  test('takes a socket that is still being dialled', async () => {
    const { server } = await startUpgrading()
    const connection = connect({ cluster: trusting(server) })
    const warming = connection.warm()
    await echo(connection, '1')
    await warming
    expect(server.connections()).toBe(1)
  })

  test('does not take a warmed socket that the server has closed', async () => {
    const { server } = await startUpgrading()
    const connection = connect({ cluster: trusting(server) })
    await connection.warm()
    server.dropConnections()
    await server.drained()
    expect(await echo(connection, 'again')).toMatchObject({ text: 'again' })
  })

  test('to a server that is down fails as a Fault', async () => {
    const connection = connect({ cluster: { server: 'https://127.0.0.1:1' } })
    await expect(connection.warm()).rejects.toMatchObject({ code: 'KAE_KUBE_UNREACHABLE' })
    const { url, createConnection } = await connection.upgradeOptions('/x', {}, [])
    const socket = new WebSocket(url, [], { createConnection: createConnection as never })
    const [error] = (await once(socket, 'error')) as [unknown]
    expect(error).toMatchObject({ name: 'Fault', code: 'KAE_KUBE_UNREACHABLE' })
  })
})

describe('a name in a path', () => {
  test('cannot reach another resource', () => {
    const name = 'x/../../secrets?a=b#c'
    expect(apiPath`/api/v1/namespaces/${name}/pods`).toBe('/api/v1/namespaces/x%2F..%2F..%2Fsecrets%3Fa%3Db%23c/pods')
    for (const bad of ['', '.', '..']) {
      expect(() => apiPath`/a/${bad}/b`).toThrow(expect.objectContaining({ code: 'KAE_KUBE_TARGET_INVALID' }))
    }
  })
})

describe('a credential that no header can carry', () => {
  test('is refused without being shown', async () => {
    const server = await serve()
    const connection = connect({ cluster: trusting(server), user: { token: 's3cret\r\nX-Evil: 1' } })
    const error = await faultOf(connection.getJson('/api'))
    expect(error.code).toBe('KAE_KUBE_CONFIG_INVALID')
    expect(error.detail).not.toContain('s3cret')
    expect(server.seen).toEqual([])
  })
})
