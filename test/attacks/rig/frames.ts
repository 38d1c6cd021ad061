/** WebSocket frames (RFC 6455, section 5.2), also such as no library would send. */
import type { TLSSocket } from 'node:tls'
import type { Hello } from '../../../src/protocol/messages.ts'
import type { ServerRig } from '../../server-min/rig/server.ts'
import { dial, Inbox, statusOf, upgradeRequest } from './raw.ts'

export interface FrameParts {
  readonly fin?: boolean
  readonly rsv?: number
  readonly opcode?: number
  readonly payload?: Uint8Array
  readonly mask?: boolean
  /** What the head says, where that is not the payload's length. */
  readonly length?: bigint
}

const MASK = Buffer.of(1, 2, 3, 4)

export function frame({ fin = true, rsv = 0, opcode = 2, payload = Buffer.alloc(0), ...more }: FrameParts): Buffer {
  const { mask = true, length = BigInt(payload.length) } = more
  const first = (fin ? 0x80 : 0) | (rsv << 4) | opcode
  const body = mask ? Buffer.from(payload.map((byte, index) => byte ^ (MASK[index % 4] ?? 0))) : payload
  return Buffer.concat([Buffer.of(first), lengthBytes(length, mask), mask ? MASK : Buffer.alloc(0), body])
}

function lengthBytes(length: bigint, mask: boolean): Buffer {
  const bit = mask ? 0x80 : 0
  if (length < 126n) return Buffer.of(bit | Number(length))
  const bytes = Buffer.alloc(length < 65536n ? 3 : 9)
  bytes[0] = bit | (bytes.length === 3 ? 126 : 127)
  if (bytes.length === 3) bytes.writeUInt16BE(Number(length), 1)
  else bytes.writeBigUInt64BE(length, 1)
  return bytes
}

export const closeFrame = (code: number, reason: Uint8Array = Buffer.alloc(0)): Buffer =>
  frame({ opcode: 8, payload: Buffer.concat([Buffer.of(code >> 8, code & 0xff), reason]) })

export interface RawStream {
  readonly socket: TLSSocket
  /** Resolves with the first binary message of the server that starts with this byte. */
  message(type: number): Promise<Buffer | undefined>
  /** The code of the server's close frame; 1006: it had none. */
  closed(): Promise<number>
}

/** A session stream over a raw connection. */
export async function stream(rig: ServerRig, id: string, hello?: Hello): Promise<RawStream> {
  const socket = await dial(rig)
  const inbox = new Inbox(socket)
  socket.write(upgradeRequest(id, { ...(hello === undefined ? {} : { hello }) }))
  const status = await inbox.until(statusOf)
  if (status !== 101) throw new Error(`status ${status}`)
  const start = inbox.bytes.indexOf('\r\n\r\n') + 4
  const find = (wanted: (opcode: number, payload: Buffer) => boolean) => (bytes: Buffer) =>
    serverFrames(bytes.subarray(start)).find(([opcode, payload]) => wanted(opcode, payload))?.[1]
  return {
    socket,
    message: (type) => inbox.until(find((opcode, payload) => opcode === 2 && payload[0] === type)),
    closed: async () => {
      const payload = await inbox.until(find((opcode) => opcode === 8))
      socket.destroy()
      return payload === undefined ? 1006 : payload.length < 2 ? 1005 : payload.readUInt16BE(0)
    },
  }
}

function serverFrames(bytes: Buffer): ReadonlyArray<readonly [opcode: number, payload: Buffer]> {
  const frames: Array<[number, Buffer]> = []
  for (let at = 0; at + 2 <= bytes.length; ) {
    const short = bytes.readUInt8(at + 1)
    const head = short === 126 ? 4 : short === 127 ? 10 : 2
    if (at + head > bytes.length) break
    const length = short === 126 ? bytes.readUInt16BE(at + 2) : short === 127 ? bytes.readUInt32BE(at + 6) : short
    if (at + head + length > bytes.length) break
    frames.push([bytes.readUInt8(at) & 0x0f, bytes.subarray(at + head, at + head + length)])
    at += head + length
  }
  return frames
}
