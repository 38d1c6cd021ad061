import type { IncomingMessage } from 'node:http'
import { request } from 'node:https'
import type { WebSocket } from 'ws'
import type { Dialled } from './rig.ts'

export interface Ask {
  readonly user?: string
  readonly method?: string
  readonly headers?: Record<string, string | string[]>
  readonly body?: string
}

export interface Reply {
  readonly code: number
  readonly headers: IncomingMessage['headers']
  readonly text: string
  /** Empty where the answer is not JSON. */
  readonly json: Body
}

/** Fields of all the answers that tests look into; each answer has some of them. */
export interface Body {
  readonly kind: string
  readonly code: number
  readonly reason: string
  readonly message: string
  readonly status: { readonly userInfo: object }
  readonly items: ReadonlyArray<{ readonly metadata: { readonly name: string } }>
  readonly rawHeaders: readonly string[]
}

/** One request with a user's token; `user: ''` sends none. */
export function ask(rig: Dialled, path: string, { user = 'you', method = 'GET', headers = {}, body }: Ask = {}) {
  const authorization = user === '' ? {} : { authorization: `Bearer ${rig.token(user)}` }
  return new Promise<Reply>((resolve, reject) => {
    const options = { method, path, ca: rig.ca, agent: false, headers: { ...authorization, ...headers } }
    const outgoing = request(rig.sandbox.url, options, (response) => resolve(read(response)))
    outgoing.on('error', reject)
    outgoing.end(body)
  })
}

export async function read(response: IncomingMessage): Promise<Reply> {
  const text = Buffer.concat(await response.toArray()).toString()
  const isJson = /json/.test(response.headers['content-type'] ?? '') || text.startsWith('{')
  return {
    code: response.statusCode ?? 0,
    headers: response.headers,
    text,
    json: isJson ? JSON.parse(text) : ({} as Body),
  }
}

/** The HTTP answer that refused an upgrade. */
export const refusalOf = (socket: WebSocket): Promise<Reply> =>
  new Promise((resolve, reject) => {
    socket.on('unexpected-response', (_request, response) => resolve(read(response)))
    socket.on('open', () => reject(new Error('it was upgraded')))
    socket.on('error', reject)
  })
