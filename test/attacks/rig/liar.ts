/** A server at the address of an API server that answers as an attacker would: whatever a test wants, over real TLS. */
import { writeFileSync } from 'node:fs'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { join } from 'node:path'
import { GROUP_VERSION } from '../../../src/protocol/api.ts'
import { CONTENT_TYPE, encodeContentEnd, encodeReadRecord } from '../../../src/protocol/content.ts'
import { type RecordingServer, startRecordingServer } from '../../kube/rig/recording-server.ts'
import { RECORDS, SESSION, sendJson } from '../../reading/rig.ts'

export type Lie = (response: ServerResponse, url: URL, request: IncomingMessage) => void

/** What it is asked for. What no test lies about is answered as an honest server does. */
export interface Lies {
  readonly discovery?: Lie
  readonly sessions?: Lie
  readonly sessionsWatch?: Lie
  readonly session?: Lie
  readonly records?: Lie
  readonly commands?: Lie
  readonly search?: Lie
  readonly pods?: Lie
  readonly podsWatch?: Lie
  readonly namespaces?: Lie
  /** Webhooks, labels of a namespace, and reviews. */
  readonly others?: Lie
}

const json =
  (body: unknown): Lie =>
  (response) =>
    sendJson(response, body)

const silent: Lie = (response) => response.writeHead(200, { 'Content-Type': 'application/json' }).flushHeaders()

export const framesOf = (records = RECORDS): Buffer =>
  Buffer.concat([...records.map(encodeReadRecord), encodeContentEnd()])

export const sendRecords = (response: ServerResponse, bytes: Uint8Array): void =>
  void response.writeHead(200, { 'Content-Type': CONTENT_TYPE }).end(bytes)

const RESOURCES = { resources: [{ name: 'sessions', verbs: ['get', 'list', 'watch'] }] }
const VERSION = { metadata: { resourceVersion: '1' } }

const HONEST: Required<Lies> = {
  discovery: json({ kind: 'APIResourceList', groupVersion: GROUP_VERSION, ...RESOURCES }),
  sessions: json({ kind: 'SessionList', ...VERSION, items: [SESSION] }),
  sessionsWatch: silent,
  session: json(SESSION),
  records: (response) => sendRecords(response, framesOf()),
  commands: json({ items: [] }),
  search: json({ items: [] }),
  pods: json({ kind: 'PodList', ...VERSION, items: [] }),
  podsWatch: silent,
  namespaces: json({ kind: 'NamespaceList', ...VERSION, items: [{ metadata: { name: 'prod' } }] }),
  others: (response) => sendJson(response, { kind: 'Status', code: 404, reason: 'NotFound', message: 'none' }, 404),
}

function wantedBy({ pathname, searchParams }: URL): keyof Lies {
  const watch = searchParams.has('watch')
  if (pathname === `/apis/${GROUP_VERSION}`) return 'discovery'
  if (pathname.endsWith('/log')) return searchParams.get('format') === 'commands' ? 'commands' : 'records'
  if (pathname.endsWith('/sessions')) return watch ? 'sessionsWatch' : 'sessions'
  if (/\/sessions\/[^/]+$/.test(pathname)) return 'session'
  if (pathname.endsWith('/commands')) return 'search'
  if (pathname.endsWith('/pods')) return watch ? 'podsWatch' : 'pods'
  return pathname === '/api/v1/namespaces' ? 'namespaces' : 'others'
}

export class Liar implements AsyncDisposable {
  /** `GET /path?query` of each request so far. */
  readonly asked: string[] = []
  lies: Lies
  readonly #server: RecordingServer

  private constructor(lies: Lies, server: RecordingServer) {
    this.lies = lies
    this.#server = server
  }

  static async start(lies: Lies = {}): Promise<Liar> {
    const server = await startRecordingServer((request, response) => liar.answer(request, response))
    const liar = new Liar(lies, server)
    return liar
  }

  /** Names it as the cluster of a kubeconfig. */
  kubeconfig(folder: string): string {
    const path = join(folder, 'kubeconfig')
    const { authority, url } = this.#server
    const ca = Buffer.from(authority.cert).toString('base64')
    const config = {
      'current-context': 'liar',
      contexts: [{ name: 'liar', context: { cluster: 'liar', user: 'me', namespace: 'prod' } }],
      clusters: [{ name: 'liar', cluster: { server: url, 'certificate-authority-data': ca } }],
      users: [{ name: 'me', user: { token: 'secret' } }],
    }
    writeFileSync(path, JSON.stringify(config), { mode: 0o600 })
    return path
  }

  answer(request: IncomingMessage, response: ServerResponse): void {
    const url = new URL(request.url ?? '/', 'http://x')
    this.asked.push(`${request.method} ${url.pathname}${url.search}`)
    response.on('error', () => undefined)
    const wanted = wantedBy(url)
    const lie = this.lies[wanted] ?? HONEST[wanted]
    lie(response, url, request)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#server[Symbol.asyncDispose]()
  }
}

/** Writes for as long as somebody reads. */
export function flood(response: ServerResponse, piece: () => Buffer): void {
  const more = (): void => {
    while (!response.destroyed && response.write(piece()));
    if (!response.destroyed) response.once('drain', more)
  }
  more()
}

/** A byte now and then, and never the last. */
export function drip(response: ServerResponse, bytes: Buffer, everyMs = 20): void {
  let at = 0
  const timer = setInterval(() => {
    response.write(bytes.subarray(at % bytes.length, (at % bytes.length) + 1))
    at += 1
  }, everyMs)
  response.once('close', () => clearInterval(timer))
}
