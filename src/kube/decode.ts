import type { Cluster, Context, User } from './model.ts'

/** Reads one field as Go's JSON decoder would: the wrong type is an error, the zero value is absent. */
type FieldReader = (value: unknown, path: string) => unknown
type Shape = Readonly<Record<string, FieldReader>>

/** A value of the wrong type. The caller knows the file and makes a Fault of it. */
export class TypeMismatch extends Error {}

const mismatch = (path: string, expected: string, value: unknown): TypeMismatch =>
  new TypeMismatch(`${path}: expected ${expected}, found ${Array.isArray(value) ? 'a list' : `a ${typeof value}`}`)

const string: FieldReader = (value, path) => {
  if (typeof value !== 'string') throw mismatch(path, 'a string (quote it)', value)
  return value === '' ? undefined : value
}

const bool: FieldReader = (value, path) => {
  if (typeof value !== 'boolean') throw mismatch(path, 'true or false', value)
  return value || undefined
}

const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/

/** Go's base64.StdEncoding: line ends are skipped, everything else must be exact. */
const bytes: FieldReader = (value, path) => {
  const text = (string(value, path) as string | undefined)?.replace(/[\r\n]/g, '')
  if (text !== undefined && !BASE64.test(text)) throw new TypeMismatch(`${path}: not valid base64`)
  return text || undefined
}

const list =
  (item: FieldReader): FieldReader =>
  (value, path) => {
    if (!Array.isArray(value)) throw mismatch(path, 'a list', value)
    // Inside a list an empty string counts, unlike as a field.
    const items = value.map((entry, index) => (entry === '' ? '' : item(entry, `${path}[${index}]`)))
    return items.length === 0 ? undefined : items
  }

const map =
  (item: FieldReader): FieldReader =>
  (value, path) =>
    Object.fromEntries(
      Object.entries(record(value, path)).map(([key, entry]) => [
        key,
        entry === null ? [] : item(entry, `${path}.${key}`),
      ]),
    )

/** The extensions of a cluster, by name; kubectl keeps them opaque. */
const extensions: FieldReader = (value, path) => {
  if (!Array.isArray(value)) throw mismatch(path, 'a list', value)
  return Object.fromEntries(
    value.map((entry, index) => {
      const { name, extension } = record(entry, `${path}[${index}]`)
      return [name === undefined ? '' : name, extension]
    }),
  )
}

const struct =
  (shape: Shape): FieldReader =>
  (value, path) => {
    const found = record(value, path)
    const result: Record<string, unknown> = {}
    for (const [name, read] of Object.entries(shape)) {
      const field = found[name]
      if (field === undefined || field === null) continue
      const decoded = read(field, `${path}.${name}`)
      if (decoded !== undefined) result[name] = decoded
    }
    return result
  }

export function record(value: unknown, path: string): Record<string, unknown> {
  if (value === null || value === undefined) return {}
  if (typeof value !== 'object' || Array.isArray(value)) throw mismatch(path, 'a mapping', value)
  return value as Record<string, unknown>
}

const CLUSTER = struct({
  server: string,
  'tls-server-name': string,
  'insecure-skip-tls-verify': bool,
  'certificate-authority': string,
  'certificate-authority-data': bytes,
  'proxy-url': string,
  'disable-compression': bool,
  extensions,
})

const EXEC = struct({
  command: string,
  args: list(string),
  env: list(struct({ name: string, value: string })),
  apiVersion: string,
  installHint: string,
  provideClusterInfo: bool,
  interactiveMode: string,
})

const USER = struct({
  'client-certificate': string,
  'client-certificate-data': bytes,
  'client-key': string,
  'client-key-data': bytes,
  token: string,
  tokenFile: string,
  as: string,
  'as-uid': string,
  'as-groups': list(string),
  'as-user-extra': map(list(string)),
  username: string,
  password: string,
  'auth-provider': struct({ name: string, config: map(string) }),
  exec: EXEC,
})

const CONTEXT = struct({ cluster: string, user: string, namespace: string })

export const decodeCluster = (value: unknown, path: string): Cluster => CLUSTER(value, path) as Cluster
export const decodeUser = (value: unknown, path: string): User => USER(value, path) as User
export const decodeContext = (value: unknown, path: string): Context => CONTEXT(value, path) as Context
export const decodeString = (value: unknown, path: string): string =>
  value === undefined || value === null ? '' : ((string(value, path) as string | undefined) ?? '')
