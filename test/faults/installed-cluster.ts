/** The real cluster of test/cluster with our server installed in it, for the faults that take long. */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { useCluster } from '../cluster/cluster.ts'
import { installServer } from '../cluster/e2e/installed.ts'
import type { Cluster } from './audited-program.ts'

interface KubeconfigFile {
  readonly contexts: readonly { readonly context: Readonly<Record<string, unknown>> }[]
}

export async function installedCluster(pod: string): Promise<Cluster> {
  const installed = await installServer(await useCluster())
  const { cluster, namespace, folder, logFolder } = installed
  const config = JSON.parse(readFileSync(cluster.kubeconfig('alice'), 'utf8')) as KubeconfigFile
  const contexts = config.contexts.map((each) => ({ ...each, context: { ...each.context, namespace } }))
  const kubeconfig = join(folder, 'alice.yaml')
  writeFileSync(kubeconfig, JSON.stringify({ ...config, contexts }), { mode: 0o600 })
  return {
    kubeconfig,
    pod,
    pid: undefined,
    logFolder: () => logFolder,
    [Symbol.asyncDispose]: () => installed.dispose(),
  }
}
