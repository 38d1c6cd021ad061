/** Reads a client's hello by hand and strictly: on the way to the first prompt there is no time for a schema library. */
import type { Hello, OpenRequest } from '../../src/protocol/messages.ts'
import type { ClientInfo, RecordMode, RequestedTarget } from '../../src/protocol/session.ts'

export type ParsedHello = { readonly ok: true; readonly hello: Hello } | { readonly ok: false; readonly why: string }

const LIMITS = { command: 64 * 1024, words: 4096, reason: 1024, client: 128 } as const
/** RFC 1123 subdomain, as Kubernetes names pods. Namespaces and containers are at most 63 long. */
const NAME = /^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$/
const HEAD = /^[0-9a-f]{64}$/

/** Thrown and caught inside this file alone. */
class Wrong extends Error {}

export function parseHello(json: unknown): ParsedHello {
  try {
    const { open, resume } = fields(json, 'hello', { open: 'optional', resume: 'optional' })
    if ((open === undefined) === (resume === undefined)) throw new Wrong('hello has exactly one of open and resume')
    return { ok: true, hello: open === undefined ? { resume: parseResume(resume) } : { open: parseOpen(open) } }
  } catch (error) {
    if (error instanceof Wrong) return { ok: false, why: error.message }
    throw error
  }
}

function parseResume(json: unknown) {
  const { seq, head } = fields(json, 'resume', { seq: 'required', head: 'required' })
  if (typeof seq !== 'number' || !Number.isSafeInteger(seq) || seq < 0)
    throw new Wrong('resume.seq is no record number')
  if (typeof head !== 'string' || !HEAD.test(head)) throw new Wrong('resume.head is not a SHA-256 in lower-case hex')
  return { seq, head }
}

function parseOpen(json: unknown): OpenRequest {
  const open = fields(json, 'open', { target: 'required', client: 'required', record: 'required', reason: 'optional' })
  const { target, client, record, reason } = open
  const checked = { target: parseTarget(target), client: parseClient(client), record: parseRecord(record) }
  return reason === undefined ? checked : { ...checked, reason: text(reason, 'open.reason', LIMITS.reason) }
}

function parseTarget(json: unknown): RequestedTarget {
  const names = { namespace: 'required', pod: 'required', container: 'optional', command: 'required' } as const
  const flags = { stdin: 'required', stdout: 'required', stderr: 'required', tty: 'required' } as const
  const target = fields(json, 'target', { ...names, ...flags })
  name(target.namespace, 'target.namespace', 63)
  name(target.pod, 'target.pod', 253)
  if (target.container !== undefined) name(target.container, 'target.container', 63)
  parseCommand(target.command)
  for (const key of Object.keys(flags) as Array<keyof typeof flags>) flag(target[key], `target.${key}`)
  return target as unknown as RequestedTarget
}

function parseCommand(value: unknown): readonly string[] {
  if (!Array.isArray(value) || value.length === 0) throw new Wrong('target.command is no list of words')
  if (value.length > LIMITS.words) throw new Wrong(`target.command has more than ${LIMITS.words} words`)
  const words = value.map((word) => text(word, 'a word of target.command', LIMITS.command))
  const bytes = words.reduce((sum, word) => sum + Buffer.byteLength(word), 0)
  if (bytes > LIMITS.command) throw new Wrong(`target.command is longer than ${LIMITS.command} bytes`)
  return words
}

function parseClient(json: unknown): ClientInfo {
  const client = fields(json, 'client', { name: 'required', version: 'required', platform: 'required' })
  return {
    name: text(client.name, 'client.name', LIMITS.client),
    version: text(client.version, 'client.version', LIMITS.client),
    platform: text(client.platform, 'client.platform', LIMITS.client),
  }
}

function parseRecord(value: unknown): RecordMode {
  if (value === 'Input' || value === 'InputOutput') return value
  throw new Wrong('open.record is neither Input nor InputOutput')
}

/** The fields of an object that has all required ones and no unknown one. */
function fields<Name extends string>(
  json: unknown,
  what: string,
  known: Readonly<Record<Name, 'required' | 'optional'>>,
): Readonly<Record<Name, unknown>> {
  if (typeof json !== 'object' || json === null || Array.isArray(json)) throw new Wrong(`${what} is no object`)
  for (const key of Object.keys(json)) if (!Object.hasOwn(known, key)) throw new Wrong(`${what} has an unknown field`)
  for (const [key, need] of Object.entries(known)) {
    if (need === 'required' && !Object.hasOwn(json, key)) throw new Wrong(`${what} has no ${key}`)
  }
  return json as Record<Name, unknown>
}

function name(value: unknown, what: string, limit: number): string {
  if (typeof value === 'string' && value.length <= limit && NAME.test(value)) return value
  throw new Wrong(`${what} is no Kubernetes name`)
}

function text(value: unknown, what: string, limit: number): string {
  if (typeof value !== 'string') throw new Wrong(`${what} is no text`)
  if (Buffer.byteLength(value) > limit) throw new Wrong(`${what} is longer than ${limit} bytes`)
  return value
}

function flag(value: unknown, what: string): boolean {
  if (typeof value === 'boolean') return value
  throw new Wrong(`${what} is neither true nor false`)
}
