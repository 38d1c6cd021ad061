/** The sandbox's own resources: what is answered to an authorized request that is neither exec nor the collector's. */
import type { Identity } from '../protocol/session.ts'
import { findDocument, isHealthPath } from './discovery.ts'
import { findPod, type Inventory, type Namespace, type Pod } from './objects.ts'
import type { ApiRequest, ResourceTarget } from './request.ts'
import { badRequest, methodNotAllowed, notFound, notFoundPath, type Status } from './status.ts'
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
  if (verb === 'list') return getList(inventory, target, question)
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

function getList(inventory: Inventory, { resource, namespace }: ResourceTarget, question: Question): Answer {
  const matches = parseSelectors(question.request.query)
  if (matches === undefined) return failed(badRequest('the sandbox knows selectors of the form key=value alone'))
  const items: ReadonlyArray<Pod | Namespace> =
    resource === 'namespaces'
      ? inventory.namespaces
      : inventory.pods.filter(({ metadata }) => namespace === '' || metadata.namespace === namespace)
  const selected = items.filter(matches)
  if (wantsTable(question.accept)) return found(tableOf(selected, question.now))
  const kind = resource === 'pods' ? 'PodList' : 'NamespaceList'
  return found({ kind, apiVersion: 'v1', metadata: { resourceVersion: '1' }, items: selected })
}

type Matcher = (item: Pod | Namespace) => boolean

/** Undefined: a selector that is not understood, which must not select too much. */
function parseSelectors(query: URLSearchParams): Matcher | undefined {
  const labels = termsOf(query.get('labelSelector'))
  const fields = termsOf(query.get('fieldSelector'))
  if (labels === undefined || fields?.some(([key]) => key !== 'metadata.name') !== false) return undefined
  return ({ metadata }) =>
    labels.every(([key, value]) => 'labels' in metadata && metadata.labels[key] === value) &&
    fields.every(([, value]) => metadata.name === value)
}

function termsOf(selector: string | null): Array<[key: string, value: string]> | undefined {
  const terms = (selector ?? '').split(',').filter((term) => term !== '')
  const parsed = terms.map((term) => /^([\w./-]+)==?([\w.-]*)$/.exec(term))
  return parsed.includes(null) ? undefined : parsed.map((match) => [match?.[1] ?? '', match?.[2] ?? ''])
}

const selfReview = (userInfo: Identity): object => ({
  kind: 'SelfSubjectReview',
  apiVersion: 'authentication.k8s.io/v1',
  metadata: {},
  status: { userInfo },
})
