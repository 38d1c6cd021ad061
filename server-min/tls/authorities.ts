import { X509Certificate } from 'node:crypto'
import { fault } from '../faults.ts'

const BLOCK = /-----BEGIN CERTIFICATE-----[\s\S]+?-----END CERTIFICATE-----/g

/** All certificates of a PEM bundle. Throws a `Fault` where there is none, or one that is not a certificate. */
export function parseAuthorities(pem: string, source: string): readonly X509Certificate[] {
  const blocks = pem.match(BLOCK) ?? []
  if (blocks.length === 0) throw fault('KAE_TLS_FILE_UNUSABLE', { detail: `${source} holds no certificate` })
  try {
    return blocks.map((block) => new X509Certificate(block))
  } catch (cause) {
    throw fault('KAE_TLS_FILE_UNUSABLE', { detail: `${source} holds something that is no certificate`, cause })
  }
}

const CLIENT_AUTH = '1.3.6.1.5.5.7.3.2'
const MAX_CHAIN = 5

/**
 * Whether a client certificate was issued, by way of certificates that the client sent, by one of these authorities, and
 * holds now. TLS has checked it against all authorities of the server together; this tells them apart, and sees a change
 * of them on connections that live on.
 */
export function isIssuedBy(leaf: X509Certificate, authorities: readonly X509Certificate[], now: Date): boolean {
  // RFC 5280, 4.2.1.12: a certificate without the extension is for any use.
  if (leaf.keyUsage !== undefined && !leaf.keyUsage.includes(CLIENT_AUTH)) return false
  let certificate: X509Certificate | undefined = leaf
  for (let depth = 0; depth < MAX_CHAIN && certificate !== undefined; depth += 1) {
    const current: X509Certificate = certificate
    if (!holds(current, now)) return false
    if (authorities.some((authority) => holds(authority, now) && signed(authority, current))) return true
    const issuer: X509Certificate | undefined = current.issuerCertificate
    certificate = issuer?.ca === true && signed(issuer, current) ? issuer : undefined
  }
  return false
}

const signed = (authority: X509Certificate, certificate: X509Certificate): boolean =>
  certificate.checkIssued(authority) && certificate.verify(authority.publicKey)

const holds = ({ validFromDate, validToDate }: X509Certificate, now: Date): boolean =>
  validFromDate <= now && now <= validToDate
