import { webcrypto } from 'node:crypto'
import '../../cluster/reflect-metadata.ts'
import * as x509 from '@peculiar/x509'
import type { Authority, Pair } from '../../cluster/certificates.ts'

const EC = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const
const HOUR = 3600_000

export interface Oddity {
  readonly commonNames?: readonly string[]
  /** Hours from now. */
  readonly from?: number
  readonly to?: number
  readonly usages?: readonly string[]
  readonly ca?: boolean
}

/** A certificate that is odd in some way, of a good authority. */
export async function issueOdd(authority: Authority, oddity: Oddity = {}): Promise<Pair & { authority: Authority }> {
  const { commonNames = ['front-proxy-client'], from = -1, to = 24, usages, ca = false } = oddity
  const keys = await webcrypto.subtle.generateKey(EC, true, ['sign', 'verify'])
  const issuer = await x509.X509CertificateGenerator.create({
    signingAlgorithm: EC,
    notBefore: new Date(Date.now() + from * HOUR),
    notAfter: new Date(Date.now() + to * HOUR),
    subject: commonNames.map((name) => ({ CN: [name] })),
    issuer: authority.issuer.subject,
    publicKey: keys.publicKey,
    signingKey: authority.keys.privateKey,
    extensions: [
      ...(ca ? [new x509.BasicConstraintsExtension(true, undefined, true)] : []),
      ...(usages === undefined ? [] : [new x509.ExtendedKeyUsageExtension([...usages])]),
    ],
  })
  const key = x509.PemConverter.encode(await webcrypto.subtle.exportKey('pkcs8', keys.privateKey), 'PRIVATE KEY')
  const certificate = `${issuer.toString('pem')}\n`
  return { certificate, key, authority: { issuer, keys, certificate, key } }
}

export const { clientAuth, serverAuth } = x509.ExtendedKeyUsage
