import { Server as TlsServer } from 'node:tls'
import { type FastifyInstance, type FastifyReply, type FastifyRequest, fastify } from 'fastify'
import { API_GROUP, GROUP_VERSION } from '../../src/protocol/api.ts'
import type { Collector } from '../collector.ts'
import { attachHandler } from './attach.ts'
import { parseBody } from './body.ts'
import { GROUP_DOCUMENT, negotiateGroups, RESOURCE_LIST_DOCUMENT } from './discovery.ts'
import { authenticate, peerIssuedBy } from './front-proxy.ts'
import { OPENAPI_V2, OPENAPI_V3, OPENAPI_V3_GROUP, OPENAPI_V3_GROUP_PATH } from './openapi.ts'
import type { ReadingParts } from './reading/question.ts'
import { addReading } from './reading/routes.ts'
import { statusBody } from './status.ts'
import type { Trust } from './trust.ts'
import type { PipeLimits } from './ws-pipe.ts'

export interface ApiOptions {
  readonly collector: Collector
  readonly trust: Trust
  readonly draining: () => boolean
  readonly version: string
  readonly pipeLimits?: PipeLimits
  /** How long a client may take over its TLS handshake, and over one whole request. */
  readonly requestMs: number
  /** Most session streams of one user at a time: 3,000, a quarter of all connections, by default. */
  readonly streamsPerUser?: number
  /** How long the answer to a review may take; less than the webhook's timeoutSeconds, so that our words arrive. */
  readonly reviewMs: number
  readonly reading: ReadingParts
}

const REVIEW_BYTES = 1024 * 1024
const HEADER_BYTES = 64 * 1024
/** With a session on each of 10,000, and room for everything else. Memory allows them; open files must, too. */
const MOST_CONNECTIONS = 12_000

/** The HTTPS server of the aggregated API and the webhook, not listening yet. */
export function buildApi(options: ApiOptions): FastifyInstance {
  const { trust, requestMs } = options
  const slow = {
    handshakeTimeout: requestMs,
    headersTimeout: requestMs,
    connectionsCheckingInterval: Math.ceil(requestMs / 10),
  }
  const https = { ...tlsOptions(trust), ...slow, maxHeaderSize: HEADER_BYTES }
  const app: FastifyInstance = fastify({
    https,
    bodyLimit: REVIEW_BYTES,
    requestTimeout: requestMs,
    forceCloseConnections: true,
  }) as never
  app.server.maxConnections = MOST_CONNECTIONS
  // Above a thousand Node 20 drops headers in silence (a second user's name could stand there), Node 24 refuses users with
  // many groups. Their size is bounded above.
  app.server.maxHeadersCount = 0
  app.addContentTypeParser('application/json', { parseAs: 'string' }, parseBody)
  app.setErrorHandler((error, _request, reply) => fail(reply, error))
  app.setNotFoundHandler({ preHandler: frontProxyOnly(options) }, (request, reply) => sendNotFound(request, reply))
  addHealth(app, options)
  addDiscovery(app, options)
  addAdmission(app, options)
  addReading(app, options.reading, trust)
  const attach = attachHandler({ streamsPerUser: MOST_CONNECTIONS / 4, ...options })
  app.server.on('upgrade', attach.upgrade)
  app.addHook('preClose', attach.close)
  return app
}

/** Gives new connections another certificate and other authorities. */
export function setSecureContext(app: FastifyInstance, trust: Trust): void {
  const { server }: { readonly server: object } = app
  if (server instanceof TlsServer) server.setSecureContext(tlsOptions(trust))
}

/** Asks every client for a certificate and lets those without one in: health and webhook do not need one. */
const tlsOptions = ({ pair, clientAuthorities: ca }: Trust) =>
  ({ ...pair, ca, requestCert: true, rejectUnauthorized: false, minVersion: 'TLSv1.2' }) as const

