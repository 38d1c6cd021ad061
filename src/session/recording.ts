/** Opens the recording of a session: with the cluster's collector, or with the one in this program. */
import { randomBytes } from 'node:crypto'
import { clusterConnector } from '../collector/cluster.ts'
import type { CollectorConnector } from '../collector/connector.ts'
import { CollectorStream, type OpenedStream } from '../collector/stream.ts'
import type { KubeConnection } from '../kube/connection.ts'
import { isFault } from '../protocol/fault.ts'
import type { OpenRequest } from '../protocol/messages.ts'
import type { RequestedTarget } from '../protocol/session.ts'
import { makeSessionId, type SessionId } from '../protocol/session-id.ts'
import type { ExecInvocation } from './invocation.ts'
import { PROGRAM } from './program.ts'
import type { NamedTarget } from './target.ts'

export interface Recording extends OpenedStream {
  readonly id: SessionId
  readonly connector: CollectorConnector
  /** The folder of the local collector; undefined with the cluster's. */
  readonly folder?: string
  /** kubectl's line about a container that this program chose. */
  readonly notice?: string
}

export interface RecordingRequest {
  readonly id: SessionId
  readonly named: NamedTarget
  readonly invocation: ExecInvocation
}

/**
 * Resolves when the `open` record is durable; rejects with a `Fault`, and then nothing may be run. With `auto`, only the API
 * server's own word that there is no collector leads to the local one: a collector that is broken or refuses does not.
 */
export async function openRecording(connection: KubeConnection, request: RecordingRequest): Promise<Recording> {
  const { id, named, invocation } = request
  if (invocation.collector === 'local') return openLocal(connection, request)
  const connector = clusterConnector(connection)
  try {
    return await open(connector, { id, target: named.requested, invocation })
  } catch (error) {
    if (!isFault(error)) throw error
    if (invocation.collector === 'auto' && error.code === 'KAE_COLLECTOR_ABSENT') return openLocal(connection, request)
    // A collector that may not read pods leaves the choice of the container to us.
    if (error.code !== 'KAE_CONTAINER_UNRESOLVED') throw error
    const resolved = await named.resolve()
    return open(connector, { id, ...resolved, invocation })
  }
}

async function openLocal(connection: KubeConnection, { id, named, invocation }: RecordingRequest): Promise<Recording> {
  const [{ localConnector }, resolved] = await Promise.all([import('../collector/local.ts'), named.resolve()])
  const { logDir } = invocation
  const { userName } = connection.resolved
  const local = await localConnector({ id, userName, ...(logDir === undefined ? {} : { root: logDir }) })
  return { ...(await open(local.connector, { id, ...resolved, invocation })), folder: local.folder }
}

interface Opening {
  readonly id: SessionId
  readonly target: RequestedTarget
  readonly notice?: string
  readonly invocation: ExecInvocation
}

async function open(connector: CollectorConnector, opening: Opening): Promise<Recording> {
  const { id, target, notice, invocation } = opening
  const request: OpenRequest = {
    target,
    client: { ...PROGRAM, platform: `${process.platform}-${process.arch}` },
    record: invocation.record,
    ...(invocation.reason === undefined ? {} : { reason: invocation.reason }),
  }
  const opened = await CollectorStream.open({ connector, address: { id, namespace: target.namespace }, request })
  return { ...opened, id, connector, ...(notice === undefined ? {} : { notice }) }
}

export const makeFreshId = (): SessionId => makeSessionId(Date.now(), randomBytes(10))
