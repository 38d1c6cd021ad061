/** A sandbox on a stand-in for the collector and webhook: a small TLS server that tests tell what to answer. */
import { readFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { createServer, type Server } from 'node:https'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TLSSocket } from 'node:tls'
import { afterEach } from 'vitest'
import { WebSocket, WebSocketServer } from 'ws'
import type { BackendNeeds, StartBackend } from '../../src/sandbox/backend.ts'
import { type Sandbox, startSandbox } from '../../src/sandbox/sandbox.ts'

export const WEBHOOK_NAME = 'exec.sandbox.test'

export interface Review {
  readonly uid: string
  readonly name: string
  readonly namespace: string
  readonly userInfo: { readonly username: string; readonly groups: string[]; readonly extra: Record<string, string[]> }
  readonly object: Record<string, unknown>
}

/** The body of an answer to a review, or undefined to leave it unanswered. */
export type Reviewer = (review: Review) => object | undefined

export const reviewed = (review: Review, response: object): object => ({
  kind: 'AdmissionReview',
  apiVersion: 'admission.k8s.io/v1',
  response: { uid: review.uid, ...response },
})

export const allow: Reviewer = (review) => reviewed(review, { allowed: true })

export interface RigOptions {
  readonly review?: Reviewer
  /** Answers requests for the collector's group; without it they are echoed as JSON. */
  readonly serve?: (request: IncomingMessage, response: ServerResponse) => unknown
  readonly webhook?: { readonly url?: string; readonly ca?: string; readonly timeoutMs?: number }
}

/** A sandbox and what its kubeconfig says about it. */
export interface Dialled {
  readonly sandbox: { readonly url: string }
  readonly ca: string
  token(user: string): string
}

export interface Rig extends Dialled {
  readonly sandbox: Sandbox
  readonly reviews: readonly Review[]
  readonly folder: string
}

const cleanups: Array<() => Promise<unknown>> = []

afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup()
})

/** Ends with its test. */
export async function startRig(options: RigOptions = {}): Promise<Rig> {
  const folder = await mkdtemp(join(tmpdir(), 'sandbox-test-'))
  cleanups.push(() => rm(folder, { recursive: true, force: true }))
  const reviews: Review[] = []
  const sandbox = await startSandbox({ folder, startBackend: standIn(options, reviews) })
  cleanups.push(() => sandbox.close())
  return { ...dialledOf(sandbox), sandbox, reviews, folder }
}

export function dialledOf(sandbox: Sandbox): Dialled {
  const config = JSON.parse(readFileSync(sandbox.kubeconfig, 'utf8'))
  const ca = Buffer.from(config.clusters[0].cluster['certificate-authority-data'], 'base64').toString()
  const token = (user: string): string => config.users.find((each: { name: string }) => each.name === user).user.token
  return { sandbox, ca, token }
}

function standIn(options: RigOptions, reviews: Review[]): StartBackend {
  return async (needs) => {
    const server = await listen(needs, (request, response) => {
      if (request.url?.startsWith('/review')) void answerReview(options.review ?? allow, reviews, { request, response })
      else void (options.serve ?? echo)(request, response)
    })
    const origin = `https://127.0.0.1:${(server.address() as AddressInfo).port}`
    const webhook = { name: WEBHOOK_NAME, url: `${origin}/review`, ca: needs.ca, timeoutMs: 5000, ...options.webhook }
    return {
      webhook,
      aggregated: { origin, ca: needs.ca },
      close: async () => {
        server.closeAllConnections()
        await new Promise((resolve) => server.close(resolve))
      },
    }
  }
}

/** How an upgrade is refused that asks for it by `?refuse=…`; the connection stays open. */
const REFUSALS: Readonly<Record<string, string>> = {
  whole: 'content-length: 6\r\n\r\nbusy!\n',
  chunked: 'transfer-encoding: chunked\r\n\r\n3\r\nbus\r\n3\r\ny!\n\r\n0\r\n\r\n',
}

async function listen(
  needs: BackendNeeds,
  handle: (request: IncomingMessage, response: ServerResponse) => void,
): Promise<Server> {
  const [cert, key, ca] = [needs.certificateFile, needs.keyFile, needs.requestHeaderCaFile].map((path) =>
    readFileSync(path),
  )
  const server = createServer({ cert, key, ca, requestCert: true, rejectUnauthorized: false }, handle)
  const webSockets = new WebSocketServer({ noServer: true, perMessageDeflate: false })
  server.on('upgrade', (request, socket, head) => {
    const refusal = REFUSALS[new URL(request.url ?? '', 'https://x').searchParams.get('refuse') ?? '']
    if (refusal !== undefined) return void socket.write(`HTTP/1.1 409 Conflict\r\n${refusal}`)
    webSockets.handleUpgrade(request, socket, head, (webSocket) => {
      webSocket.send(JSON.stringify(described(request)))
      webSocket.on('message', (data, binary) => webSocket.send(data, { binary }))
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return server
}

const described = (request: IncomingMessage): object => ({
  method: request.method,
  url: request.url,
  rawHeaders: request.rawHeaders,
  client: (request.socket as TLSSocket).authorized && (request.socket as TLSSocket).getPeerCertificate().subject.CN,
})

const bodyOf = async (request: IncomingMessage): Promise<string> => Buffer.concat(await request.toArray()).toString()

const echo = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
  response.end(JSON.stringify({ ...described(request), body: await bodyOf(request) }))
}

interface Exchange {
  readonly request: IncomingMessage
  readonly response: ServerResponse
}

async function answerReview(reviewer: Reviewer, reviews: Review[], { request, response }: Exchange): Promise<void> {
  const review = JSON.parse(await bodyOf(request)).request as Review
  reviews.push(review)
  const body = reviewer(review)
  if (body !== undefined) response.setHeader('content-type', 'application/json').end(JSON.stringify(body))
}

export interface Dial {
  readonly user?: string
  readonly protocols?: string[]
  readonly headers?: Record<string, string | string[]>
}

/** `…/exec?` with the command and the streams. */
export function execPath(command: readonly string[], streams: string, pod = 'web-0'): string {
  const query = new URLSearchParams(command.map((argument): [string, string] => ['command', argument]))
  return `/api/v1/namespaces/default/pods/${pod}/exec?container=app&${query}&${streams}`
}

export function dial(
  rig: Dialled,
  path: string,
  { user = 'you', protocols = ['v5.channel.k8s.io'], headers }: Dial = {},
) {
  const url = rig.sandbox.url.replace('https:', 'wss:') + path
  return new WebSocket(url, protocols, {
    ca: rig.ca,
    perMessageDeflate: false,
    headers: { authorization: `Bearer ${rig.token(user)}`, ...headers },
  })
}
