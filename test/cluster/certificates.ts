import { webcrypto } from 'node:crypto'
import './reflect-metadata.ts'
import * as x509 from '@peculiar/x509'

const EC = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const
const LIFETIME_MS = 30 * 24 * 3600 * 1000

type Keys = webcrypto.CryptoKeyPair

/** Who may sign others, kept in memory. */
export interface Authority extends Pair {
  readonly issuer: x509.X509Certificate
  readonly keys: Keys
}

/** A certificate and its key, each as PEM. */
export interface Pair {
  readonly certificate: string
  readonly key: string
}

/** Whom a certificate names. Kubernetes takes the common name as the user and the organization as the group. */
export interface Subject {
  readonly commonName: string
  readonly organization?: string
  /** The DNS names and IP addresses that a server with it answers for. */
  readonly names?: readonly string[]
}

const newKeys = (): Promise<Keys> => webcrypto.subtle.generateKey(EC, true, ['sign', 'verify'])

async function encodeKey({ privateKey }: Keys): Promise<string> {
  const der = await webcrypto.subtle.exportKey('pkcs8', privateKey)
  return `${x509.PemConverter.encode(der, 'PRIVATE KEY')}\n`
}

const nameOf = ({ commonName, organization }: Subject): x509.JsonName => [
  { CN: [commonName] },
  ...(organization ? [{ O: [organization] }] : []),
]

const validity = () => ({
  signingAlgorithm: EC,
  // An hour back, for a clock that is set while tests run.
  notBefore: new Date(Date.now() - 3600 * 1000),
  notAfter: new Date(Date.now() + LIFETIME_MS),
})

export async function makeAuthority(commonName: string): Promise<Authority> {
  const keys = await newKeys()
  const issuer = await x509.X509CertificateGenerator.createSelfSigned({
    ...validity(),
    name: nameOf({ commonName }),
    keys,
    extensions: [
      new x509.BasicConstraintsExtension(true, undefined, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.digitalSignature, true),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  })
  return { issuer, keys, certificate: `${issuer.toString('pem')}\n`, key: await encodeKey(keys) }
}

/** Issues a certificate that serves as client and as server. */
export async function issue({ issuer, keys: signer }: Authority, subject: Subject): Promise<Pair> {
  const keys = await newKeys()
  const names = subject.names?.map((value) => ({ type: /^[\d.]+$/.test(value) ? 'ip' : 'dns', value }) as const)
  const certificate = await x509.X509CertificateGenerator.create({
    ...validity(),
    subject: nameOf(subject),
    issuer: issuer.subject,
    publicKey: keys.publicKey,
    signingKey: signer.privateKey,
    extensions: [
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
      new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth, x509.ExtendedKeyUsage.clientAuth]),
      await x509.AuthorityKeyIdentifierExtension.create(signer.publicKey),
      ...(names ? [new x509.SubjectAlternativeNameExtension(names)] : []),
    ],
  })
  return { certificate: `${certificate.toString('pem')}\n`, key: await encodeKey(keys) }
}

/** A key, and a request for another authority to certify it. */
export async function makeRequest(subject: Subject): Promise<{ request: string; key: string }> {
  const keys = await newKeys()
  const request = await x509.Pkcs10CertificateRequestGenerator.create({
    name: nameOf(subject),
    keys,
    signingAlgorithm: EC,
  })
  return { request: request.toString('pem'), key: await encodeKey(keys) }
}

/** A key pair without a certificate, as tokens are signed with. */
export async function makeTokenKeys(): Promise<{ publicKey: string; key: string }> {
  const keys = await newKeys()
  const der = await webcrypto.subtle.exportKey('spki', keys.publicKey)
  return { publicKey: `${x509.PemConverter.encode(der, 'PUBLIC KEY')}\n`, key: await encodeKey(keys) }
}
