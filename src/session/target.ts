/** From what the user named to exactly what will run. */
import type { KubeConnection } from '../kube/connection.ts'
import { defaultContainer } from '../kube/containers.ts'
import { resolvePod } from '../kube/pods.ts'
import { POD_KIND, parseWorkloadRef } from '../kube/workloads.ts'
import type { ExecTarget, RequestedTarget } from '../protocol/session.ts'
import { fault } from './faults.ts'
import type { ExecInvocation } from './invocation.ts'
import { readObjectReference } from './object-file.ts'

/** The best shell that a container has, in one exec. Its failure to start means that there is none. */
export const BEST_SHELL: readonly string[] = [
  'sh',
  '-c',
  'command -v bash >/dev/null 2>&1 && exec bash; command -v ash >/dev/null 2>&1 && exec ash; exec sh',
]

/** A target whose container is known. */
export interface ResolvedTarget {
  readonly target: ExecTarget
  /** kubectl's line about a container that nobody named. */
  readonly notice?: string
}

export interface NamedTarget {
  /** Without a container where the cluster's collector can choose it: that saves asking for the pod first. */
  readonly requested: RequestedTarget
  /** The command is ours: `BEST_SHELL`. */
  readonly shell: boolean
  /** Asks the API server for the pod, and chooses its container by kubectl's rules. Rejects with a `Fault`. */
  resolve(): Promise<ResolvedTarget>
}

/** Finds the pod that the user means; asks the API server only where they named something else than a pod. */
export async function nameTarget(connection: KubeConnection, invocation: ExecInvocation): Promise<NamedTarget> {
  const shell = invocation.command.length === 0
  if (shell && !invocation.tty) throw fault('KAE_NO_COMMAND')
  const { namespace, ref } = await referenceOf(connection, invocation)
  const { container } = invocation
  const what = { command: shell ? BEST_SHELL : invocation.command, ...streamsOf(invocation) }
  const { kind, name } = parseWorkloadRef(ref)
  const resolve = async (): Promise<ResolvedTarget> => {
    const options = { timeoutMs: invocation.podRunningTimeoutMs }
    const pod = await resolvePod(connection, { namespace, ref }, options)
    const chosen = defaultContainer(pod, container)
    const target = { namespace, pod: pod.metadata.name, container: chosen.name, ...what }
    return { target, ...(chosen.notice === undefined ? {} : { notice: chosen.notice }) }
  }
  if (kind === POD_KIND) {
    const requested = { namespace, pod: name, ...(container === undefined ? {} : { container }), ...what }
    return { requested, shell, resolve }
  }
  const resolved = await resolve()
  return { requested: resolved.target, shell, resolve: () => Promise.resolve(resolved) }
}

const streamsOf = ({ stdin, tty }: ExecInvocation) => ({
  stdin,
  stdout: true,
  // A terminal has one output: the API server refuses stderr beside it.
  stderr: !tty,
  tty,
})

async function referenceOf(connection: KubeConnection, { resource, filename }: ExecInvocation) {
  const { namespace } = connection.resolved
  if (resource !== undefined) return { namespace, ref: resource }
  const named = await readObjectReference(filename ?? '')
  return { namespace: named.namespace ?? namespace, ref: named.ref }
}

/** The query of an exec request: `PodExecOptions`, as the API server decodes it. */
export const execQuery = ({ container, command, stdin, stdout, stderr, tty }: ExecTarget) => ({
  command,
  container,
  ...(stdin ? { stdin: true } : {}),
  ...(stdout ? { stdout: true } : {}),
  ...(stderr ? { stderr: true } : {}),
  ...(tty ? { tty: true } : {}),
})
