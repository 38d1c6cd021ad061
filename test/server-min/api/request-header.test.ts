import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { requestHeaderConfig } from '../../../server-min/api/request-header.ts'
import {
  clusterReader,
  parseConfigMap,
  requestHeaderFromCluster,
} from '../../../server-min/api/request-header-cluster.ts'
import { makeAuthority } from '../../cluster/certificates.ts'

const proxy = await makeAuthority('front-proxy-ca')
const clients = await makeAuthority('ca')
const data = {
  'client-ca-file': clients.certificate,
  'requestheader-allowed-names': '["front-proxy-client"]',
  'requestheader-client-ca-file': proxy.certificate,
  'requestheader-extra-headers-prefix': '["X-Remote-Extra-"]',
  'requestheader-group-headers': '["X-Remote-Group"]',
  'requestheader-uid-headers': '["X-Remote-Uid"]',
  'requestheader-username-headers': '["X-Remote-User"]',
}
const codeOf = (run: () => unknown): unknown => {
  try {
    return run()
  } catch (error) {
    return (error as { code: string }).code
  }
}

test('the cluster’s ConfigMap is read', () => {
  expect(parseConfigMap(data)).toMatchObject({
    allowedNames: ['front-proxy-client'],
    usernameHeaders: ['X-Remote-User'],
  })
})

test('a cluster without a requestheader CA is refused', () => {
  const { 'requestheader-client-ca-file': _, ...without } = data
  expect(codeOf(() => parseConfigMap(without))).toBe('KAE_REQUESTHEADER_MISSING')
})

test('a list of names that cannot be read does not pass for "any name"', () => {
  expect(codeOf(() => parseConfigMap({ ...data, 'requestheader-allowed-names': 'front-proxy-client' }))).toBe(
    'KAE_REQUESTHEADER_MISSING',
  )
  expect(codeOf(() => parseConfigMap({ ...data, 'requestheader-allowed-names': '[1]' }))).toBe(
    'KAE_REQUESTHEADER_MISSING',
  )
})

test('any name will do, unless everybody’s certificates come from the same authority', () => {
  const fields = { ca: proxy.certificate, allowedNames: [] }
  expect(requestHeaderConfig({ ...fields, clientCa: clients.certificate }).allowedNames).toEqual([])
  expect(codeOf(() => requestHeaderConfig({ ...fields, clientCa: proxy.certificate }))).toBe('KAE_REQUESTHEADER_UNSAFE')
  const bundle = `${clients.certificate}${proxy.certificate}`
  expect(codeOf(() => requestHeaderConfig({ ...fields, clientCa: bundle }))).toBe('KAE_REQUESTHEADER_UNSAFE')
})

test('a CA that is no certificate is refused', () => {
  expect(codeOf(() => requestHeaderConfig({ ca: 'hello' }))).toBe('KAE_TLS_FILE_UNUSABLE')
})

test('a ConfigMap that changes is followed; one that becomes useless is not', async () => {
  let current: Record<string, string> = data
  const events: string[] = []
  const source = await requestHeaderFromCluster(async () => current, 60_000, {
    changed: () => events.push('changed'),
    failed: () => events.push('failed'),
  })
  await source.check()
  expect(events).toEqual([])
  current = { ...data, 'requestheader-allowed-names': '["other"]' }
  await source.check()
  expect(source.current.allowedNames).toEqual(['other'])
  current = {}
  await source.check()
  expect(source.current.allowedNames).toEqual(['other'])
  expect(events).toEqual(['changed', 'failed'])
  source.close()
})

test('a cluster that cannot be reached is not taken for one that refuses', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'kube-audit-exec-reach-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  const nobody = createServer().listen(0, '127.0.0.1')
  await once(nobody, 'listening')
  const { port } = nobody.address() as AddressInfo
  nobody.close()
  await once(nobody, 'close')
  const name = 'here'
  const kubeconfig = {
    clusters: [{ name, cluster: { server: `https://127.0.0.1:${port}` } }],
    users: [{ name, user: {} }],
    contexts: [{ name, context: { cluster: name, user: name } }],
    'current-context': name,
  }
  writeFileSync(join(folder, 'kubeconfig'), JSON.stringify(kubeconfig))
  const read = await clusterReader(join(folder, 'kubeconfig'))
  await expect(read()).rejects.toMatchObject({
    code: 'KAE_REQUESTHEADER_MISSING',
    detail: expect.stringContaining('ECONNREFUSED'),
    next: expect.stringContaining('reaches the API server'),
  })
})
