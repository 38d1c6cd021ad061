/** Makes X.509 v3 certificates (RFC 5280) on ECDSA P-256, enough for TLS that OpenSSL and Go's crypto/x509 accept. */
import { createHash, generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto'
import * as der from './der.ts'

/** A certificate and its private key, both PEM. */
export interface KeyPair {
  readonly certificate: string
  readonly key: string
}

export interface Authority extends KeyPair {
  readonly name: string
  readonly signer: KeyObject
  readonly keyId: Buffer
}

export interface LeafRequest {
  readonly name: string
  readonly use: 'server' | 'client'
  /** Both for servers only. */
  readonly dnsNames?: readonly string[]
  readonly ipv4?: readonly string[]
}

interface Fields {
  readonly subject: string
  readonly issuer: string
  readonly publicKey: KeyObject
  readonly signer: KeyObject
  readonly extensions: readonly Buffer[]
}

const OID = {
  commonName: '2.5.4.3',
  ecdsaWithSha256: '1.2.840.10045.4.3.2',
  subjectKeyIdentifier: '2.5.29.14',
  keyUsage: '2.5.29.15',
  subjectAltName: '2.5.29.17',
  basicConstraints: '2.5.29.19',
  authorityKeyIdentifier: '2.5.29.35',
  extKeyUsage: '2.5.29.37',
  server: '1.3.6.1.5.5.7.3.1',
  client: '1.3.6.1.5.5.7.3.2',
} as const

const HOUR_MS = 3600 * 1000
/** A sandbox that is older than this has to be started again. */
const LIFETIME_MS = 30 * 24 * HOUR_MS
const ALGORITHM = der.sequence(der.oid(OID.ecdsaWithSha256))

const newKeys = () => generateKeyPairSync('ec', { namedCurve: 'P-256' })

export function makeAuthority(name: string): Authority {
  const { publicKey, privateKey } = newKeys()
  const keyId = keyIdOf(publicKey)
  const extensions = [
    critical(OID.basicConstraints, der.sequence(der.boolean(true))),
    // keyCertSign and cRLSign, bits 5 and 6.
    critical(OID.keyUsage, der.bitString(Buffer.of(0b0000_0110), 1)),
    extension(OID.subjectKeyIdentifier, der.octetString(keyId)),
  ]
  const certificate = certify({ subject: name, issuer: name, publicKey, signer: privateKey, extensions })
  return { name, certificate, key: pemOfKey(privateKey), signer: privateKey, keyId }
}

export function issue(authority: Authority, request: LeafRequest): KeyPair {
  const { publicKey, privateKey } = newKeys()
  const names = alternativeNames(request)
  const extensions = [
    critical(OID.basicConstraints, der.sequence()),
    // digitalSignature, bit 0.
    critical(OID.keyUsage, der.bitString(Buffer.of(0b1000_0000), 7)),
    extension(OID.extKeyUsage, der.sequence(der.oid(OID[request.use]))),
    extension(OID.authorityKeyIdentifier, der.sequence(der.implicit(0, authority.keyId))),
    ...(names.length > 0 ? [extension(OID.subjectAltName, der.sequence(...names))] : []),
  ]
  const { name: issuer, signer } = authority
  const certificate = certify({ subject: request.name, issuer, publicKey, signer, extensions })
  return { certificate, key: pemOfKey(privateKey) }
}

// GeneralName: dNSName is [2], iPAddress is [7] with the address in network order.
const alternativeNames = ({ dnsNames = [], ipv4 = [] }: LeafRequest): Buffer[] => [
  ...dnsNames.map((name) => der.implicit(2, Buffer.from(name))),
  ...ipv4.map((address) => der.implicit(7, Buffer.from(address.split('.').map(Number)))),
]

function certify({ subject, issuer, publicKey, signer, extensions }: Fields): string {
  const now = Date.now()
  // An hour back, for a clock that is set meanwhile.
  const validity = [new Date(now - HOUR_MS), new Date(now + LIFETIME_MS)].map(der.utcTime)
  const body = der.sequence(
    der.explicit(0, der.integer(Buffer.of(2))),
    der.integer(randomBytes(16).fill(0x40, 0, 1)),
    ALGORITHM,
    nameOf(issuer),
    der.sequence(...validity),
    nameOf(subject),
    publicKey.export({ type: 'spki', format: 'der' }),
    der.explicit(3, der.sequence(...extensions)),
  )
  return pem(der.sequence(body, ALGORITHM, der.bitString(sign('sha256', body, signer))))
}

const nameOf = (commonName: string): Buffer =>
  der.sequence(der.set(der.sequence(der.oid(OID.commonName), der.utf8String(commonName))))

const extension = (id: string, value: Buffer): Buffer => der.sequence(der.oid(id), der.octetString(value))
const critical = (id: string, value: Buffer): Buffer =>
  der.sequence(der.oid(id), der.boolean(true), der.octetString(value))

// RFC 5280 (4.2.1.2): a unique value will do; SHA-1 of the key is the customary one.
const keyIdOf = (key: KeyObject): Buffer =>
  createHash('sha1')
    .update(key.export({ type: 'spki', format: 'der' }))
    .digest()

const pemOfKey = (key: KeyObject): string => key.export({ type: 'pkcs8', format: 'pem' }).toString()

const pem = (bytes: Buffer): string =>
  `-----BEGIN CERTIFICATE-----\n${bytes.toString('base64').replaceAll(/.{64}(?=.)/g, '$&\n')}\n-----END CERTIFICATE-----\n`
