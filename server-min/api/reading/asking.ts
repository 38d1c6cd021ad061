/** What a request for sessions asks for, from its query: Kubernetes' parameters of a list, and those of a SessionQuery. */
import type { SessionQuery } from '../../../src/protocol/session-library.ts'
import { parseQuery } from '../../../src/protocol/session-query.ts'
import { fault } from '../faults.ts'
import { type FieldTerm, type Matcher, parseFieldSelector, parseLabelSelector } from './selectors.ts'

export interface Asking {
  /** Its namespace is that of the path. */
  readonly query: SessionQuery
  readonly fields: readonly FieldTerm[]
  readonly labels: Matcher
  readonly limit: number
  readonly continue?: string
  readonly watch: boolean
  readonly resourceVersion?: string
  readonly bookmarks: boolean
  readonly timeoutSeconds?: number
}

/** Of Kubernetes' API conventions. Those that say nothing to us (`pretty`) are known all the same, so that no client fails. */
const KUBERNETES = [
  'limit',
  'continue',
  'fieldSelector',
  'labelSelector',
  'watch',
  'resourceVersion',
  'resourceVersionMatch',
  'timeoutSeconds',
  'timeout',
  'allowWatchBookmarks',
  'sendInitialEvents',
  'includeObject',
  'pretty',
] as const

/** Also where a client names no limit: a million sessions are not one answer. */
export const MOST_ITEMS = 1000
const MOST_CHARACTERS = 16 * 1024

const invalid = (detail: string) => fault('KAE_READ_QUERY_INVALID', { detail })

/** The query of a request's URL, as it came: each parameter as often as it was given. */
export function parametersOf(url: string | undefined): URLSearchParams {
  const [, query = ''] = /\?(.*)$/s.exec(url ?? '') ?? []
  if (query.length > MOST_CHARACTERS) throw invalid(`a query is ${MOST_CHARACTERS} characters at most`)
  return new URLSearchParams(query)
}

/** @throws Fault KAE_READ_QUERY_INVALID, KAE_READ_UNSUPPORTED */
export function parseAsking(
  parameters: URLSearchParams,
  namespace: string | undefined,
  others: readonly string[] = [],
): Asking {
  for (const name of KUBERNETES) {
    if (parameters.getAll(name).length > 1) throw invalid(`${name} is given more than once`)
  }
  if (isTrue(parameters.get('sendInitialEvents'))) throw fault('KAE_READ_UNSUPPORTED', { detail: 'sendInitialEvents' })
  if (parameters.get('resourceVersionMatch') === 'Exact') {
    throw fault('KAE_READ_UNSUPPORTED', { detail: 'resourceVersionMatch=Exact' })
  }
  return {
    query: sessionQuery(parameters, namespace, others),
    fields: parseFieldSelector(parameters.get('fieldSelector') ?? ''),
    labels: parseLabelSelector(parameters.get('labelSelector') ?? ''),
    limit: limitOf(parameters.get('limit')),
    watch: isTrue(parameters.get('watch')),
    bookmarks: isTrue(parameters.get('allowWatchBookmarks')),
    ...given('continue', parameters.get('continue')),
    ...given('resourceVersion', parameters.get('resourceVersion')),
    ...given('timeoutSeconds', secondsOf(parameters.get('timeoutSeconds'))),
  }
}

export function sessionQuery(
  parameters: URLSearchParams,
  namespace: string | undefined,
  others: readonly string[] = [],
): SessionQuery {
  const parsed = parseQuery(parameters, [...KUBERNETES, ...others])
  if (!parsed.ok) throw invalid(parsed.why)
  return namespace === undefined ? parsed.query : { ...parsed.query, namespace }
}

function limitOf(text: string | null): number {
  const limit = wholeNumber('limit', text ?? '0')
  return limit === 0 ? MOST_ITEMS : Math.min(limit, MOST_ITEMS)
}

function secondsOf(text: string | null): number | undefined {
  const seconds = text === null ? 0 : wholeNumber('timeoutSeconds', text)
  return seconds === 0 ? undefined : seconds
}

export function wholeNumber(name: string, text: string): number {
  if (/^\d{1,15}$/.test(text)) return Number(text)
  throw invalid(`${name} is no whole number`)
}

/** As k8s.io/apimachinery reads a boolean parameter: absent, `0` and `false` mean no, all else yes. */
export const isTrue = (value: string | null): boolean => value !== null && value !== '0' && !/^false$/i.test(value)

/** An empty parameter is one that was not given. */
const given = <Name extends string, Value>(name: Name, value: Value | null | undefined | '') =>
  (value === null || value === undefined || value === '' ? {} : { [name]: value }) as { readonly [Key in Name]?: Value }
