/** Changes of sessions as the API server tells them: one JSON event a line (Kubernetes watch). */
import type { IncomingMessage } from 'node:http'
import type { KubeConnection } from '../../kube/connection.ts'
import { faultFromNetworkError } from '../../kube/network-faults.ts'
import { faultFromAnswer, faultFromStatus } from '../../kube/status.ts'
import { parseShallowJson } from '../../protocol/nesting.ts'
import type { SessionChange } from '../../protocol/session-library.ts'
import type { SessionObject } from '../../protocol/session-object.ts'
import { fault } from '../faults.ts'
import { refusalBody } from './cluster-faults.ts'
import { openStream } from './open-stream.ts'
import { isServedSession } from './served.ts'

/** A line longer than this is no session. */
const LINE_LIMIT = 4 * 1024 * 1024

interface WatchedEvent {
  readonly type: string
  readonly object: unknown
}

export interface WatchAddress {
  readonly connection: KubeConnection
  readonly path: string
  readonly query: Readonly<Record<string, string>>
  readonly signal: AbortSignal
}

/** One stream of changes, until the server ends it. Gives bookmarks as their resource version alone. */
export async function* watchOnce(address: WatchAddress): AsyncGenerator<SessionChange | { readonly bookmark: string }> {
  for await (const line of linesOf(await openWatch(address), address.connection)) {
    const { type, object } = parseEvent(line)
    if (type === 'ADDED' || type === 'MODIFIED') yield { type, object: sessionOf(object) }
    else if (type === 'BOOKMARK') yield { bookmark: versionOf(object as Partial<SessionObject>) }
    else if (type === 'ERROR') throw faultFromStatus(statusIn(object))
    // DELETED and types that do not exist yet: a recording is never taken back.
  }
}

async function openWatch({ connection, path, query, signal }: WatchAddress): Promise<IncomingMessage> {
  const response = await openStream(connection, { path, query: { ...query, watch: 'true' }, signal })
  const { statusCode: status = 0, headers } = response
  if (status === 200) return response
  throw faultFromAnswer({ status, contentType: headers['content-type'] ?? '', body: await refusalBody(response) })
}

async function* linesOf(response: IncomingMessage, { resolved }: KubeConnection): AsyncGenerator<string> {
  let pending = ''
  try {
    for await (const chunk of response.setEncoding('utf8')) {
      pending += chunk as string
      // Looked through once for each line, not for each piece of one.
      const lines = (chunk as string).includes('\n') ? pending.split('\n') : [pending]
      pending = lines.pop() ?? ''
      if (pending.length > LINE_LIMIT) throw fault('KAE_READING_ANSWER_INVALID', { detail: 'an endless line' })
      for (const line of lines) if (line.trim() !== '') yield line
    }
  } catch (error) {
    throw faultFromNetworkError(error, resolved.server.host)
  } finally {
    response.destroy()
  }
}

function parseEvent(line: string): WatchedEvent {
  const { type, object } = (parseShallowJson(line) ?? {}) as Partial<WatchedEvent>
  if (typeof type === 'string' && typeof object === 'object' && object !== null) return { type, object }
  throw fault('KAE_READING_ANSWER_INVALID', { detail: 'expected a watch event, received something else' })
}

function sessionOf(object: unknown): SessionObject {
  if (isServedSession(object)) return object
  throw fault('KAE_READING_ANSWER_INVALID', { detail: 'expected a Session in a watch event' })
}

const versionOf = ({ metadata }: Partial<SessionObject>): string => textOf(metadata?.resourceVersion)

function statusIn(object: unknown): { code: number; reason: string; message: string } {
  const { code, reason, message } = object as Record<string, unknown>
  return { code: typeof code === 'number' ? code : 500, reason: textOf(reason), message: textOf(message) }
}

/** `String` calls what an object of theirs names `toString`. */
const textOf = (value: unknown): string => (typeof value === 'string' ? value : '')
