import { once } from 'node:events'
import { type ConnectionOptions, connect, type TLSSocket } from 'node:tls'
import { GROUP_VERSION, HELLO_HEADER, SESSION_SUBPROTOCOL, sessionsPath } from '../../../src/protocol/api.ts'
import type { Hello } from '../../../src/protocol/messages.ts'
import type { Pair } from '../../cluster/certificates.ts'
import type { ServerRig } from '../../server-min/rig/server.ts'

export const API = `/apis/${GROUP_VERSION}`

export interface RawOptions {
  readonly as?: Pair | 'nobody'
  readonly session?: Buffer
  readonly version?: 'TLSv1.2' | 'TLSv1.3'
  readonly allowHalfOpen?: boolean
  /** Gets what the server gives to resume with: with TLS 1.3 perhaps before the handshake is over for the client. */
  readonly onSession?: (session: Buffer) => void
}

/** A connection on which a test says what it likes, byte for byte. */
export async function dial(rig: ServerRig, options: RawOptions = {}): Promise<TLSSocket> {
  const { as = rig.proxy, session, version, allowHalfOpen = false } = options
  const how: ConnectionOptions & { allowHalfOpen: boolean } = {
    host: '127.0.0.1',
    port: rig.server.port,
    ca: rig.authority.certificate,
    allowHalfOpen,
    ...(as === 'nobody' ? {} : { cert: as.certificate, key: as.key }),
    ...(session === undefined ? {} : { session }),
    ...(version === undefined ? {} : { minVersion: version, maxVersion: version }),
  }
  const socket = connect(how)
  socket.on('error', () => undefined)
  if (options.onSession !== undefined) socket.on('session', options.onSession)
  await once(socket, 'secureConnect')
  return socket
}

/** Takes what comes in, so that a test can wait for it. */
export class Inbox {
  bytes: Buffer = Buffer.alloc(0)
  closed = false
  #wake: Array<() => void> = []

  constructor(socket: TLSSocket) {
    const over = () => {
      this.closed = true
      this.#stir()
    }
    socket.on('data', (chunk: Buffer) => {
      this.bytes = Buffer.concat([this.bytes, chunk])
      this.#stir()
    })
    socket.on('end', over)
    socket.on('close', over)
  }

  /** Waits until something is found in the bytes, or they are at their end. */
  async until<T>(find: (bytes: Buffer) => T | undefined): Promise<T | undefined> {
    for (;;) {
      const found = find(this.bytes)
      if (found !== undefined || this.closed) return found
      await new Promise<void>((resolve) => this.#wake.push(resolve))
    }
  }

  #stir(): void {
    for (const wake of this.#wake.splice(0)) wake()
  }
}

export interface RawAnswer {
  /** 0: closed without one. */
  readonly status: number
  readonly text: string
  readonly ms: number
}

/** Sends bytes on a connection of their own and takes the first answer. */
export async function say(rig: ServerRig, bytes: string | Buffer, options: RawOptions = {}): Promise<RawAnswer> {
  const socket = await dial(rig, options)
  const inbox = new Inbox(socket)
  const started = performance.now()
  socket.write(typeof bytes === 'string' ? Buffer.from(bytes, 'latin1') : bytes)
  const status = (await inbox.until(statusOf)) ?? 0
  const ms = performance.now() - started
  socket.destroy()
  return { status, text: inbox.bytes.toString(), ms }
}

export function statusOf(bytes: Buffer): number | undefined {
  const [, status] = /^HTTP\/1\.1 (\d{3}) [\s\S]*?\r\n\r\n/.exec(bytes.toString('latin1')) ?? []
  return status === undefined ? undefined : Number(status)
}

export const request = (line: string, ...headers: readonly string[]): string =>
  [`${line} HTTP/1.1`, 'Host: server', ...headers, '', ''].join('\r\n')

export interface UpgradeAsked {
  readonly path?: string
  readonly user?: string
  readonly headers?: readonly string[]
  readonly hello?: Hello
}

export const upgradeRequest = (id: string, { path, user = 'alice', headers = [], hello }: UpgradeAsked = {}): string =>
  request(
    `GET ${path ?? sessionsPath('default', id, 'attach')}`,
    'Connection: Upgrade',
    'Upgrade: websocket',
    'Sec-WebSocket-Version: 13',
    'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
    `Sec-WebSocket-Protocol: ${SESSION_SUBPROTOCOL}`,
    `X-Remote-User: ${user}`,
    ...headers,
    ...(hello === undefined ? [] : [`${HELLO_HEADER}: ${Buffer.from(JSON.stringify(hello)).toString('base64url')}`]),
  )

export const review = (body: string): Buffer =>
  Buffer.from(
    request('POST /admission/exec', 'Content-Type: application/json', `Content-Length: ${Buffer.byteLength(body)}`) +
      body,
  )

/** How long a healthy request takes here and now: what is quick is a multiple of it, on a slow machine too. */
export async function pace(rig: ServerRig): Promise<number> {
  const times: number[] = []
  for (let n = 0; n < 9; n += 1) times.push((await say(rig, request('GET /version'), { as: 'nobody' })).ms)
  return median(times)
}

export const median = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[values.length >> 1] ?? 0
