import { fault } from './faults.ts'

/** Values of a query; a list becomes the same name several times, undefined is left out. */
export type Query = Readonly<Record<string, string | number | boolean | readonly string[] | undefined>>

/**
 * A request path in which every value is one encoded segment: apiPath`/api/v1/namespaces/${namespace}/pods/${pod}`.
 * A name can so never reach another resource.
 */
export function apiPath(literals: TemplateStringsArray, ...values: readonly string[]): string {
  return values.reduce((path, value, index) => path + segment(value) + (literals[index + 1] ?? ''), literals[0] ?? '')
}

function segment(value: string): string {
  if (value === '' || value === '.' || value === '..') {
    throw fault('KAE_KUBE_TARGET_INVALID', { detail: `"${value}" cannot be a name` })
  }
  return encodeURIComponent(value)
}

export function encodeQuery(query: Query = {}): string {
  const search = new URLSearchParams()
  for (const [name, value] of Object.entries(query)) {
    if (value === undefined) continue
    for (const entry of Array.isArray(value) ? value : [value]) search.append(name, String(entry))
  }
  const text = search.toString()
  return text === '' ? '' : `?${text}`
}

/** The server's own path is a prefix of every request (client-go's DefaultServerURL). */
export const fullPath = (server: URL, path: string, query?: Query): string =>
  `${server.pathname === '/' ? '' : server.pathname}${path}${encodeQuery(query)}`
