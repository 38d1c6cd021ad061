import { afterAll, beforeAll, expect, test } from 'vitest'
import { newId, openHello } from '../server-min/rig/client.ts'
import { ServerRig } from '../server-min/rig/server.ts'
import { API, dial, Inbox, pace, request, say, upgradeRequest } from './rig/raw.ts'

let rig: ServerRig
let usual: number
beforeAll(async () => {
  rig = await ServerRig.start()
  usual = await pace(rig)
})
afterAll(() => rig[Symbol.asyncDispose]())

const ALICE = 'X-Remote-User: alice'
const post = (...headers: string[]) => request('POST /admission/exec', 'Content-Type: application/json', ...headers)
const NEXT = request('GET /version')

test.each<[string, string]>([
  ['a length and chunks together', `${post('Content-Length: 4', 'Transfer-Encoding: chunked')}0\r\n\r\n${NEXT}`],
  ['chunks and a length together', `${post('Transfer-Encoding: chunked', 'Content-Length: 4')}0\r\n\r\n${NEXT}`],
  ['two lengths', `${post('Content-Length: 2', 'Content-Length: 4')}{}${NEXT}`],
  ['the same length twice', `${post('Content-Length: 2', 'Content-Length: 2')}{}`],
  ['a length with a sign', `${post('Content-Length: +2')}{}`],
  ['a transfer encoding that is none', `${post('Transfer-Encoding: xchunked')}0\r\n\r\n`],
  ['chunked before another encoding', `${post('Transfer-Encoding: chunked, identity')}0\r\n\r\n`],
  ['a chunk size that is not hex', `${post('Transfer-Encoding: chunked')}0x2\r\n{}\r\n0\r\n\r\n`],
  ['a chunk extension with a bare line feed', `${post('Transfer-Encoding: chunked')}2;\n{}\r\n0\r\n\r\n`],
  ['a folded user', request(`GET ${API}`, ALICE, ' admin')],
  ['a folded group that hides a header', request(`GET ${API}`, ALICE, 'X-A: b', '\tX-Remote-Group: system:masters')],
  ['bare line feeds', `GET ${API} HTTP/1.1\nHost: server\n${ALICE}\n\n`],
  ['a header behind a bare line feed', request(`GET ${API}`, `X-A: b\n${ALICE}`)],
  ['a header behind a bare carriage return', request(`GET ${API}`, `X-A: b\r${ALICE}`)],
  ['a space before the colon', request(`GET ${API}`, 'X-Remote-User : alice')],
  ['a NUL in the user', request(`GET ${API}`, 'X-Remote-User: al\0ice')],
  ['two users', request(`GET ${API}`, ALICE, 'x-remote-user: admin')],
  ['the same user twice', request(`GET ${API}`, ALICE, ALICE)],
  ['HTTP/2 without agreement', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'],
  ['another protocol', '\x16\x03\x01\x00\x00\r\n\r\n'],
])('a request with %s is a bad request, at once, and nothing behind it is heard', async (_what, bytes) => {
  const { status, text, ms } = await say(rig, bytes)
  expect(status).toBe(400)
  expect(text.match(/HTTP\/1\.1 /g)).toHaveLength(1)
  expect(ms).toBeLessThan(50 * usual)
})

test('a header that only looks like the user’s is none', async () => {
  expect((await say(rig, request(`GET ${API}`, 'X_Remote_User: alice'))).status).toBe(401)
  expect((await say(rig, request(`GET ${API}`, 'X-Forwarded-User: alice'))).status).toBe(401)
})

test('a second user is found behind any number of other headers, or the request is refused', async () => {
  for (const count of [100, 999, 1000, 1001, 1999, 2001, 5000]) {
    const fill = Array.from({ length: count }, () => 'A: b')
    const { status } = await say(rig, request(`GET ${API}`, ALICE, ...fill, 'X-Remote-User: admin'))
    expect([400, 431], `${count} headers`).toContain(status)
  }
})

test('a group behind a thousand others is not lost', async () => {
  const id = newId()
  const groups = Array.from({ length: 1200 }, (_, n) => `g${n}`)
  const headers = groups.map((group) => `X-Remote-Group: ${group}`)
  const { status } = await say(rig, upgradeRequest(id, { headers, hello: openHello() }))
  if (status === 101) {
    await expect.poll(() => rig.log.of(id).length).toBe(1)
    expect(JSON.parse(rig.log.of(id)[0]!.payload.toString()).user.groups).toEqual(groups)
  } else expect(status).toBe(431)
})

test('nothing is heard that is pipelined behind a refused upgrade', async () => {
  const review = `${post('Content-Length: 2')}{}`
  const { status, text } = await say(rig, upgradeRequest('nope') + NEXT + review)
  expect(status).toBe(400)
  expect(text.match(/HTTP\/1\.1 /g)).toHaveLength(1)
  expect(text).not.toContain('gitVersion')
})

test('a refused upgrade lets go of its socket, though the client holds on to it and talks', async () => {
  const socket = await dial(rig, { as: 'nobody', allowHalfOpen: true })
  const inbox = new Inbox(socket)
  socket.write(upgradeRequest('nope'))
  const talk = setInterval(() => socket.write('x'), 50)
  await new Promise((resolve) => socket.once('close', resolve))
  clearInterval(talk)
  expect(inbox.bytes.toString()).toMatch(/^HTTP\/1\.1 401 /)
})

test('a server with clients whose upgrades it refused stops when it is told to', async () => {
  await using other = await ServerRig.start()
  const sockets = await Promise.all([1, 2, 3].map(() => dial(other, { as: 'nobody', allowHalfOpen: true })))
  for (const socket of sockets) {
    const inbox = new Inbox(socket)
    socket.write(upgradeRequest('nope'))
    await inbox.until((bytes) => (bytes.length > 0 ? true : undefined))
  }
  await other.server.close()
  for (const socket of sockets) socket.destroy()
})

test.each([
  ['..', '../../x'],
  ['.', '.'],
  ['a slash escaped', '..%2f..%2fx'],
  ['a backslash', '..\\..\\x'],
  ['an escape that is none', '%zz'],
  ['another UUID version', '3f2504e0-4f89-41d3-9a0c-0305e82c3301'],
  ['an id in upper case', newId().toUpperCase()],
  ['an id and more', `${newId()}%00`],
  ['an id and a path', `${newId()}/attach/..`],
  ['the journal’s id in braces', '{00000000-0000-7000-8000-000000000000}'],
])('where an id should be, %s is a bad request', async (_what, id) => {
  const path = `${API}/namespaces/default/sessions/${id}/attach`
  expect((await say(rig, upgradeRequest('', { path }))).status).toBe(400)
})

test('neither body nor transfer encoding in an upgrade becomes a request', async () => {
  for (const header of ['Content-Length: 5', 'Transfer-Encoding: chunked']) {
    const { text } = await say(rig, upgradeRequest(newId(), { headers: [header] }) + NEXT)
    expect(text).not.toContain('gitVersion')
  }
})
