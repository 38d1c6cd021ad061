/** Whether admission asks our webhook about an exec in a namespace, as far as its configuration says. Pure. */
import { API_GROUP } from '../../protocol/api.ts'
import type { Answer } from './model.ts'

export interface NamespaceLabels {
  readonly metadata?: { readonly labels?: Readonly<Record<string, string>> }
}

interface Requirement {
  readonly key?: string
  readonly operator?: string
  readonly values?: readonly string[]
}

interface Webhook {
  readonly name?: string
  readonly failurePolicy?: string
  readonly matchConditions?: readonly object[]
  readonly namespaceSelector?: {
    readonly matchLabels?: Readonly<Record<string, string>>
    readonly matchExpressions?: readonly Requirement[]
  }
  readonly rules?: readonly { readonly operations?: readonly string[]; readonly resources?: readonly string[] }[]
}

export interface WebhookConfiguration {
  readonly webhooks?: readonly Webhook[]
}

/** The last part of our webhook's name: see server-min/deploy/60-webhook.yaml. */
const isOurs = ({ name = '' }: Webhook): boolean => name.endsWith(`.${API_GROUP}`)

const coversExec = ({ rules = [] }: Webhook): boolean =>
  rules.some(
    ({ operations = [], resources = [] }) =>
      (operations.includes('CONNECT') || operations.includes('*')) &&
      resources.some((resource) => ['pods/exec', 'pods/*', '*/exec', '*/*'].includes(resource)),
  )

/**
 * `yes` only where nothing in the configuration lets an exec pass unasked. Conditions are expressions about the user, which
 * only the API server evaluates: `unknown`.
 */
export function requiresRecord(
  configurations: readonly WebhookConfiguration[],
  namespace: NamespaceLabels | undefined,
): Answer {
  const ours = configurations
    .flatMap(({ webhooks = [] }) => webhooks)
    .filter((each) => isOurs(each) && coversExec(each))
  const answers = ours.map((webhook) => answerOf(webhook, namespace))
  if (answers.includes('yes')) return 'yes'
  return answers.includes('unknown') ? 'unknown' : 'no'
}

function answerOf(webhook: Webhook, namespace: NamespaceLabels | undefined): Answer {
  const selects = selected(webhook, namespace)
  if (selects !== 'yes') return selects
  const strict = webhook.failurePolicy !== 'Ignore' && (webhook.matchConditions ?? []).length === 0
  return strict ? 'yes' : 'unknown'
}

function selected({ namespaceSelector = {} }: Webhook, namespace: NamespaceLabels | undefined): Answer {
  const { matchLabels = {}, matchExpressions = [] } = namespaceSelector
  const requirements = [
    ...Object.entries(matchLabels).map(([key, value]): Requirement => ({ key, operator: 'In', values: [value] })),
    ...matchExpressions,
  ]
  if (requirements.length === 0) return 'yes'
  if (namespace === undefined) return 'unknown'
  return requirements.every((each) => meets(each, namespace.metadata?.labels ?? {})) ? 'yes' : 'no'
}

function meets({ key = '', operator, values = [] }: Requirement, labels: Readonly<Record<string, string>>): boolean {
  const value = Object.hasOwn(labels, key) ? labels[key] : undefined
  switch (operator) {
    case 'In':
      return value !== undefined && values.includes(value)
    case 'NotIn':
      return value === undefined || !values.includes(value)
    case 'Exists':
      return value !== undefined
    case 'DoesNotExist':
      return value === undefined
    default:
      return false
  }
}
