import { X509Certificate } from 'node:crypto'
import '../../cluster/reflect-metadata.ts'
import * as x509 from '@peculiar/x509'
import { expect, test } from 'vitest'
import { isIssuedBy, parseAuthorities } from '../../../server-min/tls/authorities.ts'
import { issue, makeAuthority } from '../../cluster/certificates.ts'

const [ours, twin] = await Promise.all([makeAuthority('front-proxy-ca'), makeAuthority('front-proxy-ca')])
const leaf = new X509Certificate((await issue(ours, { commonName: 'client' })).certificate)
const now = new Date()
const DAY = 24 * 3600 * 1000

test('a certificate of the authority is taken', () => {
  expect(isIssuedBy(leaf, parseAuthorities(`${twin.certificate}${ours.certificate}`, 'test'), now)).toBe(true)
})

test('a certificate of another authority by the same name is not', () => {
  expect(isIssuedBy(leaf, parseAuthorities(twin.certificate, 'test'), now)).toBe(false)
})

test('a certificate that only says it is of the authority, signed by another key, is not', async () => {
  const forged = await x509.X509CertificateGenerator.create({
    subject: 'CN=client',
    issuer: ours.issuer.subject,
    publicKey: twin.keys.publicKey,
    signingKey: twin.keys.privateKey,
    signingAlgorithm: { name: 'ECDSA', hash: 'SHA-256' },
    notBefore: new Date(now.getTime() - DAY),
    notAfter: new Date(now.getTime() + DAY),
    extensions: [await x509.AuthorityKeyIdentifierExtension.create(ours.keys.publicKey)],
  })
  const certificate = new X509Certificate(forged.toString('pem'))
  const authorities = parseAuthorities(ours.certificate, 'test')
  expect(certificate.checkIssued(authorities[0]!)).toBe(true)
  expect(isIssuedBy(certificate, authorities, now)).toBe(false)
})

test('a certificate counts for its time only', () => {
  const authorities = parseAuthorities(ours.certificate, 'test')
  expect(isIssuedBy(leaf, authorities, new Date(now.getTime() + 40 * DAY))).toBe(false)
  expect(isIssuedBy(leaf, authorities, new Date(now.getTime() - DAY))).toBe(false)
})

test('an authority’s own certificate and no authorities at all prove nothing', () => {
  expect(isIssuedBy(leaf, [], now)).toBe(false)
  expect(() => parseAuthorities('-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----', 'test')).toThrow(
    'no certificate',
  )
})
