/** The sandbox's own resources: what is answered to an authorized request that is neither exec nor the collector's. */
import type { Identity } from '../protocol/session.ts'
import { findDocument, isHealthPath } from './discovery.ts'
import { findPod, type Inventory, type Namespace, type Pod } from './objects.ts'
import type { ApiRequest, ResourceTarget } from './request.ts'
import { methodNotAllowed, notFound, notFoundPath, type Status } from './status.ts'
import { tableOf, wantsTable } from './table.ts'

export interface Question {
  readonly request: ApiRequest
  readonly user: Identity
  readonly accept: string | undefined
  /** ms since the epoch */
  readonly now: number
}

export type Answer =
  | { readonly type: 'object'; readonly code: number; readonly object: object }
  | { readonly type: 'text'; readonly text: string }
  | { readonly type: 'failure'; readonly status: Status }

const found = (object: object, code = 200): Answer => ({ type: 'object', code, object })
const failed = (status: Status): Answer => ({ type: 'failure', status })

export function answer(inventory: Inventory, question: Question): Answer {
  const { verb, path, target } = question.request
  if (target?.group === 'authentication.k8s.io' && target.resource === 'selfsubjectreviews' && target.name === '') {
    return verb === 'create' ? found(selfReview(question.user), 201) : failed(methodNotAllowed())
  }
  if (isHealthPath(path)) return { type: 'text', text: 'ok' }
  const document = findDocument(path)
  if (document !== undefined) return verb === 'get' ? found(document) : failed(methodNotAllowed())
  if (target?.group !== '' || target.version !== 'v1' || target.subresource !== '') return failed(notFoundPath())
  if (!['namespaces', 'pods'].includes(target.resource)) return failed(notFoundPath())
  if (verb === 'list') return found(listOf(inventory, target, question))
  return verb === 'get' ? getOne(inventory, target, question) : failed(methodNotAllowed())
}

function getOne(inventory: Inventory, { resource, namespace, name }: ResourceTarget, question: Question): Answer {
  const item =
    resource === 'pods'
      ? findPod(inventory, namespace, name)
      : inventory.namespaces.find(({ metadata }) => metadata.name === name)
  if (item === undefined) return failed(notFound({ group: '', resource, name }))
  return found(wantsTable(question.accept) ? tableOf([item], question.now) : item)
}

function listOf(inventory: Inventory, { resource, namespace }: ResourceTarget, question: Question): object {
  const { query } = question.request
  const items: ReadonlyArray<Pod | Namespace> =
    resource === 'namespaces'
      ? inventory.namespaces
      : inventory.pods.filter(({ metadata }) => namespace === '' || metadata.namespace === namespace)
  const selected = items.filter((item) => matches(item, query))
  if (wantsTable(question.accept)) return tableOf(selected, question.now)
  const kind = resource === 'pods' ? 'PodList' : 'NamespaceList'
  return { kind, apiVersion: 'v1', metadata: { resourceVersion: '1' }, items: selected }
}

/** `key=value` terms alone, of labels and of `metadata.name`: no term that is not understood may match. */
function matches(item: Pod | Namespace, query: URLSearchParams): boolean {
  const labels = 'labels' in item.metadata ? item.metadata.labels : {}
  return (
    termsOf(query.get('labelSelector')).every(([key, value]) => labels[key ?? ''] === value) &&
    termsOf(query.get('fieldSelector')).every(([key, value]) => key === 'metadata.name' && item.metadata.name === value)
  )
}

const termsOf = (selector: string | null): string[][] =>
  (selector ?? '')
    .split(',')
    .filter((term) => term !== '')
    .map((term) => term.split(/==?/))

const selfReview = (userInfo: Identity): object => ({
  kind: 'SelfSubjectReview',
  apiVersion: 'authentication.k8s.io/v1',
  metadata: {},
  status: { userInfo },
})
