import { createPrivateKey, X509Certificate } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { issue, makeAuthority } from '../../src/sandbox/certificates.ts'
import { bitString, boolean, element, integer, oid, utcTime } from '../../src/sandbox/der.ts'

describe('DER', () => {
  test.each([
    ['a length in the short form', element(4, Buffer.alloc(127)).subarray(0, 2), '047f'],
    ['a length of one byte', element(4, Buffer.alloc(128)).subarray(0, 3), '048180'],
    ['a length of two bytes', element(4, Buffer.alloc(256)).subarray(0, 4), '04820100'],
    ['an integer whose first bit is no sign', integer(Buffer.of(0x80)), '02020080'],
    ['an object identifier with arcs above 127', oid('1.2.840.10045.4.3.2'), '06082a8648ce3d040302'],
    ['a bit string with unused bits', bitString(Buffer.of(0x80), 7), '03020780'],
    ['true', boolean(true), '0101ff'],
    ['a time', utcTime(new Date('2026-01-02T03:04:05.678Z')), '170d3236303130323033303430355a'],
  ])('%s', (_what, bytes, hex) => {
    expect(bytes.toString('hex')).toBe(hex)
  })
})

describe('a certificate', () => {
  const authority = makeAuthority('test-ca')
  const ca = new X509Certificate(authority.certificate)
  const { certificate, key } = issue(authority, {
    name: 'server',
    use: 'server',
    dnsNames: ['localhost'],
    ipv4: ['127.0.0.1'],
  })
  const leaf = new X509Certificate(certificate)

  test('is signed by its authority, and by no other of the same name', () => {
    expect(leaf.checkIssued(ca) && leaf.verify(ca.publicKey)).toBe(true)
    const impostor = new X509Certificate(makeAuthority('test-ca').certificate)
    expect(leaf.verify(impostor.publicKey)).toBe(false)
    // Its key identifier tells them apart as well.
    expect(leaf.checkIssued(impostor)).toBe(false)
  })

  test('belongs to its key, names its hosts, and is no authority itself', () => {
    expect(leaf.checkPrivateKey(createPrivateKey(key))).toBe(true)
    expect(leaf.subjectAltName).toBe('DNS:localhost, IP Address:127.0.0.1')
    expect([leaf.ca, ca.ca]).toEqual([false, true])
    expect(leaf.keyUsage).toEqual(['1.3.6.1.5.5.7.3.1'])
  })

  test('is valid now, and not for ever', () => {
    const [from, to] = [Date.parse(leaf.validFrom), Date.parse(leaf.validTo)]
    expect(from).toBeLessThan(Date.now())
    expect(to - Date.now()).toBeLessThan(31 * 24 * 3600 * 1000)
    expect(to).toBeGreaterThan(Date.now())
  })
})
