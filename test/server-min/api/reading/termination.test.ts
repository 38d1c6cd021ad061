import { afterEach, beforeEach, expect, test } from 'vitest'
import { sessionsPath } from '../../../../src/protocol/api.ts'
import type { SessionId } from '../../../../src/protocol/session-id.ts'
import { newId, openHello } from '../../rig/client.ts'
import { ReadingRig } from './rig.ts'

let rig: ReadingRig
beforeEach(async () => {
  rig = await ReadingRig.start()
  rig.grants.add('carol audit sessions *')
})
afterEach(() => rig[Symbol.asyncDispose]())

const terminate = (
  id: string,
  { user = 'carol', namespace = 'default', body = '{"reason":"the change window is over"}' } = {},
) => rig.ask(sessionsPath(namespace, id, 'terminate'), user, { method: 'POST', body })

async function live(): Promise<{ id: SessionId; client: Awaited<ReturnType<ReadingRig['server']['attach']>> }> {
  const id = newId()
  const client = await rig.server.attach(id, { hello: openHello() })
  await client.next('opened')
  return { id, client }
}

test('a live session ends; its user and its record are told by whom and why', async () => {
  const { id, client } = await live()
  const answer = await terminate(id)
  expect([answer.status, answer.json()]).toMatchObject([200, { kind: 'Status', status: 'Success' }])
  expect(answer.json().message).toContain('may still run')
  const { fault } = await client.next('fault')
  expect(fault.code).toBe('KAE_SESSION_TERMINATED')
  expect(fault.message).toContain('carol')
  expect(JSON.parse(rig.server.log.of(id).at(-1)!.payload.toString())).toMatchObject({
    reason: 'terminated',
    by: 'carol',
    message: 'the change window is over',
  })
})

test('not under another namespace than its own', async () => {
  const { id, client } = await live()
  expect((await terminate(id, { namespace: 'prod' })).status).toBe(404)
  expect(rig.server.log.of(id)).toHaveLength(1)
  client.pipe.close(1000, '')
})

test('one that has ended is a conflict to those who may see it, and unknown to others', async () => {
  const id = await rig.session()
  expect((await terminate(id)).status).toBe(409)
  expect((await terminate(id, { user: 'bob' })).status).toBe(404)
  expect((await terminate(newId())).status).toBe(404)
})

test.each([
  '',
  '{}',
  '{"reason":""}',
  '{"reason":1}',
  '{"reason":"x","by":"alice"}',
  '[]',
  'null',
  '{"reason":"x","reason":"y"}',
  JSON.stringify({ reason: 'x'.repeat(1025) }),
])('a body like %s ends nothing', async (body) => {
  const { id, client } = await live()
  expect((await terminate(id, { body })).status).toBe(400)
  expect(rig.server.log.of(id)).toHaveLength(1)
  client.pipe.close(1000, '')
})

test('a body is JSON whatever its type: kubectl create --raw names none', async () => {
  const { id } = await live()
  const headers = { 'X-Remote-User': 'carol', 'content-type': 'application/octet-stream' }
  const body = '{"reason":"x"}'
  const answer = await rig.ask(sessionsPath('default', id, 'terminate'), 'carol', { method: 'POST', body, headers })
  expect(answer.status).toBe(200)
})

test('a body that is too long is not read', async () => {
  const answer = await terminate(newId(), { body: JSON.stringify({ reason: 'x'.repeat(100_000) }) })
  expect(answer.status).toBe(413)
})
