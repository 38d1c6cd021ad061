/** The sandbox's API server: one TLS port on loopback. Authenticate, authorize, then exec, the collector, or an object. */
import { once } from 'node:events'
import type { IncomingMessage } from 'node:http'
import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import type { Duplex } from 'node:stream'
import { API_GROUP, GROUP_VERSION } from '../protocol/api.ts'
import type { Webhook } from './admission.ts'
import { type AggregatedApi, type Aggregator, makeAggregator } from './aggregator.ts'
import type { AuditLog } from './audit-log.ts'
import { admit, type Caller } from './caller.ts'
import type { KeyPair } from './certificates.ts'
import { admitExec } from './exec-admission.ts'
import { type ExecServer, makeExecServer } from './exec-server.ts'
import type { Inventory } from './objects.ts'
import { type Headers, refuseUpgrade, reply } from './reply.ts'
import { answer } from './resources.ts'
import { badRequest, internalError, type Status, unavailable } from './status.ts'
import type { UserDirectory } from './users.ts'

const LOOPBACK = '127.0.0.1'
const AGGREGATED_OPENAPI = `/openapi/v3/apis/${GROUP_VERSION}`

export interface ApiServerOptions {
  readonly serving: KeyPair
  /** With this the API server proves to the collector that `X-Remote-*` headers are its own. */
  readonly frontProxyClient: KeyPair
  readonly users: UserDirectory
  readonly inventory: Inventory
  readonly auditLog: AuditLog
  /** Holds one folder for each pod. */
  readonly podsFolder: string
}

/** Where the collector and the webhook listen. */
export interface Behind {
  readonly webhook: Webhook
  readonly aggregated: AggregatedApi
}

export interface ApiServer {
  /** `https://127.0.0.1:port` */
  readonly url: string
  /** Until then every exec is denied and the collector's group is unavailable. */
  attach(backend: Behind): void
  /** Ends all shells and connections. */
  close(): Promise<void>
}

interface Serving extends ApiServerOptions {
  readonly execs: ExecServer
  backend?: Behind
  aggregator?: Aggregator
}

export async function startApiServer(options: ApiServerOptions): Promise<ApiServer> {
  const serving: Serving = { ...options, execs: makeExecServer(options.inventory, options.podsFolder) }
  const { certificate: cert, key } = options.serving
  const server = createServer({ cert, key, minVersion: 'TLSv1.2', ALPNProtocols: ['http/1.1'] })
  const sockets = new Set<Duplex>()
  // Of TCP, not of TLS: one whose handshake is not over holds the server open too.
  server.on('connection', (socket) => {
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
  })
  server.on('request', (incoming, response) => {
    const respond = (status: Status, headers: Headers) => reply(response, { type: 'failure', status }, headers)
    route(serving, {
      incoming,
      respond,
      plain: (caller) => reply(response, answerTo(serving, incoming, caller), auditHeader(caller.auditId)),
      forward: (aggregator, caller) => {
        aggregator.forward({ incoming, ...caller }, response)
        response.once('close', () => auditForwarded(options.auditLog, caller, { incoming, code: response.statusCode }))
      },
      carry: () => respond(badRequest('Upgrade request required'), []),
    })
  })
  server.on('upgrade', (incoming, socket, head) => serveUpgrade(serving, { incoming, socket, head }))
  server.listen(0, LOOPBACK)
  await once(server, 'listening')
  return {
    url: `https://${LOOPBACK}:${(server.address() as AddressInfo).port}`,
    attach: (backend) => {
      serving.backend = backend
      serving.aggregator = makeAggregator(backend.aggregated, options.frontProxyClient, refuseUpgrade)
    },
    close: async () => {
      const closed = once(server, 'close')
      server.close()
      await serving.execs.close()
      serving.aggregator?.close()
      for (const socket of sockets) socket.destroy()
      await closed
    },
  }
}

/** The ways a request can go; plain requests and upgrades go them differently. */
interface Ways {
  readonly incoming: IncomingMessage
  respond(status: Status, headers: Headers): void
  plain(caller: Caller): void
  forward(aggregator: Aggregator, caller: Caller): void
  carry(prepared: Parameters<ExecServer['carry']>[1], headers: Headers): void
}

function serveUpgrade(serving: Serving, upgrade: Parameters<ExecServer['carry']>[0]): void {
  const { incoming, socket } = upgrade
  // A client may leave while its request is reviewed.
  socket.on('error', () => socket.destroy())
  const respond = (status: Status, headers: Headers) => refuseUpgrade(socket, status, headers)
  route(serving, {
    incoming,
    respond,
    plain: ({ auditId }) => respond(badRequest('this resource has no streams'), auditHeader(auditId)),
    forward: (aggregator, caller) => {
      aggregator.forwardUpgrade({ incoming, ...caller }, upgrade)
      auditForwarded(serving.auditLog, caller, { incoming, code: 101 })
    },
    carry: (prepared, headers) => serving.execs.carry(upgrade, prepared, headers),
  })
}

function route(serving: Serving, ways: Ways): void {
  const admittance = admit(ways.incoming, serving.users)
  if (!admittance.ok) return ways.respond(admittance.status, auditHeader(admittance.auditId))
  const { caller } = admittance
  const { target, path } = caller.request
  if (path === `/apis/${API_GROUP}` || path.startsWith(`/apis/${API_GROUP}/`) || path === AGGREGATED_OPENAPI) {
    if (serving.aggregator) return ways.forward(serving.aggregator, caller)
    return ways.respond(unavailable('service unavailable'), auditHeader(caller.auditId))
  }
  if (target?.group !== '' || target.resource !== 'pods' || target.subresource !== 'exec') return ways.plain(caller)
  serveExec(serving, caller, ways).catch((error: Error) =>
    ways.respond(internalError(error.message), auditHeader(caller.auditId)),
  )
}

async function serveExec(serving: Serving, caller: Caller, ways: Ways): Promise<void> {
  const outcome = await admitExec({ ...serving, webhook: serving.backend?.webhook }, caller, ways.incoming)
  const headers = [...auditHeader(caller.auditId), ...outcome.headers]
  if (outcome.ok) ways.carry(outcome.prepared, headers)
  else ways.respond(outcome.status, headers)
}

/** What the collector answered itself, as the API server's own audit log has it. */
function auditForwarded(
  auditLog: AuditLog,
  { impersonator, ...caller }: Caller,
  { incoming, code }: { readonly incoming: IncomingMessage; readonly code: number },
): void {
  const who = impersonator === undefined ? {} : { user: impersonator, impersonatedUser: caller.user }
  auditLog.append({ ...caller, ...who, requestUri: incoming.url ?? '', annotations: {}, code })
}

const auditHeader = (auditId: string): Headers => [['audit-id', auditId]]

const answerTo = ({ inventory }: Serving, incoming: IncomingMessage, { request, user }: Caller) =>
  answer(inventory, { request, user, accept: incoming.headers.accept, now: Date.now() })
