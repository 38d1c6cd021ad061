import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { request } from 'node:https'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { WebSocket } from 'ws'
import { type RunningServer, serve } from '../../../server-min/serve.ts'
import type { ServeOptions } from '../../../server-min/serve-options.ts'
import { HELLO_HEADER, SESSION_SUBPROTOCOL, sessionsPath } from '../../../src/protocol/api.ts'
import type { Hello } from '../../../src/protocol/messages.ts'
import type { MessagePipe, PipeReceiver } from '../../../src/protocol/pipe.ts'
import type { SessionId } from '../../../src/protocol/session-id.ts'
import { type Authority, issue, makeAuthority, type Pair } from '../../cluster/certificates.ts'
import { MemoryLog } from '../../rig/memory-log.ts'
import { TestClient } from './client.ts'

export interface Answer {
  readonly status: number
  readonly headers: NodeJS.Dict<string | string[]>
  readonly text: string
  readonly json: () => Record<string, unknown>
}

export interface Asked {
  readonly method?: string
  readonly headers?: NodeJS.ReadOnlyDict<string | string[]>
  readonly body?: string
  /** Client certificate: the front proxy's by default. */
  readonly as?: Pair | 'nobody'
}

export const AS_ALICE = { 'X-Remote-User': 'alice', 'X-Remote-Uid': 'uid-alice', 'X-Remote-Group': 'developers' }

/** A real server on loopback, with authorities and certificates made for it. */
export class ServerRig implements AsyncDisposable {
  readonly folder = mkdtempSync(join(tmpdir(), 'kae-server-'))
  readonly log = new MemoryLog()
  readonly lines: string[] = []
  readonly certFile = join(this.folder, 'tls.crt')
  readonly keyFile = join(this.folder, 'tls.key')
  readonly caFile = join(this.folder, 'front-proxy-ca.crt')
  readonly authority: Authority
  readonly proxyAuthority: Authority
  readonly proxy: Pair
  #server: RunningServer | undefined

  private constructor(authority: Authority, proxyAuthority: Authority, proxy: Pair) {
    this.authority = authority
    this.proxyAuthority = proxyAuthority
    this.proxy = proxy
  }

  static async make(): Promise<ServerRig> {
    const [authority, proxyAuthority] = await Promise.all([
      makeAuthority('serving-ca'),
      makeAuthority('front-proxy-ca'),
    ])
    const rig = new ServerRig(
      authority,
      proxyAuthority,
      await issue(proxyAuthority, { commonName: 'front-proxy-client' }),
    )
    await rig.writeServing()
    writeFileSync(rig.caFile, proxyAuthority.certificate)
    return rig
  }

  /** A rig with its server running. */
  static async start(options: Partial<ServeOptions> = {}): Promise<ServerRig> {
    const rig = await ServerRig.make()
    await rig.serve(options)
    return rig
  }

