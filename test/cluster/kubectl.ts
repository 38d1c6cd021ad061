import { binary, inState } from './layout.ts'
import { type Outcome, run } from './run.ts'
import { kubeconfigFile, type User } from './users.ts'

export interface KubectlOptions {
  /** Whose kubeconfig; the admin's unless said. */
  readonly as?: User
  readonly input?: string | Uint8Array
  readonly env?: NodeJS.ProcessEnv
}

/** The environment in which kubectl looks only at this cluster: an old discovery cache or the person's kuberc would mislead it. */
export const kubectlEnv = (kubeconfig: string): NodeJS.ProcessEnv => ({
  ...process.env,
  KUBECONFIG: kubeconfig,
  KUBECACHEDIR: inState('kubectl-cache'),
  KUBERC: 'off',
})

/** Runs the real kubectl of the cluster's version. */
export const kubectl = (args: readonly string[], { as = 'admin', input, env }: KubectlOptions = {}): Promise<Outcome> =>
  run(binary('kubectl'), args, {
    env: { ...kubectlEnv(kubeconfigFile(as)), ...env },
    ...(input === undefined ? {} : { input }),
  })