/** What is served is served to readers alone: a method that changes something does not exist here. */
function sendNotFound({ method, url }: FastifyRequest, reply: FastifyReply): FastifyReply {
  const known = url.startsWith(`/apis/${GROUP_VERSION}/`) && method !== 'GET'
  return known
    ? send(reply, 405, statusBody(405, 'the server does not allow this method on the requested resource'))
    : send(reply, 404, statusBody(404, 'there is no such path'))
}

function addHealth(app: FastifyInstance, { collector, draining, version }: ApiOptions): void {
  for (const path of ['/healthz', '/livez']) app.get(path, (_request, reply) => reply.type('text/plain').send('ok'))
  app.get('/readyz', (_request, reply) => ready(reply, draining() ? 'draining' : undefined))
  app.get('/readyz/recording', (_request, reply) => ready(reply, collector.readiness().reason))
  app.get('/version', (_request, reply) => send(reply, 200, { major: '1', minor: '0', gitVersion: `v${version}` }))
}

function ready(reply: FastifyReply, notReady: string | undefined): FastifyReply {
  return reply
    .code(notReady === undefined ? 200 : 503)
    .type('text/plain')
    .send(notReady ?? 'ok')
}

function addDiscovery(app: FastifyInstance, options: ApiOptions): void {
  const preHandler = frontProxyOnly(options)
  const documents: ReadonlyArray<readonly [string, object]> = [
    [`/apis/${API_GROUP}`, GROUP_DOCUMENT],
    [`/apis/${GROUP_VERSION}`, RESOURCE_LIST_DOCUMENT],
    ['/openapi/v2', OPENAPI_V2],
    ['/openapi/v3', OPENAPI_V3],
    [OPENAPI_V3_GROUP_PATH, OPENAPI_V3_GROUP],
  ]
  for (const [path, body] of documents) app.get(path, { preHandler }, (_request, reply) => send(reply, 200, body))
  app.get('/apis', { preHandler }, (request, reply) => {
    const { contentType, body } = negotiateGroups(request.headers.accept)
    return send(reply.header('vary', 'Accept').header('content-type', contentType), 200, body)
  })
}

function addAdmission(app: FastifyInstance, { collector, trust, reviewMs }: ApiOptions): void {
  app.post('/admission/exec', async (request, reply) => {
    const authorities = trust.webhookAuthorities
    if (authorities !== undefined && peerIssuedBy(request.raw, authorities, new Date()) === undefined) {
      return send(
        reply,
        401,
        statusBody(401, 'a client certificate of the API server’s admission kubeconfig is needed'),
      )
    }
    const answer = await within(reviewMs, collector.review(request.body))
    if (answer === undefined) return send(reply, 504, statusBody(504, 'the decision could not be made durable in time'))
    return send(reply, answer.http, answer.body)
  })
}

function frontProxyOnly({ trust }: ApiOptions) {
  return async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply | undefined> => {
    const caller = authenticate(request.raw, trust.requestHeader, new Date())
    return caller.type === 'refused' ? send(reply, caller.http, statusBody(caller.http, caller.why)) : undefined
  }
}

function fail(reply: FastifyReply, error: unknown): FastifyReply {
  const given = error instanceof Error && 'statusCode' in error ? error.statusCode : undefined
  const code = typeof given === 'number' && given >= 400 && given < 500 ? given : 500
  // What a bug of ours says may hold anything.
  return send(
    reply,
    code,
    statusBody(code, code === 500 || !(error instanceof Error) ? 'the server failed' : error.message),
  )
}

/** As bytes, since fastify would add a charset to a content type that Kubernetes compares word for word. */
function send(reply: FastifyReply, code: number, body: object): FastifyReply {
  if (!reply.hasHeader('content-type')) reply.header('content-type', 'application/json')
  return reply.code(code).send(Buffer.from(JSON.stringify(body)))
}

async function within<T>(ms: number, promise: Promise<T>): Promise<T | undefined> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), ms)
  })
  return Promise.race([promise, late]).finally(() => clearTimeout(timer))
}
