import { isIP, type Socket } from 'node:net'
import type { ConnectionOptions, checkServerIdentity, SecureContext, TLSSocket } from 'node:tls'
import type { ClientCertificate } from './credentials.ts'
import { fault } from './faults.ts'
import type { TlsTrust } from './resolved.ts'

// Loading them takes ten milliseconds: they pass while the SYN is on its way, and nothing that only reads a kubeconfig waits for them.
const tlsModule = (): typeof import('node:tls') => process.getBuiltinModule('node:tls')
const cryptoModule = (): typeof import('node:crypto') => process.getBuiltinModule('node:crypto')

/** Go's http.Transport gives a handshake ten seconds. */
const HANDSHAKE_TIMEOUT_MS = 10_000

/** One context serves all connections with the same certificate: making it costs milliseconds. */
export function makeSecureContext(trust: TlsTrust, certificate: ClientCertificate | undefined): SecureContext {
  throwOnUselessAuthority(trust.ca)
  try {
    return tlsModule().createSecureContext({
      ca: trust.ca ?? systemAuthorities(),
      ...(certificate === undefined ? {} : { cert: certificate.cert, key: certificate.key }),
      minVersion: 'TLSv1.2',
      // In Go every certificate of the pool is an anchor, an intermediate or the server's own as well.
      allowPartialTrustChain: true,
    })
  } catch (cause) {
    throw fault('KAE_KUBE_TLS_MATERIAL_INVALID', { detail: (cause as Error).message, cause })
  }
}

/** Without a kubeconfig CA kubectl trusts the machine's; Node's own list is for machines that have none. */
function systemAuthorities(): string[] {
  const { getCACertificates } = tlsModule()
  const system = getCACertificates('system')
  return system.length > 0 ? system : getCACertificates('default')
}

/** OpenSSL silently trusts nobody for a CA file without a certificate: the words for that are ours. */
function throwOnUselessAuthority(ca: Buffer | undefined): void {
  if (ca === undefined) return
  try {
    ;new (cryptoModule().X509Certificate)(ca)
  } catch (cause) {
    const detail = 'the certificate-authority holds no certificate that can be read'
    throw fault('KAE_KUBE_TLS_MATERIAL_INVALID', { detail, cause })
  }
}

export interface TlsTarget {
  readonly host: string
  readonly trust: TlsTrust
  readonly context: SecureContext
}

/** TLS over a socket that is connected. An address is never sent as SNI, but the certificate must name it. */
export function secure(socket: Socket, { host, trust, context }: TlsTarget): Promise<TLSSocket> {
  const name = trust.serverName ?? host
  const options: ConnectionOptions = {
    socket,
    secureContext: context,
    servername: isIP(name) === 0 ? name : '',
    ALPNProtocols: ['http/1.1'],
    rejectUnauthorized: !trust.insecure,
    checkServerIdentity: (_host, certificate) => checkName(name, certificate),
  }
  return new Promise((resolve, reject) => {
    const tls = tlsModule().connect(options)
    const late = setTimeout(() => {
      const detail = `${host}: no TLS handshake within ${HANDSHAKE_TIMEOUT_MS / 1000} s`
      tls.destroy(fault('KAE_KUBE_TIMEOUT', { detail }))
    }, HANDSHAKE_TIMEOUT_MS)
    const fail = (error: Error): void => {
      clearTimeout(late)
      reject(error)
    }
    tls.once('error', fail)
    tls.once('secureConnect', () => {
      clearTimeout(late)
      tls.off('error', fail)
      resolve(tls)
    })
  })
}

/** Go ignores the common name: a certificate without subjectAltName is for nobody. */
function checkName(name: string, certificate: Parameters<typeof checkServerIdentity>[1]): Error | undefined {
  if (certificate.subjectaltname !== undefined) return tlsModule().checkServerIdentity(name, certificate)
  const error = new Error(`the certificate has no subjectAltName, so it is not for ${name}`)
  return Object.assign(error, { code: 'ERR_TLS_CERT_ALTNAME_INVALID' })
}
