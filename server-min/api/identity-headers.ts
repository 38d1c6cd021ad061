import type { Identity } from '../../src/protocol/session.ts'
import type { RequestHeaderConfig } from './request-header.ts'

export type HeaderIdentity =
  | { readonly type: 'identity'; readonly identity: Identity }
  | { readonly type: 'missing' }
  | { readonly type: 'malformed'; readonly why: string }

type HeaderNames = Pick<RequestHeaderConfig, 'usernameHeaders' | 'uidHeaders' | 'groupHeaders' | 'extraPrefixes'>

/** Thrown and caught inside this file alone. */
class Wrong extends Error {}

/**
 * The user whom the API server names in `rawHeaders`: raw, since Node joins headers that come twice, and reads bytes as
 * latin1 where Go writes UTF-8. Mirrors k8s.io/apiserver pkg/authentication/request/headerrequest.
 */
export function identityFromHeaders(rawHeaders: readonly string[], names: HeaderNames): HeaderIdentity {
  try {
    const headers = decodeHeaders(rawHeaders)
    const username = single(headers, names.usernameHeaders)
    if (username === undefined) return { type: 'missing' }
    const uid = single(headers, names.uidHeaders)
    const groups = names.groupHeaders.flatMap((name) => valuesOf(headers, name)).filter((group) => group !== '')
    const extra = extraOf(headers, names.extraPrefixes)
    return { type: 'identity', identity: { username, ...(uid === undefined ? {} : { uid }), groups, extra } }
  } catch (error) {
    if (error instanceof Wrong) return { type: 'malformed', why: error.message }
    throw error
  }
}

type Headers = ReadonlyArray<readonly [name: string, value: string]>

function decodeHeaders(raw: readonly string[]): Headers {
  const headers: Array<[string, string]> = []
  for (let index = 0; index + 1 < raw.length; index += 2) {
    headers.push([(raw[index] ?? '').toLowerCase(), raw[index + 1] ?? ''])
  }
  return headers
}

function utf8(latin1: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(Buffer.from(latin1, 'latin1'))
  } catch {
    throw new Wrong('a header about the user is not UTF-8')
  }
}

const valuesOf = (headers: Headers, name: string): readonly string[] =>
  headers.filter(([key]) => key === name.toLowerCase()).map(([, value]) => utf8(value))

/** The value of the first of these headers that has one. Two of a kind are a smuggled one. */
function single(headers: Headers, names: readonly string[]): string | undefined {
  for (const name of names) {
    const values = valuesOf(headers, name)
    if (values.length > 1) throw new Wrong(`${name} came ${values.length} times`)
    if (values[0] !== undefined && values[0] !== '') return values[0]
  }
  return undefined
}

function extraOf(headers: Headers, prefixes: readonly string[]): Identity['extra'] {
  const extra: Record<string, string[]> = Object.create(null) as Record<string, string[]>
  for (const [name, value] of headers) {
    const prefix = prefixes.find((candidate) => name.startsWith(candidate.toLowerCase()))
    if (prefix === undefined) continue
    const key = unescapeOnce(name.slice(prefix.length))
    extra[key] = [...(extra[key] ?? []), utf8(value)]
  }
  return extra
}

/**
 * Go's url.PathUnescape, once; a key that is no escaped one is taken as it is. What was escaped keeps its case: only the
 * letters of a header's name have none.
 */
function unescapeOnce(key: string): string {
  try {
    return decodeURIComponent(key)
  } catch {
    return key
  }
}
