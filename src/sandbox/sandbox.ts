/** No cluster: an API server of our own on loopback with local shells, and the real collector and webhook behind it. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type ApiServer, startApiServer } from './api-server.ts'
import { openAuditLog } from './audit-log.ts'
import { reviewAccess } from './authorize.ts'
import type { Backend, StartBackend } from './backend.ts'
import { fault } from './faults.ts'
import { FRONT_PROXY_NAME, makeKeys, type SandboxKeys } from './keys.ts'
import { kubeconfigOf } from './kubeconfig.ts'
import { findPod, type Inventory, makeInventory } from './objects.ts'
import { startOwnBackend } from './own-backend.ts'
import { makeUsers } from './users.ts'

export { SANDBOX_NOTICE } from './pod-shells.ts'

export interface SandboxOptions {
  /** Where the recordings and the pods' home folders are kept. Without it: a new temporary folder, which is not removed. */
  readonly folder?: string
  /** Stands in for the collector and webhook, in tests. */
  readonly startBackend?: StartBackend
}

export interface Sandbox {
  /** `https://127.0.0.1:port` */
  readonly url: string
  /** Path of a kubeconfig with a context for each user: `you` (current), `alice`, `bob`, `auditor`, `audit-outsider`. */
  readonly kubeconfig: string
  /** Where the collector keeps its log. It outlives the sandbox. */
  readonly logFolder: string
  /** The API server's own audit log, one `audit.k8s.io/v1` event a line. It outlives the sandbox. */
  readonly auditLog: string
  /** Ends the shells and the servers, and removes the keys and tokens. */
  close(): Promise<void>
}

interface Folders {
  /** Of this run alone: keys, tokens. */
  readonly run: string
  readonly log: string
  readonly pods: string
  readonly auditLog: string
  readonly serverLog: string
}

/** Faults: the platform has no POSIX shells, the folder cannot be used; and whatever the collector refuses to start for. */
export async function startSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
  if (process.platform === 'win32') throw fault('KAE_SANDBOX_PLATFORM', { detail: process.platform })
  const folders = await makeFolders(options.folder)
  const stops: Array<() => Promise<void>> = [() => rm(folders.run, { recursive: true, force: true })]
  const close = async () => {
    for (const stop of stops.splice(0).reverse()) await stop()
  }
  try {
    const keys = makeKeys()
    const { api, kubeconfig, inventory } = await startFront(folders, keys, stops)
    const backend = await startBehind({ folders, keys, inventory, start: options.startBackend ?? startOwnBackend })
    // Below the API server: sessions end while there is somebody to record it.
    stops.splice(1, 0, () => backend.close())
    api.attach(backend)
    return { url: api.url, kubeconfig, logFolder: folders.log, auditLog: folders.auditLog, close }
  } catch (error) {
    await close()
    throw error
  }
}

async function makeFolders(folder: string | undefined): Promise<Folders> {
  try {
    const root = folder ?? (await mkdtemp(join(tmpdir(), 'kube-audit-exec-sandbox-')))
    const [log, pods] = [join(root, 'log'), join(root, 'pods')]
    for (const each of [root, log, pods]) await mkdir(each, { recursive: true, mode: 0o700 })
    return {
      run: await mkdtemp(join(root, 'run-')),
      log,
      pods,
      auditLog: join(root, 'audit.log'),
      serverLog: join(root, 'server.log'),
    }
  } catch (cause) {
    throw fault('KAE_SANDBOX_FOLDER', { detail: (cause as Error).message, cause })
  }
}

async function startFront(
  folders: Folders,
  keys: SandboxKeys,
  stops: Array<() => Promise<void>>,
): Promise<{ readonly api: ApiServer; readonly kubeconfig: string; readonly inventory: Inventory }> {
  const users = makeUsers()
  const auditLog = await openAuditLog(folders.auditLog).catch((cause: Error) => {
    throw fault('KAE_SANDBOX_FOLDER', { detail: cause.message, cause })
  })
  stops.push(() => auditLog.close())
  const inventory = makeInventory(`${new Date().toISOString().slice(0, 19)}Z`)
  const { serving, frontProxyClient } = keys
  const api = await startApiServer({ serving, frontProxyClient, users, inventory, auditLog, podsFolder: folders.pods })
  stops.push(() => api.close())
  const kubeconfig = join(folders.run, 'kubeconfig')
  await writeSecret(kubeconfig, kubeconfigOf(api.url, keys.servingCa, users))
  return { api, kubeconfig, inventory }
}

interface Behind {
  readonly folders: Folders
  readonly keys: SandboxKeys
  readonly inventory: Inventory
  readonly start: StartBackend
}

async function startBehind({ folders, keys, inventory, start }: Behind): Promise<Backend> {
  const [certificateFile, keyFile, requestHeaderCaFile] = ['collector.crt', 'collector.key', 'front-proxy-ca.crt'].map(
    (name) => join(folders.run, name),
  ) as [string, string, string]
  await writeSecret(certificateFile, keys.collector.certificate)
  await writeSecret(keyFile, keys.collector.key)
  await writeSecret(requestHeaderCaFile, keys.frontProxyCa)
  return await start({
    logFolder: folders.log,
    certificateFile,
    keyFile,
    ca: keys.collectorCa,
    requestHeaderCaFile,
    requestHeaderAllowedName: FRONT_PROXY_NAME,
    findPod: (namespace, name) => Promise.resolve(findPod(inventory, namespace, name)),
    reviewAccess,
    serverLog: folders.serverLog,
  })
}

const writeSecret = (path: string, text: string): Promise<void> => writeFile(path, text, { mode: 0o600, flag: 'wx' })
