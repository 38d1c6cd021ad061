/** `Impersonate-*` headers, as k8s.io/apiserver pkg/endpoints/filters/impersonation reads them. */
import type { Identity } from '../protocol/session.ts'
import { forbidden, internalError, type Status } from './status.ts'
import { ADMINS, AUTHENTICATED } from './users.ts'

export type Impersonation =
  | { readonly act: 'as-self' }
  | { readonly act: 'as-other'; readonly user: Identity }
  | { readonly act: 'refused'; readonly status: Status }

export type HeaderPairs = ReadonlyArray<readonly [name: string, value: string]>

const EXTRA = 'impersonate-extra-'

/** Raw headers as pairs, names in lower case. Node's own `headers` joins duplicates and reads UTF-8 as Latin-1. */
export function headerPairs(rawHeaders: readonly string[]): HeaderPairs {
  const pairs: Array<readonly [string, string]> = []
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const value = Buffer.from(rawHeaders[index + 1] ?? '', 'latin1').toString()
    pairs.push([(rawHeaders[index] ?? '').toLowerCase(), value])
  }
  return pairs
}

export function impersonate(self: Identity, headers: HeaderPairs): Impersonation {
  const asked = headers.filter(([name]) => name.startsWith('impersonate-'))
  if (asked.length === 0) return { act: 'as-self' }
  const username = valuesOf(asked, 'impersonate-user')[0] ?? ''
  if (username === '') return { act: 'refused', status: internalError('impersonating without impersonating a user') }
  if (!self.groups.includes(ADMINS)) return { act: 'refused', status: refusal(self, username) }
  const [uid] = valuesOf(asked, 'impersonate-uid')
  const groups = new Set([...valuesOf(asked, 'impersonate-group'), AUTHENTICATED])
  return { act: 'as-other', user: { username, ...(uid && { uid }), groups: [...groups], extra: extraOf(asked) } }
}

const refusal = (self: Identity, username: string): Status =>
  forbidden(
    { group: '', resource: 'users', name: username },
    `User ${JSON.stringify(self.username)} cannot impersonate resource "users" in API group "" at the cluster scope`,
  )

const valuesOf = (headers: HeaderPairs, name: string): string[] =>
  headers.filter(([key]) => key === name).map(([, value]) => value)

function extraOf(headers: HeaderPairs): Record<string, string[]> {
  const extra: Record<string, string[]> = {}
  for (const [name, value] of headers) {
    if (!name.startsWith(EXTRA)) continue
    const key = unescapeKey(name.slice(EXTRA.length))
    extra[key] = [...(extra[key] ?? []), value]
  }
  return extra
}

/** An escape that is none is kept as it came, as Go's `unescapeExtraKey` does. */
function unescapeKey(key: string): string {
  try {
    return decodeURIComponent(key).toLowerCase()
  } catch {
    return key
  }
}
