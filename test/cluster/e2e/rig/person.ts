import { randomUUID } from 'node:crypto'
import { existsSync, mkdirSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { programEnv, RUN } from '../../../e2e/rig/program.ts'
import type { User } from '../../users.ts'
import type { Installed } from '../installed.ts'

/** Somebody at their own machine: kubectl, and our program as its plugin, with their kubeconfig. */
export interface Person {
  readonly env: NodeJS.ProcessEnv
  /** Our program by its own name; `words` follow the namespace. */
  readonly ours: (...words: readonly string[]) => string[]
  /** The same as kubectl starts it. */
  readonly plugin: (...words: readonly string[]) => string[]
  readonly kubectl: (...words: readonly string[]) => string[]
}

export function person({ cluster, namespace, folder }: Installed, user: User): Person {
  const home = join(folder, 'home')
  const plugins = join(folder, 'plugins')
  mkdirSync(plugins, { recursive: true })
  const link = join(plugins, 'kubectl-audit_exec')
  if (!existsSync(link)) symlinkSync(RUN, link)
  const base = programEnv(home)
  const env = {
    ...base,
    PATH: `${plugins}:${base.PATH}`,
    KUBECONFIG: cluster.kubeconfig(user),
    KUBECACHEDIR: join(home, `cache-${user}`),
  }
  const { kubectlPath } = cluster
  return {
    env,
    ours: (...words) => [RUN, '-n', namespace, ...words],
    plugin: (...words) => [kubectlPath, 'audit-exec', '-n', namespace, ...words],
    kubectl: (...words) => [kubectlPath, '-n', namespace, ...words],
  }
}

/** A reason that finds the session again in the log. */
export const newReason = (): string => `e2e ${randomUUID()}`
