/** Reads an AdmissionReview (admission.k8s.io/v1) by hand and strictly: what is not understood is never allowed. */
import type { Identity, RequestedTarget } from '../../src/protocol/session.ts'

/** A CONNECT to a subresource of pods that types into a container. An attach runs no command of its own: it is empty. */
export interface ConnectReview {
  readonly type: 'exec' | 'attach'
  readonly uid: string
  readonly dryRun: boolean
  readonly user: Identity
  readonly target: RequestedTarget
}

export type ParsedReview =
  | ConnectReview
  /** It can be answered, but with a denial only. */
  | { readonly type: 'unknown'; readonly uid: string; readonly why: string }
  /** Not even its uid can be read. */
  | { readonly type: 'unreadable'; readonly why: string }

const OPTIONS = { exec: 'PodExecOptions', attach: 'PodAttachOptions' } as const
const OPTION_FIELDS = ['kind', 'apiVersion', 'stdin', 'stdout', 'stderr', 'tty', 'container', 'command']
const REQUEST_FIELDS = [
  'uid',
  'operation',
  'subResource',
  'dryRun',
  'resource',
  'object',
  'namespace',
  'name',
  'userInfo',
]
const RESOURCE_FIELDS = ['group', 'version', 'resource']
const USER_FIELDS = ['username', 'uid', 'groups', 'extra']
const UID_LENGTH = 128

type Fields = Readonly<Record<string, unknown>>

/** Thrown and caught inside this file alone. */
class Wrong extends Error {}

export function parseReview(body: unknown): ParsedReview {
  if (!isFields(body)) return { type: 'unreadable', why: 'the body is no JSON object' }
  const request = isFields(body.request) ? body.request : {}
  const { uid } = request
  if (typeof uid !== 'string' || uid === '' || uid.length > UID_LENGTH) {
    return { type: 'unreadable', why: 'there is no request.uid' }
  }
  try {
    if (body.apiVersion !== 'admission.k8s.io/v1' || body.kind !== 'AdmissionReview') {
      throw new Wrong('it is no AdmissionReview of admission.k8s.io/v1')
    }
    return parseConnect(uid, request)
  } catch (error) {
    if (error instanceof Wrong) return { type: 'unknown', uid, why: error.message }
    throw error
  }
}

function parseConnect(uid: string, request: Fields): ConnectReview {
  const { operation, subResource, dryRun = false } = request
  const resource = fieldsOf(request.resource, 'request.resource')
  throwOnLookalike(request, REQUEST_FIELDS)
  throwOnLookalike(resource, RESOURCE_FIELDS)
  if (operation !== 'CONNECT') throw new Wrong('the operation is not CONNECT')
  if (resource.group !== '' || resource.version !== 'v1' || resource.resource !== 'pods')
    throw new Wrong('it is not about pods')
  if (subResource !== 'exec' && subResource !== 'attach') throw new Wrong('it is neither exec nor attach')
  if (typeof dryRun !== 'boolean') throw new Wrong('request.dryRun is neither true nor false')
  const target = parseTarget(subResource, request)
  return { type: subResource, uid, dryRun, user: parseUser(request.userInfo), target }
}

function parseTarget(type: 'exec' | 'attach', request: Fields): RequestedTarget {
  const options = fieldsOf(request.object, 'request.object')
  if (options.kind !== OPTIONS[type] || options.apiVersion !== 'v1')
    throw new Wrong(`request.object is no ${OPTIONS[type]}`)
  // A field that we do not know may change what runs.
  for (const key of Object.keys(options))
    if (!OPTION_FIELDS.includes(key)) throw new Wrong('request.object has an unknown field')
  const container = optionalText(options.container, 'container')
  return {
    namespace: requiredText(request.namespace, 'request.namespace'),
    pod: requiredText(request.name, 'request.name'),
    ...(container === undefined ? {} : { container }),
    command: type === 'exec' ? words(options.command, 'command') : noCommand(options.command),
    stdin: flag(options.stdin, 'stdin'),
    stdout: flag(options.stdout, 'stdout'),
    stderr: flag(options.stderr, 'stderr'),
    tty: flag(options.tty, 'tty'),
  }
}

function parseUser(json: unknown): Identity {
  const user = fieldsOf(json, 'request.userInfo')
  throwOnLookalike(user, USER_FIELDS)
  const uid = optionalText(user.uid, 'uid')
  const extra: Record<string, readonly string[]> = Object.create(null) as Record<string, readonly string[]>
  for (const [key, values] of Object.entries(fieldsOf(user.extra ?? {}, 'extra'))) extra[key] = words(values, 'extra')
  return {
    username: requiredText(user.username, 'request.userInfo.username'),
    ...(uid === undefined ? {} : { uid }),
    groups: words(user.groups ?? [], 'groups'),
    extra,
  }
}

/** Go's encoding/json takes `UID` for `uid`, and of both the last. Where readers could differ, there is no yes. */
function throwOnLookalike(fields: Fields, known: readonly string[]): void {
  for (const key of Object.keys(fields))
    if (!known.includes(key) && known.some((name) => folded(name) === folded(key)))
      throw new Wrong('two spellings of one field')
}

/** Up and down: the Kelvin sign and the long s are letters to Go as well. */
const folded = (name: string): string => name.toUpperCase().toLowerCase()

const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

function fieldsOf(value: unknown, what: string): Fields {
  if (isFields(value)) return value
  throw new Wrong(`${what} is no object`)
}

function requiredText(value: unknown, what: string): string {
  if (typeof value === 'string' && value !== '') return value
  throw new Wrong(`${what} is missing`)
}

/** Go leaves empty strings out of JSON, so an empty one means the same as none. */
function optionalText(value: unknown, what: string): string | undefined {
  if (value === undefined || value === '') return undefined
  return requiredText(value, what)
}

function words(value: unknown, what: string): readonly string[] {
  if (Array.isArray(value) && value.every((word) => typeof word === 'string')) return value
  throw new Wrong(`${what} is no list of words`)
}

function noCommand(value: unknown): readonly string[] {
  if (value === undefined) return []
  throw new Wrong('an attach with a command')
}

/** Go leaves `false` out of JSON. */
function flag(value: unknown, what: string): boolean {
  if (value === undefined) return false
  if (typeof value === 'boolean') return value
  throw new Wrong(`${what} is neither true nor false`)
}
