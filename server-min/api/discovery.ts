/**
 * What the API server asks an aggregated API about itself. Nothing is advertised that is not there: a verb `list` alone
 * would have the namespace controller wait for us at every deletion.
 * https://kubernetes.io/docs/concepts/overview/kubernetes-api/#discovery-api
 */
import { API_GROUP, API_VERSION, GROUP_VERSION } from '../../src/protocol/api.ts'

const VERSION = { groupVersion: GROUP_VERSION, version: API_VERSION }
const ATTACH_VERBS = ['create', 'get']

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
  resources: [{ name: 'sessions/attach', singularName: '', namespaced: true, kind: 'Session', verbs: ATTACH_VERBS }],
}

const SESSION_KIND = { group: API_GROUP, version: API_VERSION, kind: 'Session' }

/** All of the above in one, as newer API servers ask for it. */
const aggregatedDocument = (version: string): object => ({
  kind: 'APIGroupDiscoveryList',
  apiVersion: `apidiscovery.k8s.io/${version}`,
  metadata: {},
  items: [
    {
      metadata: { name: API_GROUP, creationTimestamp: null },
      versions: [
        {
          version: API_VERSION,
          freshness: 'Current',
          resources: [
            {
              resource: 'sessions',
              responseKind: SESSION_KIND,
              scope: 'Namespaced',
              singularResource: 'session',
              verbs: [],
              subresources: [{ subresource: 'attach', responseKind: SESSION_KIND, verbs: ATTACH_VERBS }],
            },
          ],
        },
      ],
    },
  ],
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
