import { webcrypto } from 'node:crypto'
import { mkdirSync, writeFileSync } from 'node:fs'
import './reflect-metadata.ts'
import * as x509 from '@peculiar/x509'
import { NETWORK, NODE, pkiFile } from './layout.ts'

const EC = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const
const LIFETIME_MS = 30 * 24 * 3600 * 1000

x509.cryptoProvider.set(webcrypto as unknown as Parameters<typeof x509.cryptoProvider.set>[1])

interface Authority {
  readonly certificate: x509.X509Certificate
  readonly keys: webcrypto.CryptoKeyPair
}

/** A certificate to issue: the files `NAME.crt` and `NAME.key`. Kubernetes takes CN as the user and O as the groups. */
interface Leaf {
  readonly name: string
  readonly commonName: string
  readonly organization?: string
  readonly addresses?: readonly x509.JsonGeneralName[]
}

const ip = (value: string): x509.JsonGeneralName => ({ type: 'ip', value })
const dns = (value: string): x509.JsonGeneralName => ({ type: 'dns', value })

const API_SERVER_NAMES = ['kubernetes', 'kubernetes.default', 'kubernetes.default.svc', 'localhost'].map(dns)
const API_SERVER_IPS = [NETWORK.nodeIp, NETWORK.kubernetesServiceIp, '127.0.0.1'].map(ip)

const CLUSTER_LEAVES: readonly Leaf[] = [
  { name: 'apiserver', commonName: 'kube-apiserver', addresses: [...API_SERVER_NAMES, ...API_SERVER_IPS] },
  { name: 'apiserver-kubelet-client', commonName: 'kube-apiserver-kubelet-client', organization: 'system:masters' },
  { name: 'kubelet-server', commonName: NODE, addresses: [dns(NODE), ip(NETWORK.nodeIp)] },
  { name: 'kubelet', commonName: `system:node:${NODE}`, organization: 'system:nodes' },
  { name: 'controller-manager', commonName: 'system:kube-controller-manager' },
  { name: 'scheduler', commonName: 'system:kube-scheduler' },
  { name: 'admin', commonName: 'admin', organization: 'system:masters' },
  { name: 'alice', commonName: 'alice', organization: 'developers' },
]

/** Makes every key and certificate of the cluster afresh. The front proxy has an authority of its own, as it must. */
export async function makePki(): Promise<void> {
  mkdirSync(pkiFile(''), { recursive: true, mode: 0o700 })
  const [cluster, frontProxy] = await Promise.all([makeAuthority('ca'), makeAuthority('front-proxy-ca')])
  await Promise.all([
    ...CLUSTER_LEAVES.map((leaf) => issue(cluster, leaf)),
    issue(frontProxy, { name: 'front-proxy-client', commonName: 'front-proxy-client' }),
    makeTokenKeys(),
  ])
}

/** Service accounts' tokens are verified with a bare public key. */
async function makeTokenKeys(): Promise<void> {
  const keys = await newKeys()
  await writeKey('service-account', keys)
  const der = await webcrypto.subtle.exportKey('spki', keys.publicKey)
  writeFileSync(pkiFile('service-account.pub'), `${x509.PemConverter.encode(der, 'PUBLIC KEY')}\n`)
}

const newKeys = (): Promise<webcrypto.CryptoKeyPair> => webcrypto.subtle.generateKey(EC, true, ['sign', 'verify'])

async function writeKey(name: string, keys: webcrypto.CryptoKeyPair): Promise<void> {
  const der = await webcrypto.subtle.exportKey('pkcs8', keys.privateKey)
  writeFileSync(pkiFile(`${name}.key`), `${x509.PemConverter.encode(der, 'PRIVATE KEY')}\n`, { mode: 0o600 })
}

const writeCertificate = (name: string, certificate: x509.X509Certificate): void =>
  writeFileSync(pkiFile(`${name}.crt`), `${certificate.toString('pem')}\n`)

const validity = () => ({
  signingAlgorithm: EC,
  // An hour back, for a clock that is set while tests run.
  notBefore: new Date(Date.now() - 3600 * 1000),
  notAfter: new Date(Date.now() + LIFETIME_MS),
})

async function makeAuthority(name: string): Promise<Authority> {
  const keys = await newKeys()
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    ...validity(),
    name: `CN=${name}`,
    keys,
    extensions: [
      new x509.BasicConstraintsExtension(true, undefined, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.digitalSignature, true),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  })
  writeCertificate(name, certificate)
  await writeKey(name, keys)
  return { certificate, keys }
}

async function issue(authority: Authority, leaf: Leaf): Promise<void> {
  const keys = await newKeys()
  const subject = [{ CN: [leaf.commonName] }, ...(leaf.organization ? [{ O: [leaf.organization] }] : [])]
  const certificate = await x509.X509CertificateGenerator.create({
    ...validity(),
    subject,
    issuer: authority.certificate.subject,
    publicKey: keys.publicKey,
    signingKey: authority.keys.privateKey,
    extensions: [
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
      new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth, x509.ExtendedKeyUsage.clientAuth]),
      await x509.AuthorityKeyIdentifierExtension.create(authority.keys.publicKey),
      ...(leaf.addresses ? [new x509.SubjectAlternativeNameExtension([...leaf.addresses])] : []),
    ],
  })
  writeCertificate(leaf.name, certificate)
  await writeKey(leaf.name, keys)
}
