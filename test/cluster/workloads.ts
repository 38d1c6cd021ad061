import { readFileSync } from 'node:fs'
import { fault } from './faults.ts'
import type { Kubectl } from './kubectl.ts'
import { IMAGES } from './layout.ts'
import { until } from './wait.ts'

interface Item {
  readonly kind: string
  readonly status?: { readonly conditions?: readonly { readonly type: string; readonly status: string }[] }
}

/** One image with shells, bash among them, and one with none that runs without a command. */
export interface Images {
  readonly shells: string
  readonly noShell: string
}

const NAMESPACES = ['default', 'prod']
const PODS_EACH = 4

const manifest = (name: string): string => readFileSync(new URL(`manifests/${name}.yaml`, import.meta.url), 'utf8')

async function apply(kubectl: Kubectl, input: string, namespace?: string): Promise<void> {
  // --validate=false: it would cost a download of the whole OpenAPI document, and the tests see what is wrong.
  const args = ['apply', '--validate=false', '--filename', '-', ...(namespace ? ['--namespace', namespace] : [])]
  const { status, stderr } = await kubectl(args, { input })
  if (status !== 0) throw fault('KAE_CLUSTER_COMPONENT', { detail: `kubectl apply: ${stderr}` })
}

/** Puts people's rights and the test pods into the cluster, and waits until the node and all pods are ready. */
export async function applyWorkloads(kubectl: Kubectl, images: Images = IMAGES): Promise<void> {
  await apply(kubectl, manifest('people'))
  const workloads = manifest('workloads').replaceAll('IMAGE_SHELLS', images.shells)
  const resolved = workloads.replaceAll('IMAGE_NO_SHELL', images.noShell)
  await Promise.all(NAMESPACES.map((namespace) => apply(kubectl, resolved, namespace)))
  await until({ what: 'the node and the test pods', seconds: 120 }, () => allReady(kubectl))
}

async function allReady(kubectl: Kubectl): Promise<boolean> {
  const lists = await Promise.all(
    [['nodes'], ...NAMESPACES.map((namespace) => ['pods', '--namespace', namespace])].map(async (what) => {
      const { status, stdout } = await kubectl(['get', ...what, '--output', 'json'])
      return status === 0 ? (JSON.parse(stdout) as { items: Item[] }).items : []
    }),
  )
  const [nodes = [], ...pods] = lists
  return nodes.some(isReady) && pods.every((items) => items.filter(isReady).length >= PODS_EACH)
}

const isReady = (item: Item): boolean =>
  item.status?.conditions?.some(({ type, status }) => type === 'Ready' && status === 'True') ?? false
