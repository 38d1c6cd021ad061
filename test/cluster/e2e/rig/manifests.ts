/** The manifests of server-min/deploy, as an administrator applies them, with a process in the Deployment's place. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { load, loadAll } from 'js-yaml'

const FOLDER = join(import.meta.dirname, '../../../../server-min/deploy')

export interface Manifest {
  readonly apiVersion: string
  readonly kind: string
  readonly metadata: { readonly name: string; readonly namespace?: string }
  readonly spec?: Readonly<Record<string, unknown>>
  readonly webhooks?: readonly Readonly<Record<string, unknown>>[]
}

/** Every object of the kustomization in its order, with the authority in the places that ask for it. */
export function deployManifests(caBundle: string): Manifest[] {
  const { resources } = load(readFileSync(join(FOLDER, 'kustomization.yaml'), 'utf8')) as { resources: string[] }
  return resources.flatMap((name) => {
    const text = readFileSync(join(FOLDER, name), 'utf8').replaceAll('CA_BUNDLE', caBundle)
    return loadAll(text) as Manifest[]
  })
}

export interface Place {
  readonly address: string
  readonly port: number
}

/** A Service without a selector leads to the addresses of its EndpointSlice: to the process. */
export function withProcess(manifests: readonly Manifest[], { address, port }: Place): Manifest[] {
  return manifests.flatMap((manifest) => {
    if (manifest.kind === 'Deployment' || manifest.kind === 'PersistentVolumeClaim') return []
    if (manifest.kind !== 'Service') return [manifest]
    const { selector: _, ...spec } = manifest.spec ?? {}
    return [{ ...manifest, spec }, endpoints(manifest, { address, port })]
  })
}

const endpoints = ({ metadata: { name, namespace } }: Manifest, { address, port }: Place): Manifest =>
  ({
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: { name, namespace, labels: { 'kubernetes.io/service-name': name } },
    addressType: 'IPv4',
    endpoints: [{ addresses: [address], conditions: { ready: true } }],
    ports: [{ name: 'https', port, protocol: 'TCP' }],
  }) as Manifest

/** The cluster may be somebody's: the webhook holds for one namespace, and everything else of it is as it stands. */
export const inNamespaceOnly = (manifest: Manifest, namespace: string): Manifest => ({
  ...manifest,
  webhooks: (manifest.webhooks ?? []).map((webhook) => ({
    ...webhook,
    namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': namespace } },
  })),
})
