import { issue, type KeyPair, makeAuthority } from './certificates.ts'

/** Who the aggregator says it is, and the only name that the collector may accept from the front-proxy authority. */
export const FRONT_PROXY_NAME = 'front-proxy-client'

export interface SandboxKeys {
  /** Certificate of the authority that signed the API server's, for kubeconfigs. */
  readonly servingCa: string
  readonly serving: KeyPair
  /** Certificate of the authority that vouches for `X-Remote-*` headers. It signs nothing else. */
  readonly frontProxyCa: string
  readonly frontProxyClient: KeyPair
  /** Certificate of the authority that signed the collector's and the webhook's. */
  readonly collectorCa: string
  readonly collector: KeyPair
}

const LOOPBACK = { dnsNames: ['localhost'], ipv4: ['127.0.0.1'] } as const

/** Fresh authorities and keys. The authorities' own keys are forgotten at once: nothing more will be signed. */
export function makeKeys(): SandboxKeys {
  const serving = makeAuthority('sandbox-ca')
  const frontProxy = makeAuthority('sandbox-front-proxy-ca')
  const collector = makeAuthority('sandbox-collector-ca')
  return {
    servingCa: serving.certificate,
    serving: issue(serving, { name: 'sandbox', use: 'server', ...LOOPBACK }),
    frontProxyCa: frontProxy.certificate,
    frontProxyClient: issue(frontProxy, { name: FRONT_PROXY_NAME, use: 'client' }),
    collectorCa: collector.certificate,
    collector: issue(collector, { name: 'sandbox-collector', use: 'server', ...LOOPBACK }),
  }
}
