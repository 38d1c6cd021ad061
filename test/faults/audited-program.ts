/** The program itself on a cluster: the sandbox in a process of its own, or one that a kubeconfig names. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { globSync, readFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'

const LAUNCHER = join(import.meta.dirname, '../../bin/run.js')

export interface Cluster extends AsyncDisposable {
  readonly kubeconfig: string
  readonly pod: string
  /** The process that is API server, collector and webhook; undefined on a cluster of somebody else's. */
  readonly pid: number | undefined
  /** Where its log is, once a session was opened. */
  logFolder(): string | undefined
}

export async function sandboxCluster(): Promise<Cluster> {
  const state = await mkdtemp(join(tmpdir(), 'nightly-'))
  const env = { ...process.env, XDG_STATE_HOME: state }
  const child = spawn(process.execPath, [LAUNCHER, 'sandbox', '--serve'], { env, stdio: ['ignore', 'pipe', 'ignore'] })
  let stdout = ''
  for await (const data of child.stdout) {
    stdout += String(data)
    if (stdout.includes('\n')) break
  }
  const kubeconfig = /KUBECONFIG=(.*)\n/.exec(stdout)?.[1]
  if (kubeconfig === undefined) throw new Error(`the sandbox did not start: run npm run build first (${stdout})`)
  return {
    kubeconfig,
    pod: 'web-0',
    pid: child.pid,
    logFolder: () => globSync('**/segment-*.log', { cwd: state }).map((path) => join(state, dirname(path)))[0],
    async [Symbol.asyncDispose]() {
      child.kill('SIGTERM')
      await once(child, 'exit')
      await rm(state, { recursive: true, force: true })
    },
  }
}

export const foreignCluster = (kubeconfig: string, pod: string): Cluster => ({
  kubeconfig,
  pod,
  pid: undefined,
  logFolder: () => undefined,
  [Symbol.asyncDispose]: () => Promise.resolve(),
})

/** `kube-audit-exec -i POD -- COMMAND`, recorded by the cluster's collector. Its stderr is the caller's. */
export const auditedExec = ({ kubeconfig, pod }: Cluster, command: readonly string[]): ChildProcess =>
  spawn(
    process.execPath,
    [LAUNCHER, '--kubeconfig', kubeconfig, '--collector', 'cluster', '-i', pod, '--', ...command],
    { stdio: ['pipe', 'pipe', 'inherit'] },
  )

/** Memory of a process in MiB: `VmRSS` now, `VmHWM` at its most. */
export function memoryOf(pid: number | undefined, what: 'VmRSS' | 'VmHWM'): number {
  const status = pid === undefined ? '' : readFileSync(`/proc/${pid}/status`, 'utf8')
  return Number(new RegExp(`^${what}:\\s+(\\d+) kB$`, 'm').exec(status)?.[1] ?? 0) / 1024
}
