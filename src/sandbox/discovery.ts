/** Discovery in its unaggregated form, which every client falls back to, and what clients read before they begin. */
import { API_GROUP, API_VERSION, GROUP_VERSION } from '../protocol/api.ts'

/** The release whose behaviour the sandbox follows. */
const VERSION = {
  major: '1',
  minor: '36',
  gitVersion: 'v1.36.3+sandbox',
  platform: `${process.platform}/${process.arch}`,
}

interface Named {
  readonly name: string
  readonly kind: string
  readonly singularName?: string
  readonly shortNames?: readonly string[]
}

const readable = (named: Named, namespaced = true, verbs: readonly string[] = ['get', 'list']): object => ({
  ...named,
  singularName: named.kind.toLowerCase(),
  namespaced,
  verbs,
})

const CORE = [
  readable({ name: 'namespaces', kind: 'Namespace', shortNames: ['ns'] }, false),
  readable({ name: 'pods', kind: 'Pod', shortNames: ['po'] }, true, ['get', 'list', 'watch']),
  { name: 'pods/exec', singularName: '', namespaced: true, kind: 'PodExecOptions', verbs: ['create', 'get'] },
]
const APPS = [readable({ name: 'statefulsets', kind: 'StatefulSet', shortNames: ['sts'] })]
const REVIEWS = [
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

const list = (groupVersion: string, resources: readonly object[]): object => ({
  kind: 'APIResourceList',
  apiVersion: 'v1',
  groupVersion,
  resources,
})

const OWN_GROUPS = { apps: APPS, 'authentication.k8s.io': REVIEWS } as const

const ownDocuments = Object.entries(OWN_GROUPS).flatMap(
  ([name, resources]): Array<[string, object]> => [
    [`/apis/${name}`, { kind: 'APIGroup', apiVersion: 'v1', ...groupOf(name, 'v1') }],
    [`/apis/${name}/v1`, list(`${name}/v1`, resources)],
  ],
)

/** By path. The collector's own group is named here, and answers for itself. */
const DOCUMENTS = new Map<string, object>([
  ['/version', VERSION],
  ['/api', { kind: 'APIVersions', versions: ['v1'], serverAddressByClientCIDRs: [] }],
  ['/api/v1', list('v1', CORE)],
  [
    '/apis',
    {
      kind: 'APIGroupList',
      apiVersion: 'v1',
      groups: [...Object.keys(OWN_GROUPS).map((name) => groupOf(name, 'v1')), groupOf(API_GROUP, API_VERSION)],
    },
  ],
  ['/openapi/v3', { paths: { [`apis/${GROUP_VERSION}`]: { serverRelativeURL: `/openapi/v3/apis/${GROUP_VERSION}` } } }],
  ...ownDocuments,
])

export const findDocument = (path: string): object | undefined => DOCUMENTS.get(path)

export const isHealthPath = (path: string): boolean => /^\/(healthz|livez|readyz)$/.test(path)
