/** Our server on the real cluster: its own manifests, and a process on this machine where the Deployment would be. */
import { randomBytes } from 'node:crypto'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { issue, makeAuthority } from '../certificates.ts'
import type { Cluster } from '../cluster.ts'
import { IMAGES } from '../layout.ts'
import type { Outcome } from '../run.ts'
import { until } from '../wait.ts'
import { deployManifests, inNamespaceOnly, type Manifest, withProcess } from './rig/manifests.ts'
import { people, workloads } from './rig/people.ts'
import { freePort, ServerProcess } from './rig/server-process.ts'

const SYSTEM = 'kube-audit-exec'
const API_SERVICE = 'v1alpha1.kube-audit-exec.io'
const WEBHOOK = 'validatingwebhookconfiguration/kube-audit-exec'
const DENIAL = 'commands in containers are recorded here'

export interface InstallOptions {
  /** More flags for the server. */
  readonly flags?: readonly string[]
  /** Makes the log's folder something else than a plain folder, before the server starts. Gives how to undo that. */
  readonly prepareLog?: (logFolder: string) => Promise<() => Promise<void>>
}

/**
 * In `namespace` run the pods `web-0` (containers sidecar and app) and `distroless-0`, alice and bob may exec there and
 * open sessions, and no exec passes without one, but the admin's: the group system:masters bypasses.
 */
export interface Installed extends AsyncDisposable {
  readonly cluster: Cluster
  readonly namespace: string
  readonly folder: string
  readonly logFolder: string
  /** Of this machine, where the server listens. */
  readonly port: number
  readonly server: ServerProcess
  /** Removes the webhook at once, then everything else. */
  dispose(): Promise<void>
}

const plainFolder = () => Promise.resolve(() => Promise.resolve())

export async function installServer(
  cluster: Cluster,
  { flags = [], prepareLog = plainFolder }: InstallOptions = {},
): Promise<Installed> {
  const { hostIp } = cluster
  if (hostIp === undefined) throw new Error('CLUSTER_HOST_IP does not say where the cluster reaches this machine')
  const folder = mkdtempSync(join(tmpdir(), 'kae-e2e-'))
  const namespace = `kae-e2e-${randomBytes(4).toString('hex')}`
  const port = await freePort(hostIp)
  const caBundle = await writeServing(folder)
  const manifests = withProcess(deployManifests(caBundle), { address: hostIp, port })
  const logFolder = join(folder, 'log')
  const kubeconfig = join(folder, 'server.yaml')
  const argv = [
    `--kubeconfig=${kubeconfig}`,
    `--host=${hostIp}`,
    `--port=${port}`,
    '--metrics-host=127.0.0.1',
    '--metrics-port=0',
    `--log-dir=${logFolder}`,
    `--tls-cert-file=${join(folder, 'tls.crt')}`,
    `--tls-key-file=${join(folder, 'tls.key')}`,
    '--bypass-groups=system:masters',
    ...flags,
  ]
  const server = new ServerProcess(argv, join(folder, 'server.log'))
  const parts: Parts = { cluster, namespace, folder, manifests, server, kubeconfig }
  const undoLog = await prepareLog(logFolder)
  const dispose = () => uninstall(parts, undoLog)
  try {
    await install(parts)
  } catch (error) {
    await dispose()
    throw error
  }
  return { cluster, namespace, folder, logFolder, port, server, dispose, [Symbol.asyncDispose]: dispose }
}

interface Parts {
  readonly cluster: Cluster
  readonly namespace: string
  readonly folder: string
  readonly manifests: readonly Manifest[]
  readonly server: ServerProcess
  readonly kubeconfig: string
}

async function writeServing(folder: string): Promise<string> {
  const authority = await makeAuthority('kae-e2e')
  const names = [`${SYSTEM}.${SYSTEM}.svc`]
  const pair = await issue(authority, { commonName: SYSTEM, names })
  writeFileSync(join(folder, 'tls.crt'), pair.certificate)
  writeFileSync(join(folder, 'tls.key'), pair.key, { mode: 0o600 })
  return Buffer.from(authority.certificate).toString('base64')
}

const isWebhook = ({ kind }: Manifest): boolean => kind === 'ValidatingWebhookConfiguration'

