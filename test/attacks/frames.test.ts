import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openFileLog } from '../../server-min/log/file-log.ts'
import { verifyLogFolder } from '../../server-min/log/reader.ts'
import { encodeAppend, encodeHello } from '../../src/protocol/messages.ts'
import { draft, newId, openHello } from '../server-min/rig/client.ts'
import { ServerRig } from '../server-min/rig/server.ts'
import { closeFrame, frame, stream } from './rig/frames.ts'

let rig: ServerRig
let folder: string
beforeAll(async () => {
  rig = await ServerRig.make()
  folder = join(rig.folder, 'log')
  await rig.serve({ log: { folder }, windowBytes: 1024 * 1024 })
})
afterAll(() => rig[Symbol.asyncDispose]())

const OPENED = 0x81
const ACK = 0x82
const INPUT = encodeAppend(1, [draft('input', 'x')])
const LIMIT = 2 * 1024 * 1024 + 128 * 1024
const pieces = (payload: Buffer, size: number): Buffer[] =>
  Array.from({ length: Math.ceil(payload.length / size) }, (_, index) => {
    const last = (index + 1) * size >= payload.length
    return frame({
      fin: last,
      opcode: index === 0 ? 2 : 0,
      payload: payload.subarray(index * size, (index + 1) * size),
    })
  })

test.each<[string, number, Buffer]>([
  ['with the first reserved bit', 1002, frame({ rsv: 4, payload: INPUT })],
  ['with the second reserved bit', 1002, frame({ rsv: 2, payload: INPUT })],
  ['with the third reserved bit', 1002, frame({ rsv: 1, payload: INPUT })],
  ...[3, 4, 5, 6, 7, 11, 12, 13, 14, 15].map((opcode): [string, number, Buffer] => [
    `with opcode ${opcode}`,
    1002,
    frame({ opcode, payload: INPUT }),
  ]),
  ['without a mask', 1002, frame({ mask: false, payload: INPUT })],
  ['of text', 1003, frame({ opcode: 1, payload: Buffer.from('{}') })],
  ['of text that is not UTF-8', 1007, frame({ opcode: 1, payload: Buffer.of(0xc3, 0x28) })],
  ['that says it is too large', 1009, frame({ length: BigInt(LIMIT + 1) })],
  ['that says it is larger than all memory', 1009, frame({ length: 2n ** 53n - 1n })],
  ['that says it is larger than a number can be', 1009, frame({ length: 2n ** 63n - 1n })],
  ['whose parts are too large together', 1009, Buffer.concat(pieces(Buffer.alloc(LIMIT + 1), 512 * 1024))],
  ['that goes on where none began', 1002, frame({ opcode: 0, payload: INPUT })],
  [
    'that begins within another',
    1002,
    Buffer.concat([frame({ fin: false, payload: INPUT }), frame({ payload: INPUT })]),
  ],
  ['of a ping of 126 bytes', 1002, frame({ opcode: 9, payload: Buffer.alloc(126) })],
  ['of a ping in parts', 1002, frame({ opcode: 9, fin: false })],
  ['of a close of 126 bytes', 1002, closeFrame(1000, Buffer.alloc(124, 0x61))],
  ['of a close of one byte', 1002, frame({ opcode: 8, payload: Buffer.of(3) })],
  ...[0, 999, 1004, 1005, 1006, 1015, 2999, 5000, 65535].map((code): [string, number, Buffer] => [
    `of a close with code ${code}`,
    1002,
    closeFrame(code),
  ]),
  ['of a close whose reason is not UTF-8', 1007, closeFrame(1000, Buffer.of(0xff))],
  ['of a good close', 1000, closeFrame(1000)],
  ['of a close without a code', 1005, frame({ opcode: 8 })],
  ['of a message of no type', 1008, frame({})],
  ['in 100,000 parts of one byte', 1008, Buffer.concat(pieces(Buffer.alloc(100_000), 1))],
])('a frame %s ends its own stream with %i', async (_what, code, bytes) => {
  const { socket, message, closed } = await stream(rig, newId(), openHello())
  expect(await message(OPENED)).toBeDefined()
  socket.write(bytes)
  expect(await closed()).toBe(code)
})

test('a message in parts, with pings between them, is one message; a byte at a time as well', async () => {
  const ping = frame({ opcode: 9, payload: Buffer.from('still there?') })
  const { socket, message, closed } = await stream(rig, newId())
  socket.setNoDelay(true)
  socket.write(Buffer.concat(pieces(encodeHello(openHello()), 7).flatMap((piece) => [piece, ping])))
  expect(await message(OPENED)).toBeDefined()
  for (const byte of Buffer.concat(pieces(INPUT, 3))) {
    socket.write(Buffer.of(byte))
    await new Promise((resolve) => setImmediate(resolve))
  }
  expect(await message(ACK)).toBeDefined()
  socket.write(closeFrame(1000))
  expect(await closed()).toBe(1000)
})

test('a connection that breaks inside a frame records nothing of it', async () => {
  const id = newId()
  const { socket, message } = await stream(rig, id, openHello())
  await message(OPENED)
  const whole = frame({ payload: INPUT })
  await new Promise((resolve) => socket.write(whole.subarray(0, whole.length - 1), resolve))
  socket.destroy()
  expect(socket.destroyed).toBe(true)
})

// Last in this file: it closes the server that the tests above have tried to harm.
test('after all of this the log is whole, and holds exactly what was acknowledged', async () => {
  await rig.server.close()
  expect(await verifyLogFolder(folder)).toMatchObject({ type: 'intact' })
  const log = await openFileLog({ folder, now: Date.now, create: false })
  const inputs: string[] = []
  for await (const { kind, payload } of log.read()) if (kind === 'input') inputs.push(Buffer.from(payload).toString())
  await log.close()
  expect(inputs).toEqual(['x'])
})
