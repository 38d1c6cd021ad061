import { fault } from './faults.ts'

/** What kubectl exec takes as TYPE/NAME, with kubectl's short names: each has pods that its selector finds. */
export interface WorkloadKind {
  readonly plural: string
  /** `/api/v1` or `/apis/GROUP/VERSION`. */
  readonly root: string
  /** A Service and a ReplicationController have a plain map of labels, the others a LabelSelector. */
  readonly selector: 'none' | 'labels' | 'expressions'
  readonly names: readonly string[]
}

export const POD_KIND: WorkloadKind = { plural: 'pods', root: '/api/v1', selector: 'none', names: ['pod', 'po'] }

const KINDS: readonly WorkloadKind[] = [
  POD_KIND,
  { plural: 'services', root: '/api/v1', selector: 'labels', names: ['service', 'svc'] },
  { plural: 'replicationcontrollers', root: '/api/v1', selector: 'labels', names: ['replicationcontroller', 'rc'] },
  { plural: 'deployments', root: '/apis/apps/v1', selector: 'expressions', names: ['deployment', 'deploy'] },
  { plural: 'replicasets', root: '/apis/apps/v1', selector: 'expressions', names: ['replicaset', 'rs'] },
  { plural: 'statefulsets', root: '/apis/apps/v1', selector: 'expressions', names: ['statefulset', 'sts'] },
  { plural: 'daemonsets', root: '/apis/apps/v1', selector: 'expressions', names: ['daemonset', 'ds'] },
  { plural: 'jobs', root: '/apis/batch/v1', selector: 'expressions', names: ['job'] },
]

export interface WorkloadRef {
  readonly kind: WorkloadKind
  readonly name: string
}

/** `web-0`, `pod/web-0`, `deploy/api`, `deployments.apps/api`, `deployments.v1.apps/api`. */
export function parseWorkloadRef(ref: string): WorkloadRef {
  const parts = ref.split('/')
  if (parts.length > 2 || parts.includes('')) {
    throw fault('KAE_KUBE_TARGET_INVALID', { detail: `"${ref}": expected POD or TYPE/NAME` })
  }
  const [type = '', name] = parts
  if (name === undefined) return { kind: POD_KIND, name: type }
  return { kind: findKind(type), name }
}

function findKind(type: string): WorkloadKind {
  const [word = '', ...rest] = type.toLowerCase().split('.')
  const group = rest[0] === 'v1' ? rest.slice(1) : rest
  const kind = KINDS.find(({ plural, names }) => plural === word || names.includes(word))
  const groupOf = (root: string): string => root.split('/')[2] ?? ''
  if (kind !== undefined && (group.length === 0 || groupOf(kind.root) === group.join('.'))) return kind
  throw fault('KAE_KUBE_TARGET_INVALID', { detail: `the type "${type}"` })
}

export interface LabelSelector {
  readonly matchLabels?: Readonly<Record<string, string>>
  readonly matchExpressions?: readonly Expression[]
}

interface Expression {
  readonly key: string
  readonly operator: string
  readonly values?: readonly string[]
}

export interface Workload {
  readonly metadata: { readonly name: string }
  readonly spec?: { readonly selector?: unknown }
}

/** The labelSelector that finds the pods of an object. One that would match every pod is refused. */
export function encodeSelector(kind: WorkloadKind, workload: Workload): string {
  const selector = workload.spec?.selector ?? {}
  const { matchLabels = {}, matchExpressions = [] }: LabelSelector =
    kind.selector === 'labels' ? { matchLabels: selector as Record<string, string> } : (selector as LabelSelector)
  const requirements = [
    ...Object.entries(matchLabels).map(([key, value]) => ({ key, text: `${key}=${value}` })),
    ...matchExpressions.map((one) => ({ key: one.key, text: encodeExpression(one) })),
  ]
  if (requirements.length === 0) {
    throw fault('KAE_KUBE_TARGET_INVALID', { detail: `${kind.names[0]} "${workload.metadata.name}" has no selector` })
  }
  const inOrder = requirements.toSorted((a, b) => (a.key < b.key ? -1 : Number(a.key > b.key)))
  return inOrder.map(({ text }) => text).join(',')
}

function encodeExpression({ key, operator, values = [] }: Expression): string {
  switch (operator) {
    case 'In':
      return `${key} in (${values.toSorted().join(',')})`
    case 'NotIn':
      return `${key} notin (${values.toSorted().join(',')})`
    case 'Exists':
      return key
    case 'DoesNotExist':
      return `!${key}`
    default:
      throw fault('KAE_KUBE_TARGET_INVALID', { detail: `its selector has the unknown operator "${operator}"` })
  }
}
