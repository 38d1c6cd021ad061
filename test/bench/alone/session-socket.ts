/**
 * One typing session over a TLS connection of its own, as cheap as it can be: the load must not be what is measured. It
 * writes the WebSocket frames itself, with a mask of zeros, which leaves the payload as it is (RFC 6455, section 5.3).
 */
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { connect, type SecureContext, type TLSSocket } from 'node:tls'
import { HELLO_HEADER, SESSION_SUBPROTOCOL, sessionsPath } from '../../../src/protocol/api.ts'
import { encodeAppend } from '../../../src/protocol/messages.ts'
import { SALT_BYTES, writeSafeInteger } from '../../../src/protocol/record.ts'
import { makeSessionId } from '../../../src/protocol/session-id.ts'
import { GROUP, NAMESPACE, targetOf, uidOf, userOf } from './population.ts'

const OPCODE = { binary: 0x2, close: 0x8, ping: 0x9, pong: 0xa } as const
const ACK = 0x82
const OPENED = 0x81
/** Frame head, mask, message type: then comes the seq of the append. */
const SEQ_AT = 2 + 4 + 1

export interface SessionPlace {
  readonly port: number
  readonly secureContext: SecureContext
}

export class SessionSocket {
  /** Told of every ack with the milliseconds that it took. One key is on its way at a time. */
  acknowledged: (ms: number) => void = () => {}
  failed: (why: string) => void = () => {}
  readonly #socket: TLSSocket
  readonly #frame: Buffer
  #opened: (() => void) | undefined
  #rest: Buffer = Buffer.alloc(0)
  #seq = 0
  #sentAt = 0

  private constructor(socket: TLSSocket) {
    this.#socket = socket
    const draft = { kind: 'input', elapsed: 0, salt: randomBytes(SALT_BYTES), payload: Buffer.from('x') } as const
    this.#frame = frame(OPCODE.binary, encodeAppend(0, [draft]))
    socket.on('data', (bytes: Buffer) => this.#read(bytes))
    socket.on('error', (error) => this.failed(error.message))
    socket.on('close', () => this.failed('closed'))
  }

  /** Resolves when the session is open: its first record durable. */
  static async open(index: number, { port, secureContext }: SessionPlace): Promise<SessionSocket> {
    const socket = connect({ host: '127.0.0.1', port, secureContext, servername: '' })
    await once(socket, 'secureConnect')
    socket.setNoDelay(true)
    socket.write(upgradeRequest(index))
    const session = new SessionSocket(socket)
    await new Promise<void>((resolve, reject) => {
      session.#opened = resolve
      session.failed = (why) => reject(new Error(`session ${index}: ${why}`))
    })
    return session
  }

  type(): void {
    this.#seq += 1
    writeSafeInteger(this.#frame, this.#seq, SEQ_AT)
    this.#sentAt = performance.now()
    // The socket may keep the buffer until it is written.
    this.#socket.write(Buffer.from(this.#frame))
  }

  destroy(): void {
    this.failed = () => {}
    this.#socket.destroy()
  }

  #read(bytes: Buffer): void {
    let all = this.#rest.length === 0 ? bytes : Buffer.concat([this.#rest, bytes])
    if (this.#opened !== undefined && all[0] === 0x48) {
      const end = all.indexOf('\r\n\r\n')
      if (end < 0) {
        this.#rest = all
        return
      }
      if (!all.subarray(0, 12).toString().endsWith('101')) return this.failed(all.toString())
      all = all.subarray(end + 4)
    }
    for (let next = readFrame(all); next !== undefined; next = readFrame(all)) {
      all = all.subarray(next.length)
      this.#handle(next)
    }
    this.#rest = all
  }

  #handle({ opcode, payload }: ServerFrame): void {
    if (opcode === OPCODE.ping) this.#socket.write(frame(OPCODE.pong, payload))
    else if (opcode === OPCODE.close) this.failed(`closed: ${payload.subarray(2)}`)
    else if (payload[0] === ACK) this.acknowledged(performance.now() - this.#sentAt)
    else if (payload[0] === OPENED) {
      this.#opened?.()
      this.#opened = undefined
    } else this.failed(payload.toString())
  }
}

function upgradeRequest(index: number): string {
  const id = makeSessionId(Date.now(), randomBytes(10))
  const client = { name: 'bench', version: '1', platform: 'bench' }
  const hello = { open: { target: targetOf(index), client, record: 'InputOutput' } }
  const lines = [
    `GET ${sessionsPath(NAMESPACE, id, 'attach')} HTTP/1.1`,
    'Host: 127.0.0.1',
    'Connection: Upgrade',
    'Upgrade: websocket',
    'Sec-WebSocket-Version: 13',
    `Sec-WebSocket-Key: ${randomBytes(16).toString('base64')}`,
    `Sec-WebSocket-Protocol: ${SESSION_SUBPROTOCOL}`,
    `X-Remote-User: ${userOf(index)}`,
    `X-Remote-Uid: ${uidOf(index)}`,
    `X-Remote-Group: ${GROUP}`,
    `${HELLO_HEADER}: ${Buffer.from(JSON.stringify(hello)).toString('base64url')}`,
  ]
  return `${lines.join('\r\n')}\r\n\r\n`
}

/** A whole message from a client, below 126 bytes. */
function frame(opcode: number, payload: Uint8Array): Buffer {
  return Buffer.concat([Buffer.of(0x80 | opcode, 0x80 | payload.length), Buffer.alloc(4), payload])
}

interface ServerFrame {
  readonly opcode: number
  readonly payload: Buffer
  readonly length: number
}

/** The first frame, if it is there as a whole. A collector sends none above 64 KiB. */
function readFrame(bytes: Buffer): ServerFrame | undefined {
  if (bytes.length < 2) return undefined
  const short = bytes.readUInt8(1)
  const head = short < 126 ? 2 : 4
  if (bytes.length < head) return undefined
  const length = head + (short < 126 ? short : bytes.readUInt16BE(2))
  if (bytes.length < length) return undefined
  return { opcode: bytes.readUInt8(0) & 0xf, payload: bytes.subarray(head, length), length }
}
