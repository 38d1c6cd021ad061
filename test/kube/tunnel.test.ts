import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import { describe, expect, onTestFinished, test } from 'vitest'
import { parseProxyUrl, proxyFromEnvironment } from '../../src/kube/proxy.ts'
import { type TunnelTarget, tunnel } from '../../src/kube/tunnel.ts'

const TARGET: TunnelTarget = { host: 'api.test', port: 6443 }

interface Asked {
  readonly scheme?: 'http' | 'socks5'
  readonly user?: string
  readonly target?: TunnelTarget
}

/** A tunnel through a proxy that answers each piece that it gets with the next of `answers`, and then hangs up. */
async function through(answers: readonly (Buffer | string)[], { scheme = 'http', user = '', target = TARGET }: Asked) {
  const got: Buffer[] = []
  const server = createServer((socket) => {
    const left = [...answers]
    socket.on('error', () => undefined)
    socket.on('data', (bytes) => {
      got.push(bytes)
      const next = left.shift()
      if (next !== undefined) socket.write(next)
      if (left.length === 0) socket.end()
    })
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const { port } = server.address() as AddressInfo
  const socket: Socket = connect(port, '127.0.0.1')
  onTestFinished(() => {
    socket.destroy()
    server.close()
  })
  await tunnel(socket, new URL(`${scheme}://${user}127.0.0.1:${port}`), target)
  return { socket, said: Buffer.concat(got) }
}

const failing = (detail: string | RegExp) => ({ code: 'KAE_KUBE_PROXY_FAILED', detail: expect.stringMatching(detail) })
const OK = 'HTTP/1.1 200 Connection established\r\n\r\n'

describe('a tunnel by CONNECT', () => {
  test('asks for the name and the port, and leaves what comes behind the answer to its next owner', async () => {
    const { socket, said } = await through([`${OK}first bytes`], {})
    expect(said.toString()).toBe('CONNECT api.test:6443 HTTP/1.1\r\nHost: api.test:6443\r\n\r\n')
    const rest: Buffer[] = []
    for await (const chunk of socket) rest.push(chunk as Buffer)
    expect(Buffer.concat(rest).toString()).toBe('first bytes')
  })

  test('puts an IPv6 address in brackets', async () => {
    const { said } = await through([OK], { target: { host: 'fd00::1', port: 443 } })
    expect(said.toString()).toMatch(/^CONNECT \[fd00::1\]:443 HTTP/)
  })

  test('says who asks, as the proxy is to hear it', async () => {
    const { said } = await through([OK], { user: 'bob:p%40ss@' })
    expect(said.toString()).toContain(
      `\r\nProxy-Authorization: Basic ${Buffer.from('bob:p@ss').toString('base64')}\r\n`,
    )
  })

  test.each([
    ['a refusal', 'HTTP/1.1 407 Who are you\r\n\r\n', /"HTTP\/1\.1 407 Who are you" to CONNECT api\.test:6443$/],
    ['what no HTTP version is', 'HTTP/9.9 200 OK\r\n\r\n', /"HTTP\/9\.9 200 OK"/],
    ['a greeting of something else', '220 mail ready\r\n\r\n', /"220 mail ready"/],
    ['a word that drives a terminal', 'HTTP/1.1 500 \x1b[2J\r\n\r\n', /500/],
    ['half an answer', 'HTTP/1.1 200', /it closed the connection/],
    ['nothing', '', /it closed the connection/],
    ['an answer without an end', 'x'.repeat(70_000), /its answer is not HTTP/],
  ])('fails by %s', async (_, answer, detail) => {
    const failure = await through([answer], {}).catch((error: Error) => error)
    expect(failure).toMatchObject(failing(detail))
    expect((failure as Error).message).not.toMatch(/\p{Cc}/u)
  })
})

describe('a tunnel by SOCKS5', () => {
  const socks5 = { scheme: 'socks5' } as const
  const bound = (kind: number, bytes: number) => Buffer.from([5, 0, 0, kind, ...Array(bytes).fill(0)])

  test.each([
    ['IPv4', bound(1, 6)],
    ['IPv6', bound(4, 18)],
    ['a name', Buffer.from([5, 0, 0, 3, 2, 97, 98, 0, 80])],
  ])('reads past the proxy’s own address, and no further: %s', async (_, reply) => {
    const { socket, said } = await through([Buffer.of(5, 0), Buffer.concat([reply, Buffer.from('first')])], socks5)
    expect(said).toEqual(Buffer.from([5, 1, 0, 5, 1, 0, 3, 8, ...Buffer.from('api.test'), 6443 >> 8, 6443 & 255]))
    expect((await socket.toArray()).toString()).toBe('first')
  })

  test.each([
    ['a web server', [Buffer.from('HTTP')], /does not speak SOCKS5/],
    ['SOCKS4', [Buffer.of(4, 0)], /does not speak SOCKS5/],
    ['one that wants a password where there is none', [Buffer.of(5, 2)], /none of our ways/],
    ['one that wants something else', [Buffer.of(5, 255)], /none of our ways/],
    ['one that hangs up', [Buffer.of(5)], /closed the connection/],
    ['its rules', [Buffer.of(5, 0), Buffer.of(5, 2, 0, 1)], /not allowed by its rules/],
    ['a refused connection', [Buffer.of(5, 0), Buffer.of(5, 5, 0, 1)], /connection refused/],
    ['an address that it cannot reach so', [Buffer.of(5, 0), Buffer.of(5, 8, 0, 1)], /address type not supported/],
    ['a reason that nobody knows', [Buffer.of(5, 0), Buffer.of(5, 99, 0, 1)], /it answered 99/],
    ['half a reply', [Buffer.of(5, 0), bound(1, 3)], /closed the connection/],
  ])('fails by %s', async (_, answers, detail) => {
    await expect(through(answers, socks5)).rejects.toMatchObject(failing(detail))
  })

  test('says who asks where there is somebody, as RFC 1929 has it', async () => {
    const { said } = await through([Buffer.of(5, 2), Buffer.of(1, 0), bound(1, 6)], { ...socks5, user: 'b%40b:p%3As@' })
    expect(said.subarray(0, 13)).toEqual(
      Buffer.from([5, 2, 0, 2, 1, 3, ...Buffer.from('b@b'), 3, ...Buffer.from('p:s')]),
    )
  })

  test('needs nobody where the proxy asks for nobody', async () => {
    const { said } = await through([Buffer.of(5, 0), bound(1, 6)], { ...socks5, user: 'bob:pass@' })
    expect(said.toString('latin1')).not.toContain('pass')
  })

  test('fails by a password that the proxy does not take', async () => {
    const work = through([Buffer.of(5, 2), Buffer.of(1, 1)], { ...socks5, user: 'bob:pass@' })
    await expect(work).rejects.toMatchObject(failing(/user name and password/))
  })

  test.each([
    ['a name', { ...socks5, target: { host: 'a'.repeat(256), port: 1 } }, [Buffer.of(5, 0), bound(1, 6)]],
    ['a user', { ...socks5, user: `${'a'.repeat(256)}:x@` }, [Buffer.of(5, 2), Buffer.of(1, 0)]],
    ['a password', { ...socks5, user: `x:${'a'.repeat(256)}@` }, [Buffer.of(5, 2), Buffer.of(1, 0)]],
  ])(
    'closes the hole of %s whose length does not fit, which would be another one to the proxy',
    async (_, asked, answers) => {
      await expect(through(answers, asked)).rejects.toMatchObject(failing(/longer than 255 bytes/))
    },
  )
})

describe('the address of a proxy', () => {
  test.each(['http://bob:100%@proxy:3128', 'socks5://%zz@proxy'])(
    'with credentials that are not encoded is none: %s',
    (url) => {
      expect(parseProxyUrl(url)).toEqual({ ok: false, problem: 'its user name or password is not percent-encoded' })
    },
  )

  test.each(['10.0.0.0/99', '10.0.0.0/', '/8', 'fd00::/129', '10.0.0.0/8/8'])(
    'holds for a server where NO_PROXY has what is no network: %s',
    (NO_PROXY) => {
      const env = { HTTPS_PROXY: 'http://proxy:1', NO_PROXY }
      expect(proxyFromEnvironment(new URL('https://10.1.2.3'), env)?.host).toBe('proxy:1')
      expect(proxyFromEnvironment(new URL('https://[fd00::1]'), env)?.host).toBe('proxy:1')
    },
  )

  test.each([
    [{ HTTPS_PROXY: 'http://a:1', https_proxy: 'http://b:1' }, 'https://x', 'a:1'],
    [{ https_proxy: 'http://b:1' }, 'https://x', 'b:1'],
    [{ http_proxy: 'http://b:1' }, 'http://x', 'b:1'],
    [{ HTTP_PROXY: 'b:1' }, 'http://x', 'b:1'],
    [{ http_proxy: 'http://b:1' }, 'https://x', undefined],
    [{ HTTPS_PROXY: 'http://a:1' }, 'http://x', undefined],
    [{ HTTPS_PROXY: '', https_proxy: 'http://b:1' }, 'https://x', 'b:1'],
    [{ HTTPS_PROXY: 'http://a:1', no_proxy: 'x' }, 'https://x', undefined],
  ])('of %j for %s is %s', (env, server, host) => {
    expect(proxyFromEnvironment(new URL(server), env)?.host).toBe(host)
  })
})