/** The webhook comes last, as the manifests say: before the server answers it would keep everybody out. */
async function install(parts: Parts): Promise<void> {
  const { cluster, namespace, manifests, server, kubeconfig } = parts
  mkdirSync(join(parts.folder, 'home'))
  const phase = ['get', 'namespace', SYSTEM, '--ignore-not-found', '-o', 'jsonpath={.status.phase}']
  const isThereOrGone = async () => (await cluster.kubectl(phase)).stdout !== 'Terminating'
  await until({ what: 'an earlier installation to go', seconds: 120 }, isThereOrGone)
  await apply(cluster, { objects: manifests.filter((manifest) => !isWebhook(manifest)) })
  const pods = podsReady(parts)
  pods.catch(() => undefined)
  await writeServerKubeconfig(cluster, kubeconfig)
  await server.start()
  await until({ what: 'the APIService', seconds: 30 }, () => isAvailable(cluster))
  await pods
  await apply(cluster, { objects: manifests.filter(isWebhook).map((each) => inNamespaceOnly(each, namespace)) })
  const refused = async () => (await plainExec(parts)).stderr.includes(DENIAL)
  await until({ what: 'the webhook', seconds: 30 }, refused)
}

/** Whether the API server finds our API there. */
export async function isAvailable(cluster: Cluster): Promise<boolean> {
  const path = `jsonpath={.status.conditions[?(@.type=="Available")].status}`
  return (await cluster.kubectl(['get', 'apiservice', API_SERVICE, '-o', path])).stdout === 'True'
}

const plainExec = ({ cluster, namespace }: Parts): Promise<Outcome> =>
  cluster.kubectl(['-n', namespace, 'exec', 'web-0', '--', 'true'], { as: 'alice' })

async function podsReady({ cluster, namespace }: Parts): Promise<void> {
  await apply(cluster, { objects: people(namespace) })
  const images = cluster.own
    ? IMAGES
    : {
        shells: process.env.CLUSTER_IMAGE_SHELLS ?? 'docker.io/library/bash:5.2',
        noShell: process.env.CLUSTER_IMAGE_NO_SHELL ?? 'registry.k8s.io/pause:3.10',
      }
  await apply(cluster, { objects: workloads(images), namespace })
  const phases = ['-n', namespace, 'get', 'pods', '-o', 'jsonpath={.items[*].status.containerStatuses[*].ready}']
  const ready = async () => (await cluster.kubectl(phases)).stdout === 'true true true'
  await until({ what: 'the pods', seconds: 60 }, ready)
}

/** With no more rights than the manifests give the server. */
async function writeServerKubeconfig(cluster: Cluster, path: string): Promise<void> {
  const token = async () => {
    const { status, stdout } = await cluster.kubectl(['create', 'token', SYSTEM, '-n', SYSTEM, '--duration=24h'])
    return status === 0 && stdout.trim()
  }
  const user = { token: await until({ what: 'the service account', seconds: 20 }, token) }
  const config = JSON.parse(readFileSync(cluster.kubeconfig('alice'), 'utf8')) as Record<string, unknown>
  const [context] = config.contexts as { context: object }[]
  const contexts = [{ name: SYSTEM, context: { ...context?.context, user: SYSTEM } }]
  const own = { ...config, users: [{ name: SYSTEM, user }], contexts, 'current-context': SYSTEM }
  writeFileSync(path, JSON.stringify(own), { mode: 0o600 })
}

async function apply(
  cluster: Cluster,
  { objects, namespace }: { readonly objects: readonly object[]; readonly namespace?: string },
): Promise<void> {
  const input = JSON.stringify({ apiVersion: 'v1', kind: 'List', items: objects })
  const where = namespace === undefined ? [] : ['-n', namespace]
  const { status, stderr } = await cluster.kubectl(['apply', '--validate=false', ...where, '-f', '-'], { input })
  if (status !== 0) throw new Error(`kubectl apply: ${stderr}`)
}

/** The webhook goes first, so that nobody is locked out; the APIService next, so that no namespace waits for it. */
async function uninstall(parts: Parts, undoLog: () => Promise<void>): Promise<void> {
  const { cluster, namespace, folder, server, manifests } = parts
  const gone = async (...what: readonly string[]) => {
    await cluster.kubectl(['delete', ...what, '--ignore-not-found', '--wait=false'])
  }
  server.thaw()
  await gone(WEBHOOK)
  await gone('apiservice', API_SERVICE)
  await server.stop()
  await undoLog()
  await gone('namespace', namespace)
  await gone('-n', SYSTEM, 'service,endpointslice,serviceaccount', SYSTEM)
  // Our own cluster keeps the empty namespace: the next test would have to wait until it is gone.
  if (cluster.own === undefined) await gone('namespace', SYSTEM)
  const clusterWide = manifests.filter(({ kind }) => ['ClusterRole', 'ClusterRoleBinding'].includes(kind))
  for (const { kind, metadata } of clusterWide) await gone(kind, metadata.name)
  await gone('-n', 'kube-system', 'rolebinding', 'kube-audit-exec-authentication-reader')
  rmSync(folder, { recursive: true, force: true })
}
