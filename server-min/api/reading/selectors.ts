/**
 * Field and label selectors, as k8s.io/apimachinery pkg/fields and pkg/labels read them. What is not understood is
 * refused: a term that is passed over would select too much.
 */
import type { SessionObject } from '../../../src/protocol/session-object.ts'
import { fault } from '../faults.ts'

export interface FieldTerm {
  readonly field: FieldName
  readonly equal: boolean
  readonly value: string
}

export type Matcher = (session: SessionObject) => boolean

/** What may be selected by, and what of it a session has. An absent field is the empty text. */
const FIELDS = {
  'metadata.name': ({ metadata }) => metadata.name,
  'metadata.namespace': ({ metadata }) => metadata.namespace,
  'spec.user.username': ({ spec }) => spec.user.username,
  'spec.user.uid': ({ spec }) => spec.user.uid,
  'spec.authentication': ({ spec }) => spec.authentication,
  'spec.target.pod': ({ spec }) => spec.target.pod,
  'spec.target.container': ({ spec }) => spec.target.container,
  'spec.target.tty': ({ spec }) => spec.target.tty,
  'spec.policy.capture': ({ spec }) => spec.policy.capture,
  'spec.policy.record': ({ spec }) => spec.policy.record,
  'status.phase': ({ status }) => status.phase,
  'status.reason': ({ status }) => status.reason,
  'status.exitCode': ({ status }) => status.exitCode,
} as const satisfies Record<string, (session: SessionObject) => string | number | boolean | undefined>

export type FieldName = keyof typeof FIELDS

export const FIELD_NAMES = Object.keys(FIELDS) as readonly FieldName[]

/** These may come to be otherwise while a session runs. */
const CHANGING: ReadonlySet<FieldName> = new Set(['status.phase', 'status.reason', 'status.exitCode'] as const)

export const changes = (terms: readonly FieldTerm[]): boolean => terms.some(({ field }) => CHANGING.has(field))

const MOST_CHARACTERS = 4096

const invalid = (detail: string) => fault('KAE_READ_QUERY_INVALID', { detail })

export function parseFieldSelector(text: string): readonly FieldTerm[] {
  if (text.length > MOST_CHARACTERS) throw invalid(`a fieldSelector is ${MOST_CHARACTERS} characters at most`)
  return splitEscaped(text).map(parseFieldTerm)
}

/** At commas that no backslash stands before; `\\`, `\,` and `\=` stand for themselves. */
function splitEscaped(text: string): string[] {
  return (text.match(/(?:\\.|[^,\\])+/gs) ?? []).filter((term) => term.trim() !== '')
}

function parseFieldTerm(term: string): FieldTerm {
  const [, name = '', operator = '', value = ''] = /^\s*([A-Za-z.]+)\s*(!=|==?)\s*((?:\\.|[^\\=])*)$/s.exec(term) ?? []
  const field = FIELD_NAMES.find((known) => known === name)
  if (field === undefined) {
    throw invalid(`field label not supported: ${JSON.stringify(name)}; there are ${FIELD_NAMES.join(', ')}`)
  }
  return { field, equal: operator !== '!=', value: value.replace(/\\(.)/gs, '$1') }
}

export const fieldMatcher =
  (terms: readonly FieldTerm[]): Matcher =>
  (session) =>
    terms.every(({ field, equal, value }) => (String(FIELDS[field](session) ?? '') === value) === equal)

type LabelTerm = (labels: Readonly<Record<string, string>>) => boolean

const KEY = '[A-Za-z0-9][-A-Za-z0-9_./]{0,316}'
const VALUE = '[-A-Za-z0-9_.]{0,63}'
const SET_TERM = new RegExp(`^(${KEY})\\s+(in|notin)\\s*\\(\\s*(${VALUE}(?:\\s*,\\s*${VALUE})*)\\s*\\)$`)
const EQUAL_TERM = new RegExp(`^(${KEY})\\s*(!=|==?)\\s*(${VALUE})$`)
const HAS_TERM = new RegExp(`^(!?)\\s*(${KEY})$`)

export function parseLabelSelector(text: string): Matcher {
  if (text.length > MOST_CHARACTERS) throw invalid(`a labelSelector is ${MOST_CHARACTERS} characters at most`)
  // Commas within parentheses belong to a set.
  const terms = (text.match(/(?:\([^()]*\)|[^,()])+/g) ?? []).map((term) => term.trim()).filter((term) => term !== '')
  const unclear = /[()]/.test(text.replace(/\([^()]*\)/g, ''))
  if (unclear) throw invalid('the parentheses of the labelSelector do not match')
  const parsed = terms.map(parseLabelTerm)
  return ({ metadata: { labels = {} } }) => parsed.every((term) => term(labels))
}

function parseLabelTerm(term: string): LabelTerm {
  const has = HAS_TERM.exec(term)
  if (has !== null) return (labels) => Object.hasOwn(labels, has[2] ?? '') === (has[1] === '')
  const [, key = '', operator = '', value = ''] = EQUAL_TERM.exec(term) ?? SET_TERM.exec(term) ?? []
  if (key === '') throw invalid(`${JSON.stringify(term.slice(0, 100))} is no term of a labelSelector`)
  const values = new Set(value.split(',').map((each) => each.trim()))
  const negated = operator === '!=' || operator === 'notin'
  // As in Kubernetes: `!=` and `notin` hold for what has no such label.
  return (labels) => (Object.hasOwn(labels, key) && values.has(labels[key] ?? '')) !== negated
}
