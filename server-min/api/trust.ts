import type { X509Certificate } from 'node:crypto'
import { liveCredentials } from '../tls/credentials.ts'
import type { ServingFiles, ServingPair } from '../tls/serving-pair.ts'
import type { RequestHeaderSource, SourceEvents } from './authority-source.ts'
import type { RequestHeaderConfig } from './request-header.ts'
import { clusterReader, requestHeaderFromCluster } from './request-header-cluster.ts'
import { type RequestHeaderFiles, requestHeaderFromFiles } from './request-header-files.ts'

export interface TrustOptions {
  readonly serving: ServingFiles
  readonly requestHeader: RequestHeaderFiles | { readonly kubeconfig?: string }
  readonly webhookClientCaFile?: string
  readonly reloadMs: number
}

/** Whom the server believes, and as whom it appears, as it is now: all of it may change while it runs. */
export interface Trust {
  readonly pair: ServingPair
  readonly requestHeader: RequestHeaderConfig
  /** Who may ask for admission; anybody where it is absent. */
  readonly webhookAuthorities: readonly X509Certificate[] | undefined
  /** PEM of every authority whose client certificates may come. */
  readonly clientAuthorities: string
}

export interface LiveTrust extends Trust {
  /** Looks at all sources now, in place of at the next time. */
  check(): Promise<void>
  close(): void
}

/** Reads certificates and authorities, and again when they change. */
export async function liveTrust(options: TrustOptions, events: SourceEvents): Promise<LiveTrust> {
  const { serving, webhookClientCaFile: file, reloadMs } = options
  const credentials = await liveCredentials(
    file === undefined ? { serving } : { serving, webhookClientCaFile: file },
    reloadMs,
    events,
  )
  const source = await requestHeaderSource(options, events).catch((error: unknown) => {
    credentials.close()
    throw error
  })
  return {
    get pair() {
      return credentials.current.pair
    },
    get requestHeader() {
      return source.current
    },
    get webhookAuthorities() {
      return credentials.current.webhook?.authorities
    },
    get clientAuthorities() {
      return `${source.current.ca}\n${credentials.current.webhook?.pem ?? ''}`
    },
    async check() {
      await Promise.all([credentials.check(), source.check()])
    },
    close() {
      credentials.close()
      source.close()
    },
  }
}

async function requestHeaderSource(
  { requestHeader, reloadMs }: TrustOptions,
  events: SourceEvents,
): Promise<RequestHeaderSource> {
  if ('caFile' in requestHeader) return requestHeaderFromFiles(requestHeader, reloadMs, events)
  return requestHeaderFromCluster(await clusterReader(requestHeader.kubeconfig), reloadMs, events)
}
