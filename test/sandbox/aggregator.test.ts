import { once } from 'node:events'
import { connect } from 'node:tls'
import { describe, expect, test, vi } from 'vitest'
import { ask, refusalOf } from './http.ts'
import { dial, type Rig, startRig } from './rig.ts'

const PATH = '/apis/kube-audit-exec.io/v1alpha1/namespaces/default/sessions'

const FORGED = {
  'X-Remote-User': 'root',
  'x-remote-group': 'system:masters',
  'X-REMOTE-EXTRA-Scopes': 'all',
  'X-Remote-Uid': '0',
}

function remoteOf(rawHeaders: readonly string[]): Record<string, string[]> {
  const found: Record<string, string[]> = {}
  for (const [index, header] of rawHeaders.entries()) {
    const name = header.toLowerCase()
    if (index % 2 === 0 && name.startsWith('x-remote-')) {
      found[name] = [...(found[name] ?? []), rawHeaders[index + 1] ?? '']
    }
  }
  return found
}

const alice = {
  'x-remote-user': ['alice'],
  'x-remote-uid': [expect.any(String)],
  'x-remote-group': ['sandbox:developers', 'system:authenticated'],
  'x-remote-extra-authentication.kubernetes.io%2fcredential-id': [expect.stringMatching(/^JTI=/)],
}

describe('a request', () => {
  test('arrives as it was sent, with the user that was authenticated and none that a client claims', async () => {
    const rig = await startRig()
    const { json } = await ask(rig, `${PATH}/x/attach?a=1&b=%2F`, {
      user: 'alice',
      method: 'POST',
      body: 'hello',
      headers: FORGED,
    })
    expect(json).toMatchObject({
      method: 'POST',
      url: `${PATH}/x/attach?a=1&b=%2F`,
      body: 'hello',
      client: 'front-proxy-client',
    })
    expect(remoteOf(json.rawHeaders)).toEqual(alice)
    expect(json.rawHeaders.join('\n')).not.toMatch(/authorization|Bearer/i)
  })

  test('carries an impersonated user, beyond ASCII as UTF-8', async () => {
    const rig = await startRig()
    const name = Buffer.from('zoë').toString('latin1')
    const { json } = await ask(rig, PATH, {
      headers: { 'Impersonate-User': name, 'Impersonate-Group': 'sandbox:developers' },
    })
    expect(remoteOf(json.rawHeaders)).toEqual({
      'x-remote-user': [name],
      'x-remote-group': ['sandbox:developers', 'system:authenticated'],
    })
    expect(json.rawHeaders.join('\n')).not.toMatch(/impersonate/i)
  })

  test('streams its answer as it comes', async () => {
    const pending = Promise.withResolvers<void>()
    const rig = await startRig({
      serve: (_request, response) => {
        response.write('{"first":1}')
        void pending.promise.then(() => response.end())
      },
    })
    const socket = await plainRequest(rig)
    let text = ''
    socket.on('data', (bytes) => {
      text += bytes
    })
    await vi.waitFor(() => expect(text).toContain('{"first":1}'))
    pending.resolve()
    await once(socket, 'end')
  })

  test('a collector that breaks off its answer does not look like one that ended it', async () => {
    const rig = await startRig({
      serve: (_request, response) => {
        response.write('half')
        setImmediate(() => response.destroy())
      },
    })
    await expect(ask(rig, PATH)).rejects.toThrow()
  })

  test('is a 503 Status while the collector is away', async () => {
    const rig = await startRig({ serve: (_request, response) => response.destroy() })
    expect((await ask(rig, PATH)).json).toMatchObject({ kind: 'Status', code: 503, reason: 'ServiceUnavailable' })
  })
})

async function plainRequest(rig: Rig) {
  const { port } = new URL(rig.sandbox.url)
  const socket = connect({ host: '127.0.0.1', port: Number(port), ca: rig.ca })
  await once(socket, 'secureConnect')
  socket.write(
    `GET ${PATH} HTTP/1.1\r\nhost: x\r\nconnection: close\r\nauthorization: Bearer ${rig.token('you')}\r\n\r\n`,
  )
  return socket
}

describe('an upgrade', () => {
  test('is piped through whole, under the user that was authenticated', async () => {
    const rig = await startRig()
    const socket = dial(rig, `${PATH}/x/attach`, {
      user: 'alice',
      protocols: ['v1.session.kube-audit-exec.io'],
      headers: FORGED,
    })
    const [described] = await once(socket, 'message')
    const { rawHeaders, client, url } = JSON.parse(described)
    expect([client, url, socket.protocol]).toEqual([
      'front-proxy-client',
      `${PATH}/x/attach`,
      'v1.session.kube-audit-exec.io',
    ])
    expect(remoteOf(rawHeaders)).toEqual(alice)
    const bytes = Buffer.alloc(3 << 20, 'kube')
    socket.send(bytes)
    const [echoed, binary] = await once(socket, 'message')
    expect([bytes.equals(echoed), binary]).toEqual([true, true])
    socket.close(4321, 'bye')
    expect((await once(socket, 'close'))[0]).toBe(4321)
  })

  test.each(['whole', 'chunked'])(
    'that the collector refuses (%s) is refused in its words, and the connection ends, so nothing slips in behind it',
    async (how) => {
      const rig = await startRig()
      const { port } = new URL(rig.sandbox.url)
      const socket = connect({ host: '127.0.0.1', port: Number(port), ca: rig.ca })
      await once(socket, 'secureConnect')
      const head = `host: x\r\nauthorization: Bearer ${rig.token('alice')}\r\n`
      socket.write(`GET ${PATH}?refuse=${how} HTTP/1.1\r\n${head}connection: Upgrade\r\nupgrade: websocket\r\n\r\n`)
      socket.write(`GET ${PATH}/smuggled HTTP/1.1\r\nhost: x\r\nX-Remote-User: root\r\n\r\n`)
      let text = ''
      socket.on('data', (bytes) => {
        text += bytes
      })
      await once(socket, 'close')
      expect(text).toMatch(/^HTTP\/1.1 409 Conflict\r\n[\s\S]*\r\n\r\nbusy!\n$/)
      expect(text).not.toContain('chunked')
    },
  )

  test('breaks for the collector when the client goes, and for the client when the collector goes', async () => {
    const rig = await startRig()
    const socket = dial(rig, PATH)
    await once(socket, 'message')
    await rig.sandbox.close()
    if (socket.readyState !== socket.CLOSED) await once(socket, 'close')
    expect(socket.readyState).toBe(socket.CLOSED)
  })

  test('is a Status when the user may not', async () => {
    const rig = await startRig()
    const refusal = await refusalOf(dial(rig, PATH, { user: 'audit-outsider' }))
    expect(refusal.json).toMatchObject({ kind: 'Status', code: 403 })
  })
})
