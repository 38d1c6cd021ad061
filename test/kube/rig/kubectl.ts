import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { homedir } from 'node:os'
import { delimiter, join } from 'node:path'

const CACHE = join(homedir(), '.cache/kube-audit-exec/cluster')
const VERSION = 'v1.36.3'
const ARCH = process.arch === 'x64' ? 'amd64' : process.arch

const candidates = [
  process.env.CLUSTER_KUBECTL,
  join(CACHE, `${VERSION}-${process.platform}-${ARCH}`, 'kubectl'),
  ...(process.env.PATH ?? '').split(delimiter).map((folder) => join(folder, 'kubectl')),
]

export const kubectlPath: string | undefined = candidates.find((path) => path !== undefined && existsSync(path))

/** For the title of a suite that compares with kubectl: says why it was skipped. */
export const withoutKubectl = kubectlPath === undefined ? ' (skipped: no kubectl; set CLUSTER_KUBECTL)' : ''

export interface Run {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

/** Runs kubectl without blocking, so that a server of the same test can answer it. Its stdin is empty. */
export function kubectl(args: readonly string[], env: NodeJS.ProcessEnv): Promise<Run> {
  const child = spawn(kubectlPath ?? 'kubectl', args, { env, stdio: ['ignore', 'pipe', 'pipe'], timeout: 15_000 })
  const text = { stdout: '', stderr: '' }
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    text.stdout += chunk
  })
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
    text.stderr += chunk
  })
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (code) => resolve({ code, ...text }))
  })
}
