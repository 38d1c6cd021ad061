/** Writes answers, on a response or on the raw connection of a refused upgrade. */
import type { ServerResponse } from 'node:http'
import type { Duplex } from 'node:stream'
import type { Answer } from './resources.ts'
import type { Status } from './status.ts'
import { sendWatch } from './watch.ts'

export type Headers = ReadonlyArray<readonly [name: string, value: string]>

export function reply(response: ServerResponse, answer: Answer, headers: Headers): void {
  for (const [name, value] of headers) response.appendHeader(name, value)
  if (answer.type === 'text') response.setHeader('content-type', 'text/plain').end(answer.text)
  else if (answer.type === 'watch') sendWatch(response, answer.watch)
  else {
    const [code, body] = answer.type === 'object' ? [answer.code, answer.object] : [answer.status.code, answer.status]
    response.writeHead(code, { 'content-type': 'application/json', 'cache-control': 'no-cache, private' })
    response.end(`${JSON.stringify(body)}\n`)
  }
}

/** Refuses an upgrade with a Status, as HTTP, and closes. */
export function refuseUpgrade(socket: Duplex, status: Status, headers: Headers = []): void {
  const body = `${JSON.stringify(status)}\n`
  const lines = [
    `HTTP/1.1 ${status.code} ${status.reason || 'Refused'}`,
    'content-type: application/json',
    `content-length: ${Buffer.byteLength(body)}`,
    'connection: close',
    ...headers.map(([name, value]) => `${name}: ${value}`),
  ]
  socket.end(`${lines.join('\r\n')}\r\n\r\n${body}`)
}

/** RFC 7234 (5.5), code 299, as k8s.io/apimachinery `NewWarningHeader` writes them. Control characters do not survive. */
export const warningHeaders = (warnings: readonly string[]): Headers =>
  warnings.map((warning) => {
    const text = warning.replaceAll(/\p{Cc}/gu, '').replaceAll(/["\\]/g, '\\$&')
    return ['warning', `299 - "${Buffer.from(text).toString('latin1')}"`] as const
  })
