import { binary, inState } from './layout.ts'
import { type Outcome, run } from './run.ts'
import { kubeconfigFile, type User } from './users.ts'

interface KubectlOptions {
  /** Whose kubeconfig; the admin's unless said. */
  readonly as?: User
  readonly input?: string | Uint8Array
  readonly env?: NodeJS.ProcessEnv
}

export type Kubectl = (args: readonly string[], options?: KubectlOptions) => Promise<Outcome>

/** The environment in which kubectl looks only at this cluster: an old discovery cache or the person's kuberc would mislead it. */
export const kubectlEnv = (kubeconfig: string, cache = inState('kubectl-cache')): NodeJS.ProcessEnv => ({
  ...process.env,
  KUBECONFIG: kubeconfig,
  KUBECACHEDIR: cache,
  KUBERC: 'off',
})

export interface KubectlPlace {
  readonly program: string
  readonly kubeconfig: (user: User) => string
  readonly cache: string
}

/** Makes a function that runs the real kubectl to its end, as one of the users. */
export const kubectlAt =
  ({ program, kubeconfig, cache }: KubectlPlace): Kubectl =>
  (args, { as = 'admin', input, env } = {}) =>
    run(program, args, {
      env: { ...kubectlEnv(kubeconfig(as), cache), ...env },
      ...(input === undefined ? {} : { input }),
    })

/** kubectl at the cluster that `up` starts. */
export const kubectl: Kubectl = (args, options) => {
  const place = { program: binary('kubectl'), kubeconfig: kubeconfigFile, cache: inState('kubectl-cache') }
  return kubectlAt(place)(args, options)
}
