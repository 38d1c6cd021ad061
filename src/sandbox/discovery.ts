/** Discovery in its unaggregated form, which every client falls back to, and what clients read before they begin. */
import { API_GROUP, API_VERSION } from '../protocol/api.ts'

/** The release whose behaviour the sandbox follows. */
const VERSION = {
  major: '1',
  minor: '36',
  gitVersion: 'v1.36.3+sandbox',
  platform: `${process.platform}/${process.arch}`,
}

interface Resource {
  readonly name: string
  readonly singularName: string
  readonly namespaced: boolean
  readonly kind: string
  readonly verbs: readonly string[]
  readonly shortNames?: readonly string[]
  readonly group?: string
  readonly version?: string
}

const READ = ['get', 'list']
const POD: Resource = {
  name: 'pods',
  singularName: 'pod',
  namespaced: true,
  kind: 'Pod',
  verbs: READ,
  shortNames: ['po'],
}
const CORE: readonly Resource[] = [
  {
    name: 'namespaces',
    singularName: 'namespace',
    namespaced: false,
    kind: 'Namespace',
    verbs: READ,
    shortNames: ['ns'],
  },
  POD,
  { name: 'pods/exec', singularName: '', namespaced: true, kind: 'PodExecOptions', verbs: ['create', 'get'] },
]
const REVIEWS: readonly Resource[] = [
  {
    name: 'selfsubjectreviews',
    singularName: 'selfsubjectreview',
    namespaced: false,
    kind: 'SelfSubjectReview',
    verbs: ['create'],
  },
]

const groupOf = (name: string, version: string): object => {
  const preferred = { groupVersion: `${name}/${version}`, version }
  return { name, versions: [preferred], preferredVersion: preferred }
}

const GROUPS = [groupOf('authentication.k8s.io', 'v1'), groupOf(API_GROUP, API_VERSION)]

const list = (groupVersion: string, resources: readonly Resource[]): object => ({
  kind: 'APIResourceList',
  apiVersion: 'v1',
  groupVersion,
  resources,
})

/** By path. The collector's own group is not here: the collector answers for it. */
const DOCUMENTS: Readonly<Record<string, object>> = {
  '/version': VERSION,
  '/api': { kind: 'APIVersions', versions: ['v1'], serverAddressByClientCIDRs: [] },
  '/api/v1': list('v1', CORE),
  '/apis': { kind: 'APIGroupList', apiVersion: 'v1', groups: GROUPS },
  '/apis/authentication.k8s.io': { kind: 'APIGroup', apiVersion: 'v1', ...GROUPS[0] },
  '/apis/authentication.k8s.io/v1': list('authentication.k8s.io/v1', REVIEWS),
}

export const findDocument = (path: string): object | undefined =>
  Object.hasOwn(DOCUMENTS, path) ? DOCUMENTS[path] : undefined

export const isHealthPath = (path: string): boolean => /^\/(healthz|livez|readyz)$/.test(path)
