import { chmodSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { connect as tlsConnect } from 'node:tls'
import { expect, test } from 'vitest'
import { openFileLog } from '../../server-min/log/file-log.ts'
import { serve } from '../../server-min/serve.ts'
import { issue, makeAuthority } from '../cluster/certificates.ts'
import { draft, endDraft, newId, openHello } from './rig/client.ts'
import { ServerRig } from './rig/server.ts'

const code = (promise: Promise<unknown>) =>
  promise.then(
    () => 'started',
    (error: { code: string }) => error.code,
  )

/** The common name of the certificate that the server shows to a new connection. */
const shownName = (rig: ServerRig): Promise<string> =>
  new Promise((resolve, reject) => {
    const socket = tlsConnect({ host: '127.0.0.1', port: rig.server.port, ca: rig.authority.certificate }, () => {
      resolve(String(socket.getPeerCertificate().subject.CN))
      socket.destroy()
    }).on('error', reject)
  })

test('it refuses to start with a key that others can read', async () => {
  await using rig = await ServerRig.make()
  chmodSync(rig.keyFile, 0o644)
  expect(await code(rig.serve())).toBe('KAE_KEY_FILE_OPEN')
})

test('it refuses to start without an authority for the API server’s headers', async () => {
  await using rig = await ServerRig.make()
  expect(await code(rig.serve({ requestHeader: { caFile: join(rig.folder, 'nowhere') } }))).toBe(
    'KAE_TLS_FILE_UNUSABLE',
  )
  expect(await code(rig.serve({ requestHeader: {} }))).toBe('KAE_REQUESTHEADER_MISSING')
})

test('it refuses to start on a folder that another process holds', async () => {
  await using rig = await ServerRig.make()
  const folder = join(rig.folder, 'log')
  const held = await openFileLog({ folder, now: Date.now })
  expect(await code(rig.serve({ log: { folder } }))).toBe('KAE_LOG_LOCKED')
  await held.close()
  expect(await code(rig.serve({ log: { folder } }))).toBe('started')
})

test('it refuses to start on a folder that others can write', async () => {
  await using rig = await ServerRig.make()
  const folder = join(rig.folder, 'log')
  mkdirSync(folder)
  chmodSync(folder, 0o777)
  expect(await code(rig.serve({ log: { folder } }))).toBe('KAE_LOG_FOLDER_UNSAFE')
})

test('a start that fails lets go of all that it held', async () => {
  await using rig = await ServerRig.make()
  const folder = join(rig.folder, 'log')
  const first = await rig.serve()
  expect(await code(serve(rig.options({ log: { folder }, port: first.port })))).toBe('KAE_SERVER_LISTEN')
  const log = await openFileLog({ folder, now: Date.now })
  await log.close()
})

test('a certificate that is renewed is shown to new connections, and half of a renewal is not', async () => {
  await using rig = await ServerRig.start()
  expect(await shownName(rig)).toBe('server')
  await rig.writeServing('renewed')
  await rig.server.reload()
  expect(await shownName(rig)).toBe('renewed')
  const other = await issue(rig.authority, { commonName: 'half' })
  writeFileSync(rig.certFile, other.certificate)
  await rig.server.reload()
  expect(await shownName(rig)).toBe('renewed')
  expect(rig.lines.some((line) => line.includes('"error"') && line.includes('not the key'))).toBe(true)
})

test('when the front proxy’s authority is replaced, the old one counts no more and the new one does', async () => {
  await using rig = await ServerRig.start()
  const next = await makeAuthority('front-proxy-ca-2')
  writeFileSync(rig.caFile, next.certificate)
  await rig.server.reload()
  expect((await rig.ask('/apis')).status).toBe(401)
  const as = await issue(next, { commonName: 'front-proxy-client' })
  expect((await rig.ask('/apis', { as })).status).toBe(200)
})

test('a client resumes with the next server on the same folder', async () => {
  await using rig = await ServerRig.make()
  const folder = join(rig.folder, 'log')
  const first = await rig.serve({ log: { folder } })
  const id = newId()
  const client = await rig.attach(id, { hello: openHello() })
  await client.next('opened')
  client.append(1, draft('input', 'before', 1))
  const { head } = await client.next('ack')
  await first.close()
  expect((await client.end()).code).toBe(1012)
  await rig.serve({ log: { folder } })
  const again = await rig.attach(id, { hello: { resume: { seq: 1, head: head.toString('hex') } } })
  expect((await again.next('resumed')).seq).toBe(2)
  again.append(2, draft('input', 'after', 2), endDraft(3))
  await again.next('ack')
  await rig.server.close()
  const log = await openFileLog({ folder, now: Date.now })
  const kinds: string[] = []
  for await (const record of log.read(id)) kinds.push(record.kind)
  await log.close()
  expect(kinds).toEqual(['open', 'input', 'input', 'end'])
})

test('while it drains, readiness fails first and streams are told to come back', async () => {
  await using rig = await ServerRig.start()
  const client = await rig.attach(newId(), { hello: openHello() })
  await client.next('opened')
  const release = rig.log.hold()
  client.append(1, draft('input', 'x'))
  await expect.poll(() => rig.log.records.length).toBe(1)
  const probe = () => fetch(`http://127.0.0.1:${rig.server.metricsPort}/readyz`).then((answer) => answer.status)
  expect(await probe()).toBe(200)
  const closed = rig.server.close()
  expect(await probe()).toBe(503)
  expect((await client.end()).code).toBe(1012)
  release()
  await closed
  expect(rig.log.records).toHaveLength(2)
})

test('metrics count, and name nobody', async () => {
  await using rig = await ServerRig.start()
  const id = newId()
  const client = await rig.attach(id, { hello: openHello() })
  await client.next('opened')
  client.append(1, draft('input', 'hunter2'))
  await client.next('ack')
  await rig.review({})
  const base = `http://127.0.0.1:${rig.server.metricsPort}`
  const text = await (await fetch(`${base}/metrics`)).text()
  expect(text).toContain('kube_audit_exec_sessions 1')
  expect(text).toContain('kube_audit_exec_records_total 2')
  expect(text).toContain('kube_audit_exec_queue_records 0')
  expect(text).toContain('kube_audit_exec_recording_ready 1')
  expect(text).toContain('kube_audit_exec_commit_duration_seconds_count 2')
  expect(text).toContain('kube_audit_exec_admission_decisions_total{decision="deny",reason="unreadable"} 1')
  for (const secret of ['alice', id, 'web-0', 'default', 'hunter2']) {
    expect(text).not.toContain(secret)
  }
  expect(rig.lines.join('\n')).not.toContain('hunter2')
  expect((await fetch(`${base}/anything`)).status).toBe(404)
  expect((await fetch(`${base}/metrics`, { method: 'POST' })).status).toBe(405)
})
