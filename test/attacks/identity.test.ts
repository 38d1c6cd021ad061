import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { placeRecord } from '../../src/protocol/chain.ts'
import type { Identity } from '../../src/protocol/session.ts'
import { issue, makeAuthority, type Pair } from '../cluster/certificates.ts'
import { draft, newId, openHello } from '../server-min/rig/client.ts'
import { execReview, responseOf } from '../server-min/rig/review.ts'
import { AS_ALICE, ServerRig } from '../server-min/rig/server.ts'
import { clientAuth, issueOdd, serverAuth } from './rig/certificates.ts'
import { API, request, say, upgradeRequest } from './rig/raw.ts'

let rig: ServerRig
beforeAll(async () => {
  rig = await ServerRig.start()
})
afterAll(() => rig[Symbol.asyncDispose]())

const statuses = async (as: Pair | 'nobody') => [
  (await say(rig, request(`GET ${API}`, 'X-Remote-User: alice'), { as })).status,
  (await say(rig, upgradeRequest(newId(), { hello: openHello() }), { as })).status,
]

test.each<[string, () => Promise<Pair | 'nobody'>]>([
  ['no certificate', async () => 'nobody'],
  [
    'one of the cluster’s own CA',
    async () => issue(await makeAuthority('kubernetes'), { commonName: 'front-proxy-client' }),
  ],
  ['one of the server’s CA', () => issue(rig.authority, { commonName: 'front-proxy-client' })],
  ['one with another name', () => issueOdd(rig.proxyAuthority, { commonNames: ['kubelet'] })],
  [
    'one with the name among others',
    () => issueOdd(rig.proxyAuthority, { commonNames: ['kubelet', 'front-proxy-client'] }),
  ],
  ['one with the name in other letters', () => issueOdd(rig.proxyAuthority, { commonNames: ['Front-Proxy-Client'] })],
  ['one with the name and a NUL', () => issueOdd(rig.proxyAuthority, { commonNames: ['front-proxy-client\0.evil'] })],
  ['one without a name', () => issueOdd(rig.proxyAuthority, { commonNames: [] })],
  ['an expired one', () => issueOdd(rig.proxyAuthority, { from: -48, to: -24 })],
  ['one that does not hold yet', () => issueOdd(rig.proxyAuthority, { from: 24, to: 48 })],
  ['one for servers', () => issueOdd(rig.proxyAuthority, { usages: [serverAuth] })],
  ['the CA’s own', async () => rig.proxyAuthority],
  [
    'one that a client’s certificate signed',
    async () => {
      const leaf = await issueOdd(rig.proxyAuthority, { usages: [clientAuth] })
      const forged = await issue(leaf.authority, { commonName: 'front-proxy-client' })
      return { key: forged.key, certificate: `${forged.certificate}${leaf.certificate}` }
    },
  ],
])('X-Remote-* with %s prove nothing', async (_what, make) => {
  expect(await statuses(await make())).toEqual([401, 401])
})

test('the certificates that they are told from are taken', async () => {
  expect(await statuses(await issueOdd(rig.proxyAuthority, { usages: [clientAuth] }))).toEqual([200, 101])
})

test.each<[string, (clients: Awaited<ReturnType<typeof makeAuthority>>) => Promise<string>]>([
  ['the client CA', async ({ certificate }) => certificate],
  ['one of a bundle with it', async ({ certificate }) => `${rig.proxyAuthority.certificate}${certificate}`],
  [
    'the client CA, renewed',
    async (clients) => {
      const { X509CertificateGenerator } = await import('@peculiar/x509')
      const renewed = await X509CertificateGenerator.createSelfSigned({ name: 'CN=renewed', keys: clients.keys })
      return renewed.toString('pem')
    },
  ],
])('without names it does not start where the requestheader CA is %s', async (_what, caOf) => {
  await using other = await ServerRig.make()
  const clients = await makeAuthority('kubernetes')
  const clientCaFile = join(other.folder, 'ca.crt')
  writeFileSync(clientCaFile, clients.certificate)
  writeFileSync(other.caFile, await caOf(clients))
  const requestHeader = { caFile: other.caFile, clientCaFile, allowedNames: [] }
  await expect(other.serve({ requestHeader })).rejects.toMatchObject({ code: 'KAE_REQUESTHEADER_UNSAFE' })
})

test('without names it does not start where the requestheader CA is the parent of the client CA', async () => {
  await using other = await ServerRig.make()
  const clients = await issueOdd(other.proxyAuthority, { commonNames: ['kubernetes'], ca: true })
  const clientCaFile = join(other.folder, 'ca.crt')
  writeFileSync(clientCaFile, clients.certificate)
  const requestHeader = { caFile: other.caFile, clientCaFile, allowedNames: [] }
  await expect(other.serve({ requestHeader })).rejects.toMatchObject({ code: 'KAE_REQUESTHEADER_UNSAFE' })
})

