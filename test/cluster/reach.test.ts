import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type Server } from 'node:https'
import type { AddressInfo } from 'node:net'
import { json } from 'node:stream/consumers'
import { TLSSocket } from 'node:tls'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { issue, makeAuthority } from './certificates.ts'
import { type Cluster, useCluster } from './cluster.ts'
import { until } from './wait.ts'

const GROUP = 'reach.kube-audit-exec.test'
const SERVICE = 'reach'
const base64 = (text: string): string => Buffer.from(text).toString('base64')

interface Review {
  readonly request: { readonly uid: string; readonly userInfo: { readonly username: string } }
}

let cluster: Cluster
let server: Server
let caBundle: string
const seen: { user: string | undefined; proxy: string | undefined }[] = []

beforeAll(async () => {
  cluster = await useCluster()
  const { hostIp = '127.0.0.1' } = cluster
  const authority = await makeAuthority('reach')
  const names = [hostIp, `${SERVICE}.default.svc`]
  const { certificate, key } = await issue(authority, { commonName: SERVICE, names })
  caBundle = base64(authority.certificate)
  server = createServer({ cert: certificate, key, requestCert: true, rejectUnauthorized: false })
  server.on('request', (request, response) => {
    response.setHeader('content-type', 'application/json')
    if (request.method === 'POST') {
      void json(request).then((body) => response.end(JSON.stringify(answer(body as Review))))
      return
    }
    const proxy = request.socket instanceof TLSSocket ? request.socket.getPeerCertificate().subject?.CN : undefined
    const user = request.headers['x-remote-user']
    seen.push({ user: String(user), proxy: String(proxy) })
    response.end(
      JSON.stringify({ kind: 'APIResourceList', apiVersion: 'v1', groupVersion: `${GROUP}/v1`, resources: [] }),
    )
  })
  server.listen(0, hostIp)
  await once(server, 'listening')
})

beforeEach(({ skip }) => {
  if (cluster.hostIp === undefined) skip('CLUSTER_HOST_IP does not say where the cluster reaches this machine')
})

afterAll(async () => {
  await cluster?.kubectl(['delete', 'apiservice', `v1.${GROUP}`, '--ignore-not-found'])
  await cluster?.kubectl(['delete', 'validatingwebhookconfiguration', GROUP, '--ignore-not-found'])
  await cluster?.kubectl(['delete', 'service/reach', 'endpointslice/reach', '--ignore-not-found'])
  server?.closeAllConnections()
  server?.close()
})

const answer = ({ request }: Review) => ({
  apiVersion: 'admission.k8s.io/v1',
  kind: 'AdmissionReview',
  response: {
    uid: request.uid,
    allowed: false,
    status: { code: 403, message: `the webhook has seen ${request.userInfo.username}` },
  },
})

const port = (): number => (server.address() as AddressInfo).port

async function apply(...items: readonly object[]): Promise<void> {
  const list = { apiVersion: 'v1', kind: 'List', items }
  const { status, stderr } = await cluster.kubectl(['apply', '-f', '-'], { input: JSON.stringify(list) })
  expect({ status, stderr }).toMatchObject({ status: 0 })
}

/** A Service without a selector leads to the addresses that its EndpointSlice names. */
const service = () => [
  {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: SERVICE, namespace: 'default' },
    spec: { ports: [{ name: 'https', port: 443, targetPort: port() }] },
  },
  {
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: { name: SERVICE, namespace: 'default', labels: { 'kubernetes.io/service-name': SERVICE } },
    addressType: 'IPv4',
    endpoints: [{ addresses: [cluster.hostIp], conditions: { ready: true } }],
    ports: [{ name: 'https', port: port(), protocol: 'TCP' }],
  },
]

const webhook = (clientConfig: object, label: string) => ({
  apiVersion: 'admissionregistration.k8s.io/v1',
  kind: 'ValidatingWebhookConfiguration',
  metadata: { name: GROUP },
  webhooks: [
    {
      name: `exec.${GROUP}`,
      clientConfig: { caBundle, ...clientConfig },
      rules: [{ apiGroups: [''], apiVersions: ['v1'], operations: ['CREATE'], resources: ['configmaps'] }],
      objectSelector: { matchLabels: { reach: label } },
      failurePolicy: 'Fail',
      sideEffects: 'None',
      admissionReviewVersions: ['v1'],
      timeoutSeconds: 5,
    },
  ],
})

async function denial(label: string): Promise<string> {
  const metadata = { name: `reach-${label}`, labels: { reach: label } }
  const input = JSON.stringify({ apiVersion: 'v1', kind: 'ConfigMap', metadata })
  const look = async () => {
    const { status, stderr } = await cluster.kubectl(['create', '--dry-run=server', '-f', '-'], { input })
    return status === 0 ? undefined : stderr
  }
  // The API server takes a moment to learn of a new webhook.
  return until({ what: 'the webhook', seconds: 20 }, look)
}

test('an APIService reaches a process on this machine, under the front proxy’s certificate', async () => {
  await apply(...service(), {
    apiVersion: 'apiregistration.k8s.io/v1',
    kind: 'APIService',
    metadata: { name: `v1.${GROUP}` },
    spec: {
      group: GROUP,
      version: 'v1',
      caBundle,
      groupPriorityMinimum: 1000,
      versionPriority: 10,
      service: { name: SERVICE, namespace: 'default', port: 443 },
    },
  })
  const raw = ['get', '--raw', `/apis/${GROUP}/v1`]
  const answered = async () => (await cluster.kubectl(raw)).status === 0
  await until({ what: 'the APIService', seconds: 20 }, answered)
  const fromProxy = seen.filter(({ proxy }) => proxy === 'front-proxy-client')
  expect(fromProxy.map(({ user }) => user)).toContain('admin')
})

test('an admission webhook reaches a process on this machine by its URL', async () => {
  const label = randomUUID()
  await apply(webhook({ url: `https://${cluster.hostIp}:${port()}/` }, label))
  expect(await denial(label)).toContain('the webhook has seen admin')
})

test('an admission webhook reaches a process on this machine through a Service', async () => {
  const label = randomUUID()
  await apply(...service(), webhook({ service: { name: SERVICE, namespace: 'default', path: '/' } }, label))
  expect(await denial(label)).toContain('the webhook has seen admin')
})
