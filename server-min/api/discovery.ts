/**
 * What the API server asks an aggregated API about itself. Nothing is advertised that is not there. No verb `delete`: the
 * namespace controller and the garbage collector take up resources that have it, and would have to wait for us at every
 * deletion of a namespace (`deleteAllContent` in k8s.io/kubernetes pkg/controller/namespace/deletion,
 * `GetDeletableResources` in pkg/controller/garbagecollector).
 * https://kubernetes.io/docs/concepts/overview/kubernetes-api/#discovery-api
 */
import { API_GROUP, API_VERSION, GROUP_VERSION } from '../../src/protocol/api.ts'

const VERSION = { groupVersion: GROUP_VERSION, version: API_VERSION }

interface Resource {
  readonly plural: string
  readonly singular: string
  readonly kind: string
  readonly verbs: readonly string[]
  readonly shortNames?: readonly string[]
  readonly subresources: ReadonlyArray<{
    readonly name: string
    readonly kind: string
    readonly verbs: readonly string[]
  }>
}

const RESOURCES: readonly Resource[] = [
  {
    plural: 'sessions',
    singular: 'session',
    kind: 'Session',
    verbs: ['get', 'list', 'watch'],
    shortNames: ['sess'],
    subresources: [
      { name: 'attach', kind: 'Session', verbs: ['create', 'get'] },
      { name: 'log', kind: 'Session', verbs: ['get'] },
      { name: 'terminate', kind: 'SessionTermination', verbs: ['create'] },
    ],
  },
  { plural: 'commands', singular: 'command', kind: 'CommandHit', verbs: ['list'], subresources: [] },
]

export const GROUP_DOCUMENT = {
  kind: 'APIGroup',
  apiVersion: 'v1',
  name: API_GROUP,
  versions: [VERSION],
  preferredVersion: VERSION,
}

export const GROUP_LIST_DOCUMENT = { kind: 'APIGroupList', apiVersion: 'v1', groups: [GROUP_DOCUMENT] }

export const RESOURCE_LIST_DOCUMENT = {
  kind: 'APIResourceList',
  apiVersion: 'v1',
  groupVersion: GROUP_VERSION,
  resources: RESOURCES.flatMap(({ plural: name, singular: singularName, kind, verbs, shortNames, subresources }) => [
    { name, singularName, namespaced: true, kind, verbs, ...(shortNames === undefined ? {} : { shortNames }) },
    ...subresources.map((sub) => ({
      name: `${name}/${sub.name}`,
      singularName: '',
      namespaced: true,
      kind: sub.kind,
      verbs: sub.verbs,
    })),
  ]),
}

const kindOf = (kind: string) => ({ group: API_GROUP, version: API_VERSION, kind })

/** All of the above in one, as newer API servers ask for it. */
const aggregatedDocument = (version: string): object => ({
  kind: 'APIGroupDiscoveryList',
  apiVersion: `apidiscovery.k8s.io/${version}`,
  metadata: {},
  items: [
    {
      metadata: { name: API_GROUP, creationTimestamp: null },
      versions: [{ version: API_VERSION, freshness: 'Current', resources: RESOURCES.map(aggregatedResource) }],
    },
  ],
})

const aggregatedResource = ({ plural, singular, kind, verbs, shortNames, subresources }: Resource): object => ({
  resource: plural,
  responseKind: kindOf(kind),
  scope: 'Namespaced',
  singularResource: singular,
  verbs,
  ...(shortNames === undefined ? {} : { shortNames }),
  ...(subresources.length === 0
    ? {}
    : {
        subresources: subresources.map((sub) => ({
          subresource: sub.name,
          responseKind: kindOf(sub.kind),
          verbs: sub.verbs,
        })),
      }),
})

export interface Negotiated {
  readonly contentType: string
  readonly body: object
}

/** The list of groups in the first form of an Accept header that we have. */
export function negotiateGroups(accept: string | undefined): Negotiated {
  for (const wanted of (accept ?? '').split(',')) {
    const [type, ...parameters] = wanted.split(';').map((part) => part.trim())
    if (type === 'application/json' && parameters.includes('as=APIGroupDiscoveryList')) {
      const version = ['v2', 'v2beta1'].find((candidate) => parameters.includes(`v=${candidate}`))
      if (version === undefined || !parameters.includes('g=apidiscovery.k8s.io')) continue
      const contentType = `application/json;g=apidiscovery.k8s.io;v=${version};as=APIGroupDiscoveryList`
      return { contentType, body: aggregatedDocument(version) }
    }
    if (type === 'application/json' || type === '*/*') break
  }
  return { contentType: 'application/json', body: GROUP_LIST_DOCUMENT }
}
