/** The sandbox's own resources: what is answered to an authorized request that is neither exec nor the collector's. */
import type { Identity } from '../protocol/session.ts'
import { findDocument, isHealthPath } from './discovery.ts'
import type { Inventory, Pod } from './objects.ts'
import type { ApiRequest, ResourceTarget } from './request.ts'
import type { StatefulSet } from './stateful-set.ts'
import { badRequest, methodNotAllowed, notFound, notFoundPath, type Status } from './status.ts'
import { type Item, tableOf, wantsTable } from './table.ts'
import { RESOURCE_VERSION, type Watch, watchOf } from './watch.ts'

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
  | { readonly type: 'watch'; readonly watch: Watch }
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
  const collection = target?.subresource === '' ? collectionOf(inventory, target) : undefined
  if (target === undefined || collection === undefined) return failed(notFoundPath())
  if (verb === 'list' || (verb === 'watch' && collection.kind === 'Pod')) return getList(collection, question)
  return verb === 'get' ? getOne(collection, target, question) : failed(methodNotAllowed())
}

interface Collection {
  readonly apiVersion: string
  readonly kind: string
  /** In the namespace that was asked for, or in all. */
  readonly items: readonly Item[]
}

function collectionOf(inventory: Inventory, { group, version, resource, namespace }: ResourceTarget) {
  const here = (items: ReadonlyArray<Pod | StatefulSet>) =>
    items.filter(({ metadata }) => namespace === '' || metadata.namespace === namespace)
  const collections: Readonly<Record<string, Collection>> = {
    '/v1/namespaces': { apiVersion: 'v1', kind: 'Namespace', items: inventory.namespaces },
    '/v1/pods': { apiVersion: 'v1', kind: 'Pod', items: here(inventory.pods) },
    'apps/v1/statefulsets': { apiVersion: 'apps/v1', kind: 'StatefulSet', items: here(inventory.statefulSets) },
  }
  return collections[`${group}/${version}/${resource}`]
}

function getOne({ items }: Collection, { group, resource, name }: ResourceTarget, question: Question): Answer {
  const item = items.find(({ metadata }) => metadata.name === name)
  if (item === undefined) return failed(notFound({ group, resource, name }))
  return found(wantsTable(question.accept) ? tableOf([item], question.now) : item)
}

function getList({ apiVersion, kind, items }: Collection, question: Question): Answer {
  const matches = parseSelectors(question.request.query)
  if (matches === undefined) return failed(badRequest('the sandbox knows selectors of the form key=value alone'))
  const selected = items.filter(matches)
  const asTable = wantsTable(question.accept)
  if (question.request.verb === 'watch') {
    const objects = asTable ? selected.map((item) => tableOf([item], question.now)) : selected
    return { type: 'watch', watch: watchOf({ apiVersion, kind }, question.request.query, objects) }
  }
  if (asTable) return found(tableOf(selected, question.now))
  return found({ kind: `${kind}List`, apiVersion, metadata: { resourceVersion: RESOURCE_VERSION }, items: selected })
}

type Matcher = (item: Item) => boolean

/** Undefined: a selector that is not understood, which must not select too much. */
function parseSelectors(query: URLSearchParams): Matcher | undefined {
  const labels = termsOf(query.get('labelSelector'))
  const fields = termsOf(query.get('fieldSelector'))
  if (labels === undefined || fields?.some(([key]) => key !== 'metadata.name') !== false) return undefined
  return ({ metadata }) =>
    labels.every(
      ([key, value]) => 'labels' in metadata && (metadata.labels as Record<string, string>)[key] === value,
    ) && fields.every(([, value]) => metadata.name === value)
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
