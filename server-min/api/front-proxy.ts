import type { X509Certificate } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import { TLSSocket } from 'node:tls'
import type { Identity } from '../../src/protocol/session.ts'
import { isIssuedBy } from '../tls/authorities.ts'
import { identityFromHeaders } from './identity-headers.ts'
import type { RequestHeaderConfig } from './request-header.ts'

export type Caller =
  | { readonly type: 'user'; readonly identity: Identity }
  | { readonly type: 'refused'; readonly http: 400 | 401; readonly why: string }

const refused = (http: 400 | 401, why: string): Caller => ({ type: 'refused', http, why })

/** Who asks, if the API server asks. Headers count for nothing without its certificate. */
export function authenticate(request: IncomingMessage, config: RequestHeaderConfig, now: Date): Caller {
  const certificate = peerIssuedBy(request, config.authorities, now)
  if (certificate === undefined) return refused(401, 'a client certificate of the API server’s front proxy is needed')
  const { allowedNames } = config
  if (allowedNames.length > 0 && !allowedNames.includes(commonName(certificate) ?? '')) {
    return refused(401, 'the client certificate has a name that is not allowed')
  }
  const found = identityFromHeaders(request.rawHeaders, config)
  if (found.type === 'identity') return { type: 'user', identity: found.identity }
  return found.type === 'missing' ? refused(401, 'the request names no user') : refused(400, found.why)
}

/** The peer's certificate where TLS proved it and one of these authorities issued it. */
export function peerIssuedBy(
  { socket }: IncomingMessage,
  authorities: readonly X509Certificate[],
  now: Date,
): X509Certificate | undefined {
  if (!(socket instanceof TLSSocket) || !socket.authorized) return undefined
  const certificate = socket.getPeerX509Certificate()
  return certificate !== undefined && isIssuedBy(certificate, authorities, now) ? certificate : undefined
}

/** A subject with several common names has none that could be trusted. */
function commonName(certificate: X509Certificate): string | undefined {
  const name: unknown = certificate.toLegacyObject().subject?.CN
  return typeof name === 'string' && name !== '' ? name : undefined
}
