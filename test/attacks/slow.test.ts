import { connect } from 'node:net'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { newId } from '../server-min/rig/client.ts'
import { ServerRig } from '../server-min/rig/server.ts'
import { API, dial, Inbox, request, statusOf, upgradeRequest } from './rig/raw.ts'
import { Typist } from './rig/typist.ts'

const REQUEST_MS = 1000
const MANY = 50

let rig: ServerRig
let typist: Typist
beforeAll(async () => {
  rig = await ServerRig.start({ requestMs: REQUEST_MS })
  typist = await Typist.sit(rig)
})
afterAll(() => rig[Symbol.asyncDispose]())

interface Dripped {
  readonly status: number | undefined
  readonly ms: number
}

/** Says the beginning at once and then a byte at a time, until the server has had enough. */
async function drip({ start, as }: Pick<Slowness, 'start' | 'as'>): Promise<Dripped> {
  const socket = await dial(rig, as === undefined ? {} : { as })
  const inbox = new Inbox(socket)
  const started = performance.now()
  if (start !== '') socket.write(start)
  const timer = setInterval(() => socket.write('a'), 100)
  if (start === '') clearInterval(timer)
  await inbox.until(() => undefined)
  clearInterval(timer)
  socket.destroy()
  return { status: statusOf(inbox.bytes), ms: performance.now() - started }
}

const BODY = request('POST /admission/exec', 'Content-Type: application/json', 'Content-Length: 100000')
const CHUNKS = request('POST /admission/exec', 'Content-Type: application/json', 'Transfer-Encoding: chunked')
const HALF_UPGRADE = upgradeRequest(newId()).slice(0, -4)

interface Slowness {
  readonly status?: number
  readonly start: string
  readonly as?: 'nobody'
}

test.each<[string, Slowness]>([
  ['headers that never end', { status: 408, start: `GET ${API} HTTP/1.1\r\nHost: x\r\nX-A: `, as: 'nobody' }],
  ['headers of an upgrade that never end', { status: 408, start: `${HALF_UPGRADE}\r\nX-A: ` }],
  ['a body that drips', { status: 408, start: `${BODY}{`, as: 'nobody' }],
  ['a chunk that drips', { status: 408, start: `${CHUNKS}ffff\r\n{`, as: 'nobody' }],
  ['a method that never ends', { start: 'GET /', as: 'nobody' }],
  ['silence', { start: '', as: 'nobody' }],
])('%s: let go in time, 50 at once, and nobody feels it', async (_what, { status, start, as }) => {
  const usual = await typist.type(30)
  const dripping = Promise.all(Array.from({ length: MANY }, () => drip({ start, ...(as === undefined ? {} : { as }) })))
  const meanwhile = await typist.type(100)
  for (const dripped of await dripping) {
    expect(dripped.ms).toBeLessThan(5 * REQUEST_MS)
    if (status !== undefined) expect(dripped.status).toBe(status)
  }
  expect(meanwhile).toBeLessThan(50 * usual)
})

test('a connection that never begins its TLS handshake is let go in time', async () => {
  const started = performance.now()
  const silent = Array.from({ length: MANY }, () => {
    const socket = connect(rig.server.port, '127.0.0.1').on('error', () => undefined)
    return new Promise((resolve) => socket.resume().once('close', resolve))
  })
  await Promise.all(silent)
  expect(performance.now() - started).toBeLessThan(5 * REQUEST_MS)
})

test.each([
  ['with its length', `Content-Length: ${100 * 1024 * 1024}`, false],
  ['in chunks', 'Transfer-Encoding: chunked', true],
])('a body of 100 MB %s is refused, and memory stays flat', async (_how, header, chunked) => {
  const head = request('POST /admission/exec', 'Content-Type: application/json', header)
  const part = Buffer.alloc(64 * 1024, 0x61)
  const piece = chunked
    ? Buffer.concat([Buffer.from(`${part.length.toString(16)}\r\n`), part, Buffer.from('\r\n')])
    : part
  const usual = await typist.type(30)
  const idle = process.memoryUsage().rss
  const socket = await dial(rig, { as: 'nobody' })
  const inbox = new Inbox(socket)
  let gone = false
  socket.once('close', () => {
    gone = true
  })
  socket.write(head)
  let peak = idle
  for (let sent = 0; sent < 1600 && !gone; sent += 1) {
    await new Promise((resolve) => socket.write(piece, resolve))
    if (sent % 100 === 0) peak = Math.max(peak, process.memoryUsage().rss)
  }
  expect(await inbox.until(statusOf)).toBe(413)
  socket.destroy()
  expect(peak - idle).toBeLessThan(128 * 1024 * 1024)
  expect(await typist.type(30)).toBeLessThan(50 * usual)
})
