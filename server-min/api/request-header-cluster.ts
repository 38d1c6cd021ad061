import type { Fault } from '../../src/protocol/fault.ts'
import { fault } from '../faults.ts'
import type { RequestHeaderSource, SourceEvents } from './authority-source.ts'
import { coreClient } from './cluster-client.ts'
import { type RequestHeaderConfig, requestHeaderConfig } from './request-header.ts'

const NAMESPACE = 'kube-system'
const NAME = 'extension-apiserver-authentication'

/** The data of a ConfigMap, read anew at each call. */
export type ReadConfigMap = () => Promise<Readonly<Record<string, string>>>

/** Follows the ConfigMap in which the API server tells aggregated APIs how to recognise it. */
export async function requestHeaderFromCluster(
  readData: ReadConfigMap,
  everyMs: number,
  events: SourceEvents,
): Promise<RequestHeaderSource> {
  let data = await readData()
  let current = parseConfigMap(data)
  async function check(): Promise<void> {
    try {
      const next = await readData()
      if (JSON.stringify(next) === JSON.stringify(data)) return
      current = parseConfigMap(next)
      data = next
      events.changed()
    } catch (error) {
      events.failed(error)
    }
  }
  const timer = setInterval(() => void check(), everyMs).unref()
  return {
    get current() {
      return current
    },
    check,
    close: () => clearInterval(timer),
  }
}

export async function clusterReader(kubeconfig: string | undefined): Promise<ReadConfigMap> {
  const api = await coreClient(kubeconfig)
  return async () => {
    try {
      return (await api.readNamespacedConfigMap({ namespace: NAMESPACE, name: NAME })).data ?? {}
    } catch (cause) {
      throw unreadable(cause)
    }
  }
}

/** The API server said no, with a status; or nobody answered. */
function unreadable(cause: unknown): Fault {
  const status = cause instanceof Error && 'code' in cause && typeof cause.code === 'number' ? cause.code : undefined
  const why = status ?? reasonOf(cause)
  return fault('KAE_REQUESTHEADER_MISSING', {
    detail: `ConfigMap ${NAMESPACE}/${NAME} cannot be read (${why})`,
    next:
      status === undefined
        ? 'See whether this process reaches the API server: its address comes from --kubeconfig, else from KUBERNETES_SERVICE_HOST.'
        : `Let the server read it: bind the Role extension-apiserver-authentication-reader in ${NAMESPACE} to its user.`,
    cause,
  })
}

/** fetch says no more than that it failed; what happened is its cause. */
const reasonOf = (error: unknown): string =>
  error instanceof Error ? (error.cause instanceof Error ? error.cause.message : error.message) : String(error)

export function parseConfigMap(data: Readonly<Record<string, string>>): RequestHeaderConfig {
  const ca = data['requestheader-client-ca-file']
  if (ca === undefined || ca === '') {
    throw fault('KAE_REQUESTHEADER_MISSING', {
      detail: `ConfigMap ${NAMESPACE}/${NAME} has no requestheader-client-ca-file`,
    })
  }
  const clientCa = data['client-ca-file']
  return requestHeaderConfig({
    ca,
    ...(clientCa === undefined ? {} : { clientCa }),
    allowedNames: words(data, 'requestheader-allowed-names'),
    usernameHeaders: words(data, 'requestheader-username-headers'),
    uidHeaders: words(data, 'requestheader-uid-headers'),
    groupHeaders: words(data, 'requestheader-group-headers'),
    extraPrefixes: words(data, 'requestheader-extra-headers-prefix'),
  })
}

/** A list in JSON, as the API server writes it. A list that cannot be read must not pass for an empty one. */
function words(data: Readonly<Record<string, string>>, key: string): readonly string[] {
  const text = data[key]
  if (text === undefined || text === '') return []
  try {
    const list: unknown = JSON.parse(text)
    if (list === null) return []
    if (Array.isArray(list) && list.every((word) => typeof word === 'string')) return list
  } catch {}
  throw fault('KAE_REQUESTHEADER_MISSING', { detail: `${key} in ConfigMap ${NAMESPACE}/${NAME} is no list of words` })
}
