import { existsSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { fault } from './faults.ts'

/** Every name that the cluster gives to something outside its own folder is made from this one. */
export const NAME = 'kae-cluster'
export const KUBERNETES_VERSION = 'v1.36.3'
export const NODE = 'node-1'

/** One /24 joins the machine to the cluster's network namespace; pods have the next one, inside. */
export const NETWORK = {
  hostIp: '10.77.0.1',
  nodeIp: '10.77.0.2',
  prefix: 24,
  podCidr: '10.77.1.0/24',
  serviceCidr: '10.77.2.0/24',
  kubernetesServiceIp: '10.77.2.1',
  hostLink: `${NAME}0`,
  nodeLink: `${NAME}1`,
} as const

export const API_SERVER = `https://${NETWORK.nodeIp}:6443`

export const IMAGES = {
  shells: 'kube-audit-exec.test/shells:1',
  noShell: 'kube-audit-exec.test/no-shell:1',
} as const

export const BINARIES = ['kube-apiserver', 'kube-controller-manager', 'kube-scheduler', 'kubelet', 'kubectl'] as const
export type Binary = (typeof BINARIES)[number]

const home = (variable: string, fallback: string): string => process.env[variable] || join(homedir(), fallback)

const ARCHITECTURES: Partial<Record<NodeJS.Architecture, string>> = { x64: 'amd64', arm64: 'arm64' }

export function cacheFolder(): string {
  const architecture = ARCHITECTURES[process.arch]
  if (process.platform !== 'linux' || architecture === undefined)
    throw fault('KAE_CLUSTER_UNSUPPORTED', { detail: `this is ${process.platform} on ${process.arch}` })
  const version = `${KUBERNETES_VERSION}-linux-${architecture}`
  return join(home('XDG_CACHE_HOME', '.cache'), 'kube-audit-exec/cluster', version)
}

export const binary = (name: Binary): string => join(cacheFolder(), name)

/** All that a running cluster writes lies below this folder; `down` removes it. */
export const stateFolder = (): string => join(home('XDG_STATE_HOME', '.local/state'), 'kube-audit-exec/cluster')

/** Kubeconfigs for a cluster that the person has; `down` removes it too. */
export const foreignFolder = (): string => `${stateFolder()}-of-yours`

export const inState = (...parts: string[]): string => join(stateFolder(), ...parts)
export const pkiFile = (name: string): string => inState('pki', name)
export const logFile = (component: string): string => inState('logs', `${component}.log`)
export const containerdSocket = (): string => inState('containerd/containerd.sock')
export const auditLog = (): string => inState('logs/audit.log')

/** Looks where Debian puts administration tools too, for a PATH without /usr/sbin. */
export function findProgram(name: string): string | undefined {
  const folders = [
    ...(process.env.PATH ?? '').split(':'),
    '/usr/local/go/bin',
    '/usr/sbin',
    '/usr/bin',
    '/sbin',
    '/bin',
  ]
  return folders
    .filter(Boolean)
    .map((folder) => join(folder, name))
    .find((path) => existsSync(path))
}