  get server(): RunningServer {
    if (this.#server === undefined) throw new Error('not started')
    return this.#server
  }

  options(options: Partial<ServeOptions> = {}): ServeOptions {
    return {
      log: this.log,
      serving: { certFile: this.certFile, keyFile: this.keyFile },
      requestHeader: { caFile: this.caFile, allowedNames: ['front-proxy-client'] },
      metrics: { host: '127.0.0.1', port: 0 },
      writeLog: (level, message, fields) => this.lines.push(JSON.stringify({ level, message, ...fields })),
      ...options,
    }
  }

  async serve(options: Partial<ServeOptions> = {}): Promise<RunningServer> {
    this.#server = await serve(this.options(options))
    return this.#server
  }

  /** A new certificate for the server, in place. */
  async writeServing(commonName = 'server'): Promise<void> {
    const pair = await issue(this.authority, { commonName, names: ['127.0.0.1', 'localhost'] })
    writeFileSync(this.certFile, pair.certificate)
    writeFileSync(this.keyFile, pair.key, { mode: 0o600 })
  }

  async ask(path: string, { method = 'GET', headers = AS_ALICE, body, as = this.proxy }: Asked = {}): Promise<Answer> {
    const client = as === 'nobody' ? {} : { cert: as.certificate, key: as.key }
    const options = {
      host: '127.0.0.1',
      port: this.server.port,
      ca: this.authority.certificate,
      agent: false,
      ...client,
    }
    const type = body === undefined ? {} : { 'content-type': 'application/json' }
    const sent = request({
      ...options,
      path,
      method,
      headers: { ...type, ...headers } as NodeJS.Dict<string | string[]>,
    })
    sent.end(body)
    const [response] = (await once(sent, 'response')) as [import('node:http').IncomingMessage]
    const parts: Buffer[] = []
    for await (const part of response) parts.push(part as Buffer)
    const text = Buffer.concat(parts).toString()
    return { status: response.statusCode ?? 0, headers: response.headers, text, json: () => JSON.parse(text) }
  }

  review(body: unknown, asked: Asked = {}): Promise<Answer> {
    return this.ask('/admission/exec', {
      method: 'POST',
      body: JSON.stringify(body),
      as: 'nobody',
      headers: {},
      ...asked,
    })
  }

  /** A session stream through the aggregation layer, as the API server makes it. Rejects with the status that refused it. */
  async attach(id: SessionId | string, { hello, ...options }: AttachAsked = {}): Promise<TestClient> {
    const header =
      hello === undefined ? {} : { [HELLO_HEADER]: Buffer.from(JSON.stringify(hello)).toString('base64url') }
    const { headers = AS_ALICE, as = this.proxy, namespace = 'default', protocols = [SESSION_SUBPROTOCOL] } = options
    const client = as === 'nobody' ? {} : { cert: as.certificate, key: as.key }
    const url = `wss://127.0.0.1:${options.port ?? this.server.port}${options.path ?? sessionsPath(namespace, id, 'attach')}`
    const socket = new WebSocket(url, [...protocols], {
      ca: this.authority.certificate,
      headers: { ...headers, ...header },
      perMessageDeflate: options.deflate ?? false,
      ...client,
    })
    const pipe = new ClientPipe(socket)
    await new Promise<void>((resolve, reject) => {
      socket.once('open', resolve)
      socket.once('unexpected-response', (_request, response) => reject(new Error(`status ${response.statusCode}`)))
      socket.once('error', reject)
    })
    return Object.assign(new TestClient(pipe), { socket })
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#server?.close()
    rmSync(this.folder, { recursive: true, force: true })
  }
}

export interface AttachAsked extends Pick<Asked, 'headers' | 'as'> {
  readonly hello?: Hello
  readonly namespace?: string
  readonly path?: string
  readonly protocols?: readonly string[]
  readonly deflate?: boolean
  /** Of another server than the rig's own. */
  readonly port?: number
}

/** The client's end of a WebSocket, as simple as a test may have it. */
class ClientPipe implements MessagePipe {
  readonly socket: WebSocket
  #early: Array<(receiver: PipeReceiver) => void> = []
  #receiver: PipeReceiver | undefined

  constructor(socket: WebSocket) {
    this.socket = socket
    socket.on('message', (data) => this.#deliver((receiver) => receiver.message(data as Buffer)))
    socket.on('close', (code, reason) => this.#deliver((receiver) => receiver.closed(code, reason.toString())))
  }

  send(message: Uint8Array): void {
    this.socket.send(message)
  }

  close(code: number, reason: string): void {
    this.socket.close(code, reason)
  }

  receive(receiver: PipeReceiver): void {
    this.#receiver = receiver
    for (const event of this.#early.splice(0)) event(receiver)
  }

  #deliver(event: (receiver: PipeReceiver) => void): void {
    if (this.#receiver === undefined) this.#early.push(event)
    else event(this.#receiver)
  }
}

/** The socket behind a client that came over the network. */
export const socketOf = (client: TestClient): WebSocket => (client.pipe as ClientPipe).socket
