import { readFileSync } from 'node:fs'
import { join, normalize } from 'node:path'
import { record, TypeMismatch } from './decode.ts'
import { fault } from './faults.ts'
import { parseYaml } from './yaml.ts'

/** Which credential plugins may run (kuberc's credentialPluginPolicy). */
export type PluginPolicy =
  | { readonly kind: 'allow-all' }
  | { readonly kind: 'deny-all' }
  | { readonly kind: 'allowlist'; readonly commands: readonly string[] }

export interface CommandDefault {
  /** `exec`, or another command of kubectl, words joined by one space. */
  readonly command: string
  readonly options: readonly { readonly name: string; readonly value: string }[]
}

export interface Kuberc {
  readonly policy: PluginPolicy
  readonly defaults: readonly CommandDefault[]
  /** What kubectl would say on stderr and then go on. */
  readonly warnings: readonly string[]
}

const NONE: Kuberc = { policy: { kind: 'allow-all' }, defaults: [], warnings: [] }

/** The flag, else KUBERC, else ~/.kube/kuberc. A file that was asked for must be there; KUBERC=off means none. */
export function loadKuberc(env: NodeJS.ProcessEnv, flag?: string): Kuberc {
  if (env.KUBECTL_KUBERC?.toLowerCase() === 'false') return NONE
  if (env.KUBERC === 'off') {
    if (flag) throw fault('KAE_KUBE_FLAG_INVALID', { detail: '--kuberc together with KUBERC=off' })
    return NONE
  }
  const asked = flag || env.KUBERC
  const path = asked || join(env.HOME ?? '', '.kube', 'kuberc')
  const text = readIfThere(path, asked !== undefined && asked !== '')
  return text === undefined ? NONE : parseKuberc(path, text, Boolean(asked))
}

function readIfThere(path: string, required: boolean): string | undefined {
  try {
    return readFileSync(path, 'utf8')
  } catch (cause) {
    const missing = (cause as NodeJS.ErrnoException).code === 'ENOENT'
    if (missing && !required) return undefined
    throw fault('KAE_KUBE_KUBERC_INVALID', { detail: `${path}: ${(cause as Error).message}`, cause })
  }
}

/** kubectl only warns about a default file that it cannot read. One that names a plugin policy is refused here. */
function parseKuberc(path: string, text: string, asked: boolean): Kuberc {
  const parsed = parseYaml(text)
  const preference = parsed.ok ? parsed.documents.find(isPreference) : undefined
  if (preference !== undefined) return orFault(path, () => readPreference(path, preference))
  if (parsed.ok && parsed.documents.every((document) => document === null || document === undefined)) return NONE
  const why = parsed.ok ? 'no Preference of kubectl.config.k8s.io in it' : `line ${parsed.line}: ${parsed.reason}`
  if (asked || text.includes('credentialPlugin')) throw fault('KAE_KUBE_KUBERC_INVALID', { detail: `${path}: ${why}` })
  return { ...NONE, warnings: [`kuberc: no preferences loaded from ${path}: ${why}`] }
}

function orFault<Value>(path: string, read: () => Value): Value {
  try {
    return read()
  } catch (error) {
    if (!(error instanceof TypeMismatch)) throw error
    throw fault('KAE_KUBE_KUBERC_INVALID', { detail: `${path}: ${error.message}`, cause: error })
  }
}

const VERSIONS = ['kubectl.config.k8s.io/v1beta1', 'kubectl.config.k8s.io/v1alpha1']

const isPreference = (document: unknown): boolean => {
  const { kind, apiVersion } = (document ?? {}) as { kind?: unknown; apiVersion?: unknown }
  return kind === 'Preference' && VERSIONS.some((version) => version === apiVersion)
}

function readPreference(path: string, document: unknown): Kuberc {
  const fields = record(document, path)
  const old = fields.apiVersion === VERSIONS[1]
  const defaults = asList(fields[old ? 'overrides' : 'defaults']).map((entry) => readDefault(path, entry, old))
  // v1alpha1 had no policy yet.
  return { policy: old ? NONE.policy : readPolicy(path, fields), defaults, warnings: [] }
}

const asList = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : [])

function readDefault(path: string, entry: unknown, old: boolean): CommandDefault {
  const fields = record(entry, path)
  const options = asList(fields[old ? 'flags' : 'options']).map((option) => {
    const { name, default: value } = record(option, path)
    const text = scalar(name, `${path}: name`)
    if (text.startsWith('-')) {
      throw fault('KAE_KUBE_KUBERC_INVALID', { detail: `${path}: flag ${text} should be in long form without dashes` })
    }
    return { name: text, value: scalar(value, `${path}: default`) }
  })
  return {
    command: scalar(fields.command, `${path}: command`).trim().split(/\s+/).join(' '),
    options,
  }
}

/** YAML makes numbers and booleans of what people write without quotes. */
function scalar(value: unknown, path: string): string {
  if (value === undefined || value === null) return ''
  if (typeof value === 'object') throw new TypeMismatch(`${path}: expected a string`)
  return String(value)
}

/** client-go's ValidatePluginPolicy: a misspelt knob of security is an error, never "allow". */
function readPolicy(path: string, fields: Record<string, unknown>): PluginPolicy {
  const policy = fields.credentialPluginPolicy ?? ''
  const list = fields.credentialPluginAllowlist ?? undefined
  const refuse = (why: string) => fault('KAE_KUBE_KUBERC_INVALID', { detail: `${path}: ${why}` })
  if (policy === 'Allowlist') {
    if (!Array.isArray(list) || list.length === 0) throw refuse('policy Allowlist without a credentialPluginAllowlist')
    return { kind: 'allowlist', commands: list.map((entry) => readAllowed(entry, refuse)) }
  }
  if (list !== undefined) throw refuse(`credentialPluginAllowlist together with policy ${JSON.stringify(policy)}`)
  if (policy === '' || policy === 'AllowAll') return NONE.policy
  if (policy === 'DenyAll') return { kind: 'deny-all' }
  throw refuse(`unknown credentialPluginPolicy ${JSON.stringify(policy)}`)
}

function readAllowed(entry: unknown, refuse: (why: string) => Error): string {
  // 1.36 calls the field `command`, with `name` as its older spelling.
  const { name, command } = record(entry, 'credentialPluginAllowlist')
  if (name && command && name !== command) throw refuse('an allowlist entry with both name and command')
  const value = command || name
  if (typeof value !== 'string' || value === '') throw refuse('an empty entry in credentialPluginAllowlist')
  if (normalize(value) !== value) throw refuse(`"${value}" in credentialPluginAllowlist is not a normal path`)
  return value
}
