/**
 * What a request asks for, read from its path as the API server reads it
 * (k8s.io/apiserver pkg/endpoints/request/requestinfo.go):
 *
 *     /api/{version} | /apis/{group}/{version}   [/namespaces/{namespace}] /{resource} [/{name} [/{subresource}…]]
 */
export interface ApiRequest {
  readonly verb: string
  /** The path, decoded, and free of `.`, `..` and empty segments. */
  readonly path: string
  readonly query: URLSearchParams
  /** Absent for discovery, /version and the like. */
  readonly target?: ResourceTarget
}

export interface ResourceTarget {
  readonly group: string
  readonly version: string
  readonly namespace: string
  readonly resource: string
  readonly name: string
  readonly subresource: string
}

const VERBS: Readonly<Record<string, string>> = {
  POST: 'create',
  PUT: 'update',
  PATCH: 'patch',
  DELETE: 'delete',
  GET: 'get',
  HEAD: 'get',
}

/** Undefined: a path that could mean one thing here and another behind the aggregator, so nobody gets to see it. */
export function parseRequest(method: string, url: string): ApiRequest | undefined {
  const mark = url.indexOf('?')
  const segments = decodeSegments(mark < 0 ? url : url.slice(0, mark))
  if (segments === undefined) return undefined
  const query = new URLSearchParams(mark < 0 ? '' : url.slice(mark + 1))
  const target = parseTarget(segments)
  return {
    verb: verbOf({ method, query, ...(target && { target }) }),
    path: `/${segments.join('/')}`,
    query,
    ...(target && { target }),
  }
}

function decodeSegments(path: string): string[] | undefined {
  if (!path.startsWith('/')) return undefined
  try {
    const segments = path.replace(/\/$/, '').split('/').slice(1).map(decodeURIComponent)
    return segments.some((segment) => /^\.{0,2}$/.test(segment) || /[/\\\0]/.test(segment)) ? undefined : segments
  } catch {
    return undefined
  }
}

function parseTarget(segments: readonly string[]): ResourceTarget | undefined {
  const [prefix, ...rest] = segments
  const group = prefix === 'apis' ? rest.shift() : prefix === 'api' ? '' : undefined
  const version = rest.shift()
  if (group === undefined || version === undefined || rest.length === 0) return undefined
  const [first, namespace = '', ...inside] = rest
  // `/namespaces/{name}` is the namespace object itself, which counts as inside that namespace.
  const scoped = first === 'namespaces' && rest.length > 2
  const [resource = '', name = '', ...subresource] = scoped ? inside : rest
  return {
    group,
    version,
    namespace: first === 'namespaces' ? namespace : '',
    resource,
    name,
    subresource: subresource.join('/'),
  }
}

interface VerbInput {
  readonly method: string
  readonly query: URLSearchParams
  readonly target?: ResourceTarget
}

function verbOf({ method, query, target }: VerbInput): string {
  const verb = VERBS[method] ?? method.toLowerCase()
  if (target === undefined) return method.toLowerCase()
  if (verb !== 'get' || target.name !== '') return verb
  return isTrue(query.get('watch')) ? 'watch' : 'list'
}

/**
 * A boolean query parameter: absent, `0` and `false` mean no, all else (`1`, `true`, empty) means yes.
 * Source: `Convert_Slice_string_To_bool` in k8s.io/apimachinery pkg/runtime/conversion.go.
 */
export const isTrue = (value: string | null): boolean => value !== null && value !== '0' && !/^false$/i.test(value)
