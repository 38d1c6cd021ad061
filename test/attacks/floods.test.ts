/** ATTACK_CONNECTIONS: how many (2,000 and more at night; each takes two open files of this process). */
import { expect, test } from 'vitest'
import { newId, openHello } from '../server-min/rig/client.ts'
import { execReview, responseOf } from '../server-min/rig/review.ts'
import { ServerRig, socketOf } from '../server-min/rig/server.ts'
import { frame, stream } from './rig/frames.ts'
import { dial, upgradeRequest } from './rig/raw.ts'
import { Typist } from './rig/typist.ts'

const MANY = Number(process.env.ATTACK_CONNECTIONS ?? 1000)
const AS_BOB = { 'X-Remote-User': 'bob' }

/** A few at a time, so that the dialling itself is no measure of anything. */
async function times<T>(count: number, make: () => Promise<T>): Promise<T[]> {
  const made: T[] = []
  while (made.length < count)
    made.push(...(await Promise.all(Array.from({ length: Math.min(25, count - made.length) }, make))))
  return made
}

/** Another user opens a session, types and is admitted while the flood stands. */
async function unaffected(rig: ServerRig, typist: Typist, usual: number): Promise<void> {
  expect(await typist.type(50)).toBeLessThan(50 * usual)
  const id = newId()
  const client = await rig.attach(id, { hello: openHello({ ...execTarget(), pod: 'web-1' }) })
  await client.next('opened')
  const answer = await rig.review(execReview({ target: { pod: 'web-1' } }))
  expect(responseOf(answer.json())).toMatchObject({ allowed: true, auditAnnotations: { session: id } })
}
const execTarget = () => {
  const hello = openHello()
  if (!('open' in hello)) throw new Error('no open')
  return { ...hello.open.target, container: hello.open.target.container ?? 'app' }
}

test('idle TLS connections of nobody: others go on', { timeout: 60_000 }, async () => {
  await using rig = await ServerRig.start()
  const typist = await Typist.sit(rig)
  const usual = await typist.type(30)
  const idle = await times(500, () => dial(rig, { as: 'nobody' }))
  await unaffected(rig, typist, usual)
  for (const socket of idle) socket.destroy()
})

test('upgrades that stop halfway through their headers: others go on', { timeout: 60_000 }, async () => {
  await using rig = await ServerRig.start()
  const typist = await Typist.sit(rig)
  const usual = await typist.type(30)
  const halves = await times(MANY, async () => {
    const socket = await dial(rig)
    socket.write(upgradeRequest(newId(), { user: 'bob' }).slice(0, -2))
    return socket
  })
  await unaffected(rig, typist, usual)
  for (const socket of halves) socket.destroy()
})

test('streams of one user that never say hello: others go on, and they are let go', { timeout: 60_000 }, async () => {
  await using rig = await ServerRig.start()
  const typist = await Typist.sit(rig)
  const usual = await typist.type(30)
  const silent = await times(MANY, () => rig.attach(newId(), { headers: AS_BOB }))
  await unaffected(rig, typist, usual)
  expect(await silent[0]!.refused()).toBe('KAE_HELLO_LATE')
  for (const client of silent) socketOf(client).terminate()
})

test('one user cannot take all places by streams that are for nothing', async () => {
  await using rig = await ServerRig.start({ streamsPerUser: 5 })
  const own = await times(5, () => rig.attach(newId(), { headers: AS_BOB }))
  await expect(rig.attach(newId(), { headers: AS_BOB })).rejects.toThrow('status 429')
  await Typist.sit(rig)
  socketOf(own[0]!).terminate()
  await expect
    .poll(() =>
      rig.attach(newId(), { headers: AS_BOB }).then(
        () => 'taken',
        () => 'refused',
      ),
    )
    .toBe('taken')
  await expect(rig.attach(newId(), { headers: AS_BOB })).rejects.toThrow('status 429')
})

test('a client that pings without end and reads nothing is let go, and memory stays flat', async () => {
  await using rig = await ServerRig.start()
  const typist = await Typist.sit(rig)
  const usual = await typist.type(30)
  const { socket, message } = await stream(rig, newId(), openHello())
  await message(0x81)
  socket.pause()
  const idle = process.memoryUsage().rss
  const pings = Buffer.concat(Array.from({ length: 500 }, () => frame({ opcode: 9, payload: Buffer.alloc(125) })))
  let refused: Error | null | undefined
  for (let sent = 0; sent < 2000 && !refused; sent += 1)
    refused = await new Promise((resolve) => socket.write(pings, resolve))
  expect(refused).toBeInstanceOf(Error)
  expect(process.memoryUsage().rss - idle).toBeLessThan(128 * 1024 * 1024)
  expect(await typist.type(30)).toBeLessThan(50 * usual)
})

test('a user’s parts of messages that never end are bounded', async () => {
  await using rig = await ServerRig.start({ windowBytes: 1024 * 1024 })
  const typist = await Typist.sit(rig)
  const { socket, message, closed } = await stream(rig, newId(), openHello())
  await message(0x81)
  const idle = process.memoryUsage().rss
  socket.write(frame({ fin: false, payload: Buffer.alloc(1) }))
  const part = Buffer.concat(
    Array.from({ length: 1000 }, () => frame({ fin: false, opcode: 0, payload: Buffer.of(1) })),
  )
  const code = closed()
  for (let sent = 0; sent < 40; sent += 1) await new Promise((resolve) => socket.write(part, resolve))
  expect(await code).toBe(1008)
  expect(process.memoryUsage().rss - idle).toBeLessThan(128 * 1024 * 1024)
  await typist.type(5)
})
