import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { makeRequest } from './certificates.ts'
import { fault } from './faults.ts'
import { type Kubectl, kubectlAt } from './kubectl.ts'
import { findProgram, foreignFolder } from './layout.ts'
import type { Outcome } from './run.ts'
import { GROUPS, TOKEN_USERS, type User } from './users.ts'
import { until } from './wait.ts'
import { applyWorkloads } from './workloads.ts'

interface Kubeconfig {
  readonly contexts: readonly { readonly context: object }[]
}

export interface ForeignCluster {
  readonly kubectl: Kubectl
  readonly kubeconfig: (user: User) => string
  readonly kubectlPath: string
  readonly hostIp: string | undefined
  readonly own: undefined
}

/** Uses a cluster that the person has: puts the test's people and pods there, and signs alice's and bob's certificates. */
export async function useForeignCluster(kubeconfigOfAdmin: string): Promise<ForeignCluster> {
  const folder = foreignFolder()
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const kubeconfig = (user: User): string => (user === 'admin' ? kubeconfigOfAdmin : join(folder, `${user}.yaml`))
  const kubectlPath = process.env.CLUSTER_KUBECTL ?? findProgram('kubectl')
  if (kubectlPath === undefined) throw fault('KAE_CLUSTER_MISSING', { detail: 'kubectl' })
  const kubectl = kubectlAt({ program: kubectlPath, kubeconfig, cache: join(folder, 'cache') })
  for (const user of TOKEN_USERS) await makeUser(kubectl, user, kubeconfig(user))
  await makeUser(kubectl, 'alice', kubeconfig('alice-cert'))
  await applyWorkloads(kubectl, {
    shells: process.env.CLUSTER_IMAGE_SHELLS ?? 'docker.io/library/bash:5.2',
    noShell: process.env.CLUSTER_IMAGE_NO_SHELL ?? 'registry.k8s.io/pause:3.10',
  })
  return { kubectl, kubeconfig, kubectlPath, hostIp: process.env.CLUSTER_HOST_IP, own: undefined }
}

const ok = ({ status, stdout, stderr }: Outcome): string => {
  if (status === 0) return stdout
  throw fault('KAE_CLUSTER_COMPONENT', { detail: stderr.trim() })
}

/** https://kubernetes.io/docs/reference/access-authn-authz/certificate-signing-requests/ */
async function makeUser(kubectl: Kubectl, user: User, path: string): Promise<void> {
  const group = GROUPS[user]
  const { request, key } = await makeRequest({ commonName: user, ...(group ? { organization: group } : {}) })
  const manifest = {
    apiVersion: 'certificates.k8s.io/v1',
    kind: 'CertificateSigningRequest',
    metadata: { generateName: `kae-test-${user}-` },
    spec: {
      request: Buffer.from(request).toString('base64'),
      signerName: 'kubernetes.io/kube-apiserver-client',
      expirationSeconds: 86_400,
      usages: ['client auth'],
    },
  }
  const created = ok(await kubectl(['create', '-f', '-', '-o', 'name'], { input: JSON.stringify(manifest) })).trim()
  ok(await kubectl(['certificate', 'approve', created]))
  const signed = ['get', created, '-o', 'jsonpath={.status.certificate}']
  const wait = { what: `the certificate of ${user}`, seconds: 30 }
  const certificate = await until(wait, async () => ok(await kubectl(signed)) || undefined)
  ok(await kubectl(['delete', created]))
  const base = JSON.parse(ok(await kubectl(['config', 'view', '--minify', '--flatten', '-o', 'json']))) as Kubeconfig
  writeFileSync(path, JSON.stringify(asUser(base, user, { certificate, key })), { mode: 0o600 })
}

function asUser(base: Kubeconfig, user: User, { certificate, key }: { certificate: string; key: string }): object {
  const context = { ...base.contexts[0]?.context, user, namespace: 'default' }
  const credentials = {
    'client-certificate-data': certificate,
    'client-key-data': Buffer.from(key).toString('base64'),
  }
  return {
    ...base,
    users: [{ name: user, user: credentials }],
    contexts: [{ name: user, context }],
    'current-context': user,
  }
}
