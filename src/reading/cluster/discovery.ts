import type { KubeConnection } from '../../kube/connection.ts'
import { faultFromAnswer, notAnApiServer } from '../../kube/status.ts'
import { GROUP_VERSION } from '../../protocol/api.ts'
import { fault } from '../faults.ts'

const DISCOVERY_TIMEOUT_MS = 15_000

interface ApiResource {
  readonly name?: unknown
  readonly verbs?: unknown
}

/**
 * Whether the cluster has our API and it lists sessions: its first versions only recorded. Every authenticated user may
 * read what APIs exist. Rejects with a Fault where the API is there and does not answer.
 */
export async function servesSessions(connection: KubeConnection): Promise<boolean> {
  const timeoutMs = connection.resolved.requestTimeoutMs || DISCOVERY_TIMEOUT_MS
  const { status, headers, body } = await connection.request({ path: `/apis/${GROUP_VERSION}`, timeoutMs })
  const contentType = headers['content-type'] ?? ''
  if (status === 404) return false
  if (status === 503 || status === 502) throw fault('KAE_READING_UNAVAILABLE', { detail: `HTTP ${status}` })
  if (status >= 400) throw faultFromAnswer({ status, contentType, body })
  const resources = resourcesOf(body)
  if (resources === undefined) throw notAnApiServer({ status, contentType })
  return resources.some(({ name, verbs }) => name === 'sessions' && Array.isArray(verbs) && verbs.includes('list'))
}

function resourcesOf(body: Buffer): readonly ApiResource[] | undefined {
  try {
    const { resources } = JSON.parse(body.toString()) as { resources?: unknown }
    return Array.isArray(resources) && resources.every((each) => each instanceof Object) ? resources : undefined
  } catch {
    return undefined
  }
}
