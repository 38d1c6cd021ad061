/** From what the user named to exactly what will run. */
import type { KubeConnection } from '../kube/connection.ts'
import { defaultContainer } from '../kube/containers.ts'
import { resolvePod } from '../kube/pods.ts'
import type { ExecTarget } from '../protocol/session.ts'
import { fault } from './faults.ts'
import type { ExecInvocation } from './invocation.ts'
import { readObjectReference } from './object-file.ts'

/** The best shell that a container has, in one exec. Its failure to start means that there is none. */
export const BEST_SHELL: readonly string[] = [
  'sh',
  '-c',
  'command -v bash >/dev/null 2>&1 && exec bash; command -v ash >/dev/null 2>&1 && exec ash; exec sh',
]

export interface Target {
  readonly target: ExecTarget
  /** The command is ours: `BEST_SHELL`. */
  readonly shell: boolean
  /** kubectl's line about the container that it chose. */
  readonly notice?: string
}

/** Asks the API server for the pod and chooses its container, by kubectl's rules. Rejects with a `Fault`. */
export async function resolveTarget(connection: KubeConnection, invocation: ExecInvocation): Promise<Target> {
  const { namespace, ref } = await referenceOf(connection, invocation)
  const pod = await resolvePod(connection, { namespace, ref }, { timeoutMs: invocation.podRunningTimeoutMs })
  const container = defaultContainer(pod, invocation.container)
  const shell = invocation.command.length === 0
  if (shell && !invocation.tty) throw fault('KAE_NO_COMMAND')
  const target: ExecTarget = {
    namespace: pod.metadata.namespace ?? namespace,
    pod: pod.metadata.name,
    container: container.name,
    command: shell ? BEST_SHELL : invocation.command,
    stdin: invocation.stdin,
    stdout: true,
    // A terminal has one output: the API server refuses stderr beside it.
    stderr: !invocation.tty,
    tty: invocation.tty,
  }
  return { target, shell, ...(container.notice === undefined ? {} : { notice: container.notice }) }
}

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
