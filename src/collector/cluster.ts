/** The cluster's own collector, reached as an aggregated API with nothing but the user's kubeconfig. */
import type { KubeConnection } from '../kube/connection.ts'
import { faultFromAnswer } from '../kube/status.ts'
import { openWebSocket, type Refusal, statusMessage } from '../kube/web-socket.ts'
import { API_GROUP, HELLO_HEADER, HELLO_HEADER_MAX_BYTES, SESSION_SUBPROTOCOL, sessionsPath } from '../protocol/api.ts'
import { type Fault, isFault } from '../protocol/fault.ts'
import { encodeHello, type Hello } from '../protocol/messages.ts'
import type { MessagePipe } from '../protocol/pipe.ts'
import type { CollectorConnector, StreamAddress } from './connector.ts'
import { fault } from './faults.ts'
import { webSocketPipe } from './ws-pipe.ts'

const UPGRADE_TIMEOUT_MS = 15_000
const PROBE_TIMEOUT_MS = 2_000

/** @param connection stays its owner's to close */
export function clusterConnector(connection: KubeConnection): CollectorConnector {
  return {
    place: 'the cluster',
    connect: (address, hello) => connect(connection, address, hello),
    close: () => Promise.resolve(),
  }
}

async function connect(connection: KubeConnection, address: StreamAddress, hello: Hello): Promise<MessagePipe> {
  const inHeader = Buffer.from(JSON.stringify(hello)).toString('base64url')
  const fits = inHeader.length <= HELLO_HEADER_MAX_BYTES
  const request = {
    path: sessionsPath(address.namespace, address.id, 'attach'),
    protocols: [SESSION_SUBPROTOCOL],
    headers: fits ? { [HELLO_HEADER]: inHeader } : {},
    timeoutMs: connection.resolved.requestTimeoutMs || UPGRADE_TIMEOUT_MS,
  }
  const upgrade = await openWebSocket(connection, request).catch((error: unknown) => blameSilence(connection, error))
  if (upgrade.type === 'refused') throw (await isAbsent(connection, upgrade.refusal)) ?? refused(upgrade.refusal)
  const pipe = webSocketPipe(upgrade.socket)
  if (!fits) pipe.send(encodeHello(hello))
  return pipe
}

/** Of an upgrade that nobody answered: an API server that answers something else was waiting for its collector. */
async function blameSilence(connection: KubeConnection, error: unknown): Promise<never> {
  if (!isFault(error) || error.code !== 'KAE_KUBE_TIMEOUT') throw error
  const alive = await connection.request({ path: '/version', timeoutMs: PROBE_TIMEOUT_MS }).catch(() => undefined)
  if (alive === undefined) throw error
  throw fault('KAE_COLLECTOR_SILENT', { detail: 'the API server answers, its collector does not', cause: error })
}

/**
 * Whether the refusal comes from a cluster without a collector. The API server authorizes before it looks for the API, so
 * most users get a 403 there; every authenticated user may read which API groups exist.
 */
async function isAbsent(connection: KubeConnection, { status }: Refusal): Promise<Fault | undefined> {
  if (status !== 403 && status !== 404) return undefined
  const answer = await connection.request({ path: `/apis/${API_GROUP}` })
  return answer.status === 404 ? fault('KAE_COLLECTOR_ABSENT') : undefined
}

/** What a refused stream means: something about the collector, or about the API server before it. */
function refused(refusal: Refusal): Fault {
  const fromServer = faultFromAnswer(refusal)
  if (fromServer.code === 'KAE_KUBE_NOT_AN_API_SERVER') return fromServer
  const detail = statusMessage(refusal) ?? `HTTP ${refusal.status}`
  switch (refusal.status) {
    case 403:
      return fault('KAE_COLLECTOR_FORBIDDEN', { detail })
    case 400:
    case 409:
    case 426:
      return fault('KAE_COLLECTOR_NONSENSE', { detail })
    // How the API server reports a backend of its own that it cannot reach.
    case 502:
    case 503:
    case 504:
      return fault('KAE_COLLECTOR_UNREACHABLE', { detail })
    default:
      return fromServer
  }
}
