import type { CurrentCredentials } from './credentials.ts'
import { fault } from './faults.ts'
import type { Impersonation } from './resolved.ts'

export type HeaderLines = Readonly<Record<string, string | readonly string[]>>

/** What every request carries about who we are. A list becomes one header line for each of its values. */
export function identityHeaders(
  { authorization }: CurrentCredentials,
  impersonation: Impersonation | undefined,
  userAgent: string,
): HeaderLines {
  return {
    'User-Agent': userAgent,
    ...(authorization === undefined ? {} : { Authorization: toLine('the credentials', authorization) }),
    ...(impersonation === undefined ? {} : impersonationHeaders(impersonation)),
  }
}

/** What node:http refuses in a header value; asking it would load it before the first socket is dialled. */
const UNSENDABLE = /[^\t\x20-\x7e\x80-\xff]/

/** A header value as node:http wants it: the bytes of its UTF-8, which is what Go sends. The value is never shown. */
function toLine(what: string, value: string): string {
  const line = Buffer.from(value, 'utf8').toString('latin1')
  if (!UNSENDABLE.test(line)) return line
  const detail = `${what}: it holds a character that no header can carry, such as a line end`
  throw fault('KAE_KUBE_CONFIG_INVALID', { detail })
}

function impersonationHeaders({ user, uid, groups, extra }: Impersonation): HeaderLines {
  const lines = (values: readonly string[]): string[] => values.map((value) => toLine('impersonation', value))
  const extras = Object.entries(extra).map(([key, values]) => [`Impersonate-Extra-${escapeKey(key)}`, lines(values)])
  return {
    'Impersonate-User': toLine('impersonation', user),
    ...(uid === undefined ? {} : { 'Impersonate-Uid': toLine('impersonation', uid) }),
    ...(groups.length === 0 ? {} : { 'Impersonate-Group': lines(groups) }),
    ...Object.fromEntries(extras),
  }
}

/** client-go's headerKeyEscape: what may not stand in a header name, and `%` itself, is percent-encoded. */
const escapeKey = (key: string): string =>
  [...Buffer.from(key)]
    .map((byte) => (LEGAL.test(String.fromCharCode(byte)) ? String.fromCharCode(byte) : hex(byte)))
    .join('')

const LEGAL = /[!#$&'*+.^_`|~0-9A-Za-z-]/
const hex = (byte: number): string => `%${byte.toString(16).toUpperCase().padStart(2, '0')}`
