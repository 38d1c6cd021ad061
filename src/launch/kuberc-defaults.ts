import type { CommandDefault } from '../kube/kuberc.ts'
import { EXEC_FLAGS } from './exec-flags.ts'
import { fault } from './faults.ts'
import { parseFlags } from './pflag.ts'

/**
 * The arguments of `exec` with kuberc's defaults before them, for the flags that are not among them already: kubectl's
 * rule (k8s.io/kubectl pkg/kuberc, applyOverrides).
 * @throws Fault where a default is for a flag that exec does not have
 */
export function withKubercDefaults(argv: readonly string[], defaults: readonly CommandDefault[]): readonly string[] {
  const options = defaults.filter(({ command }) => command === 'exec').flatMap(({ options }) => options)
  if (options.length === 0) return argv
  const given = parseFlags(argv, EXEC_FLAGS).values
  const added = options.flatMap(({ name, value }) => {
    if (!Object.hasOwn(EXEC_FLAGS, name)) throw fault('KAE_FLAG_UNKNOWN', { detail: `--${name} in kuberc, for exec` })
    return given.has(name) ? [] : [`--${name}=${value}`]
  })
  return [...added, ...argv]
}