/** As kube-apiserver writes a user into headers (k8s.io/client-go/transport: SetAuthProxyHeaders). */
function proxyHeaders({ username, uid, groups, extra }: Identity): string[] {
  const bytes = (text: string) => Buffer.from(text).toString('latin1')
  const escaped = (key: string) =>
    bytes(key).replace(
      /[^!#$&'*+\-.^_`|~0-9A-Za-z]/g,
      (byte) => `%${byte.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`,
    )
  return [
    `X-Remote-User: ${bytes(username)}`,
    ...(uid === undefined ? [] : [`X-Remote-Uid: ${bytes(uid)}`]),
    ...groups.map((group) => `X-Remote-Group: ${bytes(group)}`),
    ...Object.entries(extra).flatMap(([key, values]) =>
      values.map((value) => `X-Remote-Extra-${escaped(key)}: ${bytes(value)}`),
    ),
  ]
}

const PEOPLE: Identity[] = [
  { username: 'oidc:jürgen@例え.jp', uid: 'ü-1', groups: ['a,b', 'c, d', 'größe', 'x=y;z', '"quoted"'], extra: {} },
  {
    username: 'CN=a, O=b',
    groups: ['system:masters, system:authenticated'],
    extra: { 'x.io/é/É %2f%25': ['1,2', '3'] },
  },
  {
    username: 'system:serviceaccount:a:b',
    uid: '7',
    groups: [],
    extra: { 'authentication.kubernetes.io/pod-name': ['p'] },
  },
  { username: '%61lice', groups: ['%2c'], extra: { 'a%b': ['%41'], '100%': [''] } },
]

test.each(PEOPLE)(
  'what the API server says of $username in headers is on record as the review has it',
  async (person) => {
    const id = newId()
    const headers = proxyHeaders(person).slice(1)
    const user = Buffer.from(person.username).toString('latin1')
    const socketAsked = { user, headers, hello: openHello() }
    const { status } = await say(rig, upgradeRequest(id, socketAsked))
    expect(status).toBe(101)
    await expect.poll(() => rig.log.of(id).length).toBe(1)
    expect(JSON.parse(rig.log.of(id)[0]!.payload.toString()).user).toEqual(person)
  },
)

test('the session of a user with commas and letters beyond ASCII admits that very user’s exec', async () => {
  const [person] = PEOPLE as [Identity]
  const latin1 = (text: string) => Buffer.from(text).toString('latin1')
  const headers = {
    'X-Remote-User': latin1(person.username),
    'X-Remote-Uid': latin1(person.uid ?? ''),
    'X-Remote-Group': person.groups.map(latin1),
  }
  const id = newId()
  await (await rig.attach(id, { headers, hello: openHello() })).next('opened')
  const lookalike = { ...person, username: person.username.normalize('NFD') }
  expect(responseOf((await rig.review(execReview({ user: lookalike }))).json()).allowed).toBe(false)
  const answer = await rig.review(execReview({ user: person }))
  expect(responseOf(answer.json())).toMatchObject({ allowed: true, auditAnnotations: { session: id } })
})

test('what a client says of where it comes from is nowhere on record', async () => {
  const id = newId()
  const claims = {
    'X-Forwarded-For': '203.0.113.7',
    Forwarded: 'for=203.0.113.7',
    'X-Real-Ip': '203.0.113.7',
    Via: '203.0.113.7',
  }
  const client = await rig.attach(id, { headers: { ...AS_ALICE, ...claims }, hello: openHello() })
  await client.next('opened')
  await rig.review(execReview())
  const everything = rig.log.records.map(({ payload }) => Buffer.from(payload).toString()).join('\n')
  expect(everything).toContain('alice')
  expect(everything).not.toContain('203.0.113.7')
  expect(rig.lines.join('\n')).not.toContain('203.0.113.7')
})

const AS_BOB = { 'X-Remote-User': 'bob', 'X-Remote-Group': 'developers' }

/** GET, POST, DELETE. 503: this server's log is in memory, so it gives recordings to nobody; test/attacks/reading has one that does. */
const REFUSED_TO_BOB = [
  ['log', 503, 405, 405],
  ['log?follow=true', 503, 405, 405],
  ['terminate', 404, 400, 405],
  ['', 404, 405, 405],
] as const

test('nobody can resume, reopen, read or end the session of another', async () => {
  const id = newId()
  const client = await rig.attach(id, { hello: openHello() })
  await client.next('opened')
  client.append(1, draft('input', 'mine'))
  const { head } = await client.next('ack')
  const resume = { resume: { seq: 1, head: head.toString('hex') } }
  for (const headers of [AS_BOB, { ...AS_ALICE, 'X-Remote-Uid': 'other' }, { 'X-Remote-User': 'Alice' }]) {
    for (const hello of [resume, openHello()]) {
      const thief = await rig.attach(id, { headers, hello })
      expect(await thief.refused()).toBe('KAE_SESSION_FORBIDDEN')
      expect(JSON.stringify(thief.heard)).not.toContain('mine')
    }
  }
  for (const [subresource, ...statuses] of REFUSED_TO_BOB) {
    for (const [index, method] of ['GET', 'POST', 'DELETE'].entries()) {
      const path = `${API}/namespaces/default/sessions/${id}/${subresource}`
      const { status, text } = await rig.ask(path, { method, headers: AS_BOB })
      expect([method, subresource, status]).toEqual([method, subresource, statuses[index]])
      expect(text).not.toContain('mine')
    }
  }
  const uninvited = await rig.attach(id, { headers: AS_BOB })
  uninvited.append(2, draft('input', 'forged'))
  expect(await uninvited.refused()).toBe('KAE_HELLO_INVALID')
  client.append(2, draft('input', 'still mine'))
  await client.next('ack')
  expect(client.closed).toBeUndefined()
  const last = rig.log.of(id).at(-1)!
  expect([last.seq, last.payload.toString()]).toEqual([2, 'still mine'])
  expect(placeRecord(rig.log.of(id)[1]!, rig.log.of(id)[1]!).hash).toEqual(head)
})
