import { mkdirSync, writeFileSync } from 'node:fs'
import { issue, makeAuthority, makeTokenKeys, type Pair, type Subject } from './certificates.ts'
import { NETWORK, NODE, pkiFile } from './layout.ts'

const API_SERVER_NAMES = [
  'kubernetes',
  'kubernetes.default',
  'kubernetes.default.svc',
  'localhost',
  '127.0.0.1',
  NETWORK.nodeIp,
  NETWORK.kubernetesServiceIp,
]

/** The certificates of the cluster's own authority, by the name of their files. */
const SUBJECTS: Readonly<Record<string, Subject>> = {
  apiserver: { commonName: 'kube-apiserver', names: API_SERVER_NAMES },
  'apiserver-kubelet-client': { commonName: 'kube-apiserver-kubelet-client', organization: 'system:masters' },
  'kubelet-server': { commonName: NODE, names: [NODE, NETWORK.nodeIp] },
  kubelet: { commonName: `system:node:${NODE}`, organization: 'system:nodes' },
  'controller-manager': { commonName: 'system:kube-controller-manager' },
  scheduler: { commonName: 'system:kube-scheduler' },
  admin: { commonName: 'admin', organization: 'system:masters' },
  alice: { commonName: 'alice', organization: 'developers' },
}

/** Makes every key and certificate of the cluster afresh. The front proxy has an authority of its own, as it must. */
export async function makePki(): Promise<void> {
  mkdirSync(pkiFile(''), { recursive: true, mode: 0o700 })
  const [cluster, frontProxy] = await Promise.all([makeAuthority('ca'), makeAuthority('front-proxy-ca')])
  write('ca', cluster)
  write('front-proxy-ca', frontProxy)
  write('front-proxy-client', await issue(frontProxy, { commonName: 'front-proxy-client' }))
  for (const [name, subject] of Object.entries(SUBJECTS)) write(name, await issue(cluster, subject))
  const tokens = await makeTokenKeys()
  writeFileSync(pkiFile('service-account.pub'), tokens.publicKey)
  writeKey('service-account', tokens.key)
}

const writeKey = (name: string, key: string): void => writeFileSync(pkiFile(`${name}.key`), key, { mode: 0o600 })

function write(name: string, { certificate, key }: Pair): void {
  writeFileSync(pkiFile(`${name}.crt`), certificate)
  writeKey(name, key)
}
