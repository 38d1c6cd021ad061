/** What can be known beforehand about an exec in a place: asked of the API server, and `unknown` where it does not say. */
import type { KubeConnection } from '../../kube/connection.ts'
import { apiPath } from '../../kube/request-path.ts'
import { GROUP_VERSION } from '../../protocol/api.ts'
import { isFault } from '../../protocol/fault.ts'
import { type NamespaceLabels, requiresRecord, type WebhookConfiguration } from '../state/coverage.ts'
import type { Answer, Place, Recording } from '../state/model.ts'
import type { Reporting } from './source.ts'

export async function recordingOf(connection: KubeConnection, place: Place, reporting: Reporting): Promise<void> {
  const { emit, signal } = reporting
  const [collector, required, allowed] = await Promise.all([
    collectorOf(connection, signal),
    requiredIn(connection, place, signal),
    allowedIn(connection, place, signal),
  ])
  emit({ type: 'recording', recording: { collector, required, allowed } })
}

/** As `exec` finds out: only the API server's own word that there is no such group means that there is none. */
async function collectorOf(connection: KubeConnection, signal: AbortSignal): Promise<Recording['collector']> {
  const status = await statusOf(connection, `/apis/${GROUP_VERSION}`, signal)
  if (status === 200) return 'yes'
  if (status === 404) return 'no'
  return status === 503 ? 'broken' : 'unknown'
}

async function statusOf(connection: KubeConnection, path: string, signal: AbortSignal): Promise<number> {
  try {
    // One question: whether to wait for a busy server is decided by whoever runs something.
    return (await connection.request({ path, signal, timeoutMs: 5000 })).status
  } catch (error) {
    if (isFault(error) || signal.aborted) return 0
    throw error
  }
}

const WEBHOOKS = '/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations'

async function requiredIn(connection: KubeConnection, { namespace }: Place, signal: AbortSignal): Promise<Answer> {
  const webhooks = await optional<{ readonly items?: readonly WebhookConfiguration[] }>(connection, WEBHOOKS, signal)
  if (webhooks === undefined) return 'unknown'
  const path = namespace === '' ? undefined : apiPath`/api/v1/namespaces/${namespace}`
  const found = path === undefined ? undefined : await optional<NamespaceLabels>(connection, path, signal)
  try {
    return requiresRecord(webhooks.items ?? [], found)
  } catch {
    // Whatever that was, it is no configuration of webhooks.
    return 'unknown'
  }
}

/** Undefined: this person may not read it, or nobody answered. */
async function optional<Body>(
  connection: KubeConnection,
  path: string,
  signal: AbortSignal,
): Promise<Body | undefined> {
  try {
    return await connection.getJson<Body>(path, { signal, timeoutMs: 5000 })
  } catch (error) {
    if (isFault(error) || signal.aborted) return undefined
    throw error
  }
}

interface AccessReview {
  readonly status?: { readonly allowed?: boolean }
}

async function allowedIn(connection: KubeConnection, { namespace }: Place, signal: AbortSignal): Promise<Answer> {
  const attributes = {
    verb: 'create',
    resource: 'pods',
    subresource: 'exec',
    ...(namespace === '' ? {} : { namespace }),
  }
  const review = { apiVersion: 'authorization.k8s.io/v1', kind: 'SelfSubjectAccessReview' }
  try {
    const answer = await connection.getJson<AccessReview>('/apis/authorization.k8s.io/v1/selfsubjectaccessreviews', {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ ...review, spec: { resourceAttributes: attributes } }),
      signal,
      timeoutMs: 5000,
    })
    const allowed = answer.status?.allowed
    if (typeof allowed !== 'boolean') return 'unknown'
    // In all namespaces together it says nothing about one of them.
    return allowed ? 'yes' : namespace === '' ? 'unknown' : 'no'
  } catch (error) {
    if (isFault(error) || signal.aborted) return 'unknown'
    throw error
  }
}
