import { afterAll, beforeAll, expect, test } from 'vitest'
import { SESSION_SUBPROTOCOL } from '../../../src/protocol/api.ts'
import { issue, makeAuthority } from '../../cluster/certificates.ts'
import { draft, endDraft, newId, openHello } from '../rig/client.ts'
import { execReview, responseOf } from '../rig/review.ts'
import { AS_ALICE, ServerRig, socketOf } from '../rig/server.ts'

let rig: ServerRig
beforeAll(async () => {
  rig = await ServerRig.start()
})
afterAll(() => rig[Symbol.asyncDispose]())

test('a session opened in the upgrade’s header records the user whom the API server names, and admits one exec', async () => {
  const id = newId()
  const client = await rig.attach(id, { hello: openHello() })
  expect(socketOf(client).protocol).toBe(SESSION_SUBPROTOCOL)
  await client.next('opened')
  const [open] = rig.log.of(id)
  expect(JSON.parse(open!.payload.toString())).toMatchObject({
    user: { username: 'alice', uid: 'uid-alice', groups: ['developers'] },
    authentication: 'request-header',
  })
  const review = await rig.review(execReview())
  expect(responseOf(review.json())).toMatchObject({ allowed: true, auditAnnotations: { session: id } })
  expect(responseOf((await rig.review(execReview())).json()).allowed).toBe(false)
  client.append(1, draft('input', 'x'))
  await client.next('ack')
  client.append(2, endDraft())
  await client.next('ack')
  expect((await client.end()).code).toBe(1000)
})

test('a hello may come as the first message, for those too long for a header', async () => {
  const client = await rig.attach(newId())
  client.hello(openHello(undefined, { reason: 'x'.repeat(1024) }))
  await client.next('opened')
  client.pipe.close(1000, '')
})

test('headers without the front proxy’s certificate prove nothing', async () => {
  await expect(rig.attach(newId(), { as: 'nobody' })).rejects.toThrow('status 401')
  const impostors = await makeAuthority('front-proxy-ca')
  const impostor = await issue(impostors, { commonName: 'front-proxy-client' })
  await expect(rig.attach(newId(), { as: impostor })).rejects.toThrow('status 401')
})

test('a certificate of the right authority under another name proves nothing', async () => {
  const other = await issue(rig.proxyAuthority, { commonName: 'somebody-else' })
  await expect(rig.attach(newId(), { as: other })).rejects.toThrow('status 401')
})

test('a user header that comes twice is refused: one of them was smuggled in', async () => {
  const headers = { ...AS_ALICE, 'X-Remote-User': ['alice', 'admin'] } as never
  await expect(rig.attach(newId(), { headers })).rejects.toThrow('status 400')
})

test('a request without a user is refused', async () => {
  await expect(rig.attach(newId(), { headers: { 'X-Remote-Group': 'system:masters' } })).rejects.toThrow('status 401')
})

test.each([
  [
    'an id that is no UUIDv7',
    { path: '/apis/kube-audit-exec.io/v1alpha1/namespaces/default/sessions/..%2Fx/attach' },
    400,
  ],
  ['another subprotocol', { protocols: ['v5.channel.k8s.io'] }, 400],
  ['another path', { path: '/apis/kube-audit-exec.io/v1alpha1/namespaces/default/pods/web-0/exec' }, 404],
  [
    'a namespace with a slash in it',
    { path: `/apis/kube-audit-exec.io/v1alpha1/namespaces/a%2Fb/sessions/${newId()}/attach` },
    404,
  ],
])('%s is refused before the upgrade', async (_what, asked, status) => {
  await expect(rig.attach(newId(), asked)).rejects.toThrow(`status ${status}`)
})

test('a session in another namespace than the request was authorized for is refused', async () => {
  const client = await rig.attach(newId(), { namespace: 'kube-system', hello: openHello() })
  expect(await client.refused()).toBe('KAE_HELLO_INVALID')
})

test('a text message closes the stream with 1003', async () => {
  const client = await rig.attach(newId())
  socketOf(client).send('{"open":{}}')
  expect((await client.end()).code).toBe(1003)
})

test('compression is not agreed on, even when the client offers it', async () => {
  const client = await rig.attach(newId(), { deflate: true })
  expect(socketOf(client).extensions).toBe('')
  client.pipe.close(1000, '')
})

test('a message larger than the window could ever need closes the stream with 1009', async () => {
  const client = await rig.attach(newId(), { hello: openHello() })
  await client.next('opened')
  client.pipe.send(Buffer.alloc(9 * 1024 * 1024))
  expect((await client.end()).code).toBe(1009)
})
