/** Opens the recording of a session: with the cluster's collector, or with the one in this program. */
import { clusterConnector } from '../collector/cluster.ts'
import type { CollectorConnector } from '../collector/connector.ts'
import { CollectorStream, type OpenedStream } from '../collector/stream.ts'
import type { KubeConnection } from '../kube/connection.ts'
import { isFault } from '../protocol/fault.ts'
import type { OpenRequest } from '../protocol/messages.ts'
import type { ExecTarget } from '../protocol/session.ts'
import type { SessionId } from '../protocol/session-id.ts'
import type { ExecInvocation } from './invocation.ts'
import { PROGRAM } from './program.ts'

export interface Recording extends OpenedStream {
  readonly id: SessionId
  readonly connector: CollectorConnector
  /** The folder of the local collector; undefined with the cluster's. */
  readonly folder?: string
}

export interface RecordingRequest {
  readonly id: SessionId
  readonly target: ExecTarget
  readonly invocation: ExecInvocation
}

/**
 * Resolves when the `open` record is durable; rejects with a `Fault`, and then nothing may be run. With `auto`, only the API
 * server's own word that there is no collector leads to the local one: a collector that is broken or refuses does not.
 */
export async function openRecording(connection: KubeConnection, request: RecordingRequest): Promise<Recording> {
  const { collector } = request.invocation
  if (collector === 'local') return openLocal(connection, request)
  try {
    return await open(clusterConnector(connection), request)
  } catch (error) {
    const absent = isFault(error) && error.code === 'KAE_COLLECTOR_ABSENT'
    if (collector === 'auto' && absent) return openLocal(connection, request)
    throw error
  }
}

async function openLocal(connection: KubeConnection, request: RecordingRequest): Promise<Recording> {
  const { localConnector } = await import('../collector/local.ts')
  const { logDir } = request.invocation
  const { userName } = connection.resolved
  const local = await localConnector({ id: request.id, userName, ...(logDir === undefined ? {} : { root: logDir }) })
  return { ...(await open(local.connector, request)), folder: local.folder }
}

async function open(connector: CollectorConnector, { id, target, invocation }: RecordingRequest): Promise<Recording> {
  const openRequest: OpenRequest = {
    target,
    client: { ...PROGRAM, platform: `${process.platform}-${process.arch}` },
    record: invocation.record,
    ...(invocation.reason === undefined ? {} : { reason: invocation.reason }),
  }
  const address = { id, namespace: target.namespace }
  const opened = await CollectorStream.open({ connector, address, request: openRequest })
  return { ...opened, id, connector }
}
