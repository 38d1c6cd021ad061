/** TLS sessions outlive certificates: what was proved once must be proved by the authorities of now. */
import { writeFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { issue, makeAuthority, type Pair } from '../cluster/certificates.ts'
import { ServerRig } from '../server-min/rig/server.ts'
import { API, dial, Inbox, request, statusOf } from './rig/raw.ts'

type Version = 'TLSv1.2' | 'TLSv1.3'

interface Visit {
  readonly status: number | undefined
  readonly reused: boolean
  readonly session: Buffer
}

interface Visitor {
  readonly version: Version
  readonly session?: Buffer
  readonly as?: Pair
}

async function visit(rig: ServerRig, visitor: Visitor): Promise<Visit> {
  const given: Buffer[] = []
  const socket = await dial(rig, { ...visitor, onSession: (session) => given.push(session) })
  const inbox = new Inbox(socket)
  socket.write(request(`GET ${API}`, 'X-Remote-User: alice'))
  const status = await inbox.until(statusOf)
  await expect.poll(() => given.length + Number(socket.isSessionReused())).toBeGreaterThan(0)
  const reused = socket.isSessionReused()
  socket.destroy()
  return { status, reused, session: given.at(-1) ?? Buffer.alloc(0) }
}

const VERSIONS: Version[] = ['TLSv1.3', 'TLSv1.2']

test.each(VERSIONS)('%s: a client that resumes is known again while its authority counts', async (version) => {
  await using rig = await ServerRig.start()
  const { session } = await visit(rig, { version })
  expect(await visit(rig, { version, session })).toMatchObject({ status: 200, reused: true })
})

test.each(VERSIONS)('%s: a client that resumes after its authority was replaced is nobody', async (version) => {
  await using rig = await ServerRig.start()
  const { session } = await visit(rig, { version })
  const next = await makeAuthority('front-proxy-ca-2')
  writeFileSync(rig.caFile, next.certificate)
  await rig.server.reload()
  expect((await visit(rig, { version, session })).status).toBe(401)
  const as = await issue(next, { commonName: 'front-proxy-client' })
  const fresh = await visit(rig, { version, as })
  expect(fresh.status).toBe(200)
  expect(await visit(rig, { version, as, session: fresh.session })).toMatchObject({ status: 200, reused: true })
})

test.each(VERSIONS)('%s: a session that began without a certificate never counts as one', async (version) => {
  await using rig = await ServerRig.start()
  const other = await issue(await makeAuthority('other'), { commonName: 'front-proxy-client' })
  const { session, status } = await visit(rig, { version, as: other })
  expect(status).toBe(401)
  expect((await visit(rig, { version, session })).status).not.toBe(200)
})

test('a connection that was open when the authority was replaced is judged anew at its next request', async () => {
  await using rig = await ServerRig.start()
  const socket = await dial(rig)
  const inbox = new Inbox(socket)
  const ask = async () => {
    inbox.bytes = Buffer.alloc(0)
    socket.write(request(`GET ${API}`, 'X-Remote-User: alice'))
    return inbox.until(statusOf)
  }
  expect(await ask()).toBe(200)
  writeFileSync(rig.caFile, (await makeAuthority('front-proxy-ca-2')).certificate)
  await rig.server.reload()
  expect(await ask()).toBe(401)
  socket.destroy()
})
