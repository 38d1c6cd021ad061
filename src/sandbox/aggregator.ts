/** Hands requests for the collector's API group through to it, as kube-aggregator does: TLS both ways, `X-Remote-*` headers. */

import type { IncomingMessage, ServerResponse } from 'node:http'
import { Agent, type RequestOptions, request } from 'node:https'
import type { Identity } from '../protocol/session.ts'
import type { KeyPair } from './certificates.ts'
import type { Upgrade } from './exec-server.ts'
import { type Status, unavailable } from './status.ts'

export interface AggregatedApi {
  /** `https://127.0.0.1:port` */
  readonly origin: string
  /** PEM of the authority that its certificate must come from. */
  readonly ca: string
}

export interface Forwarding {
  readonly incoming: IncomingMessage
  readonly user: Identity
  readonly auditId: string
}

export interface Aggregator {
  forward(forwarding: Forwarding, response: ServerResponse): void
  forwardUpgrade(forwarding: Forwarding, upgrade: Upgrade): void
  close(): void
}

/** Answers on a raw connection and closes it. */
export type RefuseUpgrade = (socket: Upgrade['socket'], status: Status) => void

/** What the API server has already used up, what nobody but it may say, and what belongs to one connection alone. */
const DROPPED =
  /^(authorization|impersonate-.*|x-remote-.*|x-forwarded-.*|connection|keep-alive|proxy-.*|te|trailer|upgrade|host)$/

export function makeAggregator(api: AggregatedApi, client: KeyPair, refuse: RefuseUpgrade): Aggregator {
  // Resumes TLS sessions, keeps no connections: one that the collector is just closing would fail a request for nothing.
  const agent = new Agent({ keepAlive: false, ca: api.ca, cert: client.certificate, key: client.key })
  const down = () => unavailable('service unavailable')
  return {
    forward: (forwarding, response) => {
      const outgoing = request(api.origin, { ...optionsOf(forwarding), agent }, (answer) => {
        response.writeHead(answer.statusCode ?? 502, endToEnd(answer.rawHeaders))
        answer.pipe(response)
        // A pipe does not carry a broken connection; without this a cut answer looks like a whole one.
        answer.on('error', () => response.destroy())
      })
      outgoing.on('error', () => (response.headersSent ? response.destroy() : sendDown(response, down())))
      response.on('close', () => outgoing.destroy())
      forwarding.incoming.pipe(outgoing)
    },
    forwardUpgrade: (forwarding, upgrade) => {
      const { incoming, socket, head } = upgrade
      const headers = ['connection', 'Upgrade', 'upgrade', incoming.headers.upgrade ?? '']
      const outgoing = request(api.origin, { ...optionsOf(forwarding, headers), agent })
      socket.on('error', () => outgoing.destroy())
      socket.on('close', () => outgoing.destroy())
      outgoing.on('upgrade', (answer, backend, backendHead) => {
        socket.write(rawHead(answer))
        join(socket, backend, [backendHead, head])
      })
      // Never joined unless upgraded: what came next on the connection would go past authentication (CVE-2018-1002105).
      outgoing.on('response', (answer) => {
        socket.write(rawHead(answer, ['Connection', 'close']))
        answer.pipe(socket)
      })
      outgoing.on('error', () => refuse(socket, down()))
      outgoing.end()
    },
    close: () => agent.destroy(),
  }
}

function optionsOf({ incoming, user, auditId }: Forwarding, more: readonly string[] = []): RequestOptions {
  const kept = endToEnd(incoming.rawHeaders).filter((_, index, all) => !/^audit-id$/i.test(all[index & ~1] ?? ''))
  const headers = [...kept, ...remoteHeaders(user), 'audit-id', auditId, 'host', 'sandbox', ...more]
  return { method: incoming.method ?? 'GET', path: incoming.url ?? '/', headers: headers as never }
}

/** Raw header names and values, in turn, without those that end here. */
function endToEnd(raw: readonly string[]): string[] {
  return raw.filter((_, index) => !DROPPED.test((raw[index & ~1] ?? '').toLowerCase()))
}

/** Source: `SetAuthProxyHeaders` and `headerKeyEscape` in k8s.io/client-go transport/round_trippers.go. */
export function remoteHeaders({ username, uid, groups, extra }: Identity): string[] {
  const headers = ['X-Remote-User', wire(username)]
  if (uid !== undefined) headers.push('X-Remote-Uid', wire(uid))
  for (const group of groups) headers.push('X-Remote-Group', wire(group))
  for (const [key, values] of Object.entries(extra)) {
    for (const value of values) headers.push(`X-Remote-Extra-${escapeKey(key)}`, wire(value))
  }
  return headers
}

/** Go writes a header's UTF-8 as it is; Node wants one character for each byte. */
const wire = (text: string): string => Buffer.from(text).toString('latin1')

const escapeKey = (key: string): string =>
  [...Buffer.from(key)].map((byte) => (isTokenByte(byte) ? String.fromCharCode(byte) : escaped(byte))).join('')
const isTokenByte = (byte: number): boolean =>
  /[A-Za-z0-9!#$&'*+\-.^_`|~]/.test(String.fromCharCode(byte)) && byte < 0x80
const escaped = (byte: number): string => `%${byte.toString(16).toUpperCase().padStart(2, '0')}`

function rawHead({ statusCode, statusMessage, rawHeaders }: IncomingMessage, more: readonly string[] = []): string {
  const headers = [...(statusCode === 101 ? rawHeaders : unchunked(endToEnd(rawHeaders))), ...more]
  const lines = [`HTTP/1.1 ${statusCode} ${statusMessage}`]
  for (let index = 0; index < headers.length; index += 2) lines.push(`${headers[index]}: ${headers[index + 1]}`)
  return `${lines.join('\r\n')}\r\n\r\n`
}

/** Node has taken the chunks apart; the connection's end is the body's end. */
const unchunked = (headers: readonly string[]): string[] =>
  headers.filter((_, index) => !/^transfer-encoding$/i.test(headers[index & ~1] ?? ''))

type Stream = Upgrade['socket']

/** Bytes both ways, unread; either end's break breaks the other. */
function join(client: Stream, backend: Stream, [toClient, toBackend]: readonly [Buffer, Buffer]): void {
  client.write(toClient)
  backend.write(toBackend)
  client.pipe(backend).pipe(client)
  for (const [one, other] of [
    [client, backend],
    [backend, client],
  ] as const) {
    one.on('error', () => other.destroy())
    one.on('close', () => other.destroy())
  }
}

function sendDown(response: ServerResponse, status: Status): void {
  response.writeHead(status.code, { 'content-type': 'application/json' }).end(JSON.stringify(status))
}
