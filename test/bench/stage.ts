/** What the rows run on: the real cluster with our server installed, and the same through a slow link. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Durability } from '../../src/protocol/session.ts'
import { type Cluster, useCluster } from '../cluster/cluster.ts'
import { type Installed, installServer } from '../cluster/e2e/installed.ts'
import { until } from '../cluster/wait.ts'
import { type Contestant, contestantsOf } from './contestants.ts'
import { startSlowLink } from './slow-link.ts'

export const ROUND_TRIP_MS = 50

export interface Settings {
  readonly peer: string | undefined
  readonly quick: boolean
}

export interface Stage extends Settings {
  readonly cluster: Cluster
  readonly installed: Installed
  readonly near: readonly Contestant[]
  /** Through the slow link. */
  readonly far: readonly Contestant[]
  /** For files of the rows; it goes with the stage. */
  readonly folder: string
}

/** Sets the stage up, and takes it down whatever happens on it. */
export async function onStage(
  settings: Settings & { readonly durability: Durability },
  work: (stage: Stage) => Promise<void>,
): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'kae-bench-'))
  try {
    const cluster = await useCluster()
    await uninstalled(cluster)
    await using installed = await installServer(cluster, { flags: [`--durability=${settings.durability}`] })
    const kubeconfig = cluster.kubeconfig('alice')
    const server = new URL(serverOf(kubeconfig))
    const oneWayMs = ROUND_TRIP_MS / 2
    await using link = await startSlowLink({ host: server.hostname, port: Number(server.port) || 443, oneWayMs })
    const field = {
      kubectlPath: cluster.kubectlPath,
      home: folder,
      recorded: installed.namespace,
      plain: 'default',
      peer: settings.peer,
    }
    const throughLink = join(folder, 'far.yaml')
    writeFileSync(throughLink, viaLink(kubeconfig, link.port), { mode: 0o600 })
    const near = contestantsOf({ ...field, kubeconfig })
    const far = contestantsOf({ ...field, kubeconfig: throughLink })
    await work({ ...settings, cluster, installed, near, far, folder })
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

const SYSTEM = 'namespace/kube-audit-exec'
const API_SERVICE = 'apiservice/v1alpha1.kube-audit-exec.io'
const LEFTOVER_MS = 20_000

/** What was installed before goes first: one cluster has one collector. A namespace without its API is only a leftover. */
async function uninstalled({ kubectl }: Cluster): Promise<void> {
  const began = performance.now()
  await until({ what: 'the end of another installation', seconds: 300 }, async () => {
    const { status, stdout } = await kubectl(['get', SYSTEM, API_SERVICE, '--ignore-not-found', '-o', 'name'])
    const left = stdout.trim()
    if (left === SYSTEM && performance.now() - began > LEFTOVER_MS) await kubectl(['delete', SYSTEM, '--wait=false'])
    return status === 0 && left === ''
  })
}

interface Kubeconfig {
  readonly clusters: readonly [{ readonly name: string; readonly cluster: { readonly server: string } }]
}

const read = (path: string): Kubeconfig => JSON.parse(readFileSync(path, 'utf8')) as Kubeconfig
const serverOf = (path: string): string => read(path).clusters[0].cluster.server

/** The server's certificate does not name the link: the kubeconfig says whose it is. */
function viaLink(path: string, port: number): string {
  const config = read(path)
  const [{ name, cluster }] = config.clusters
  const far = { ...cluster, server: `https://127.0.0.1:${port}`, 'tls-server-name': new URL(cluster.server).hostname }
  return JSON.stringify({ ...config, clusters: [{ name, cluster: far }] })
}
