import { API_GROUP, API_VERSION, GROUP_VERSION } from '../../src/protocol/api.ts'

/** What OpenAPI 2 and 3 write differently. */
export interface Dialect {
  parameterType(type: 'string'): object
  /** Of a session. */
  readonly answer: object
}

interface Operation {
  readonly path: string
  readonly id: string
  readonly kind: string
  readonly method: 'get' | 'post'
  readonly action: 'get' | 'list' | 'connect' | 'post'
  readonly summary: string
}

const ROOT = `/apis/${GROUP_VERSION}`
const INSIDE = `${ROOT}/namespaces/{namespace}`

const OPERATIONS: readonly Operation[] = [
  {
    path: `${INSIDE}/sessions`,
    id: 'listKubeAuditExecV1alpha1NamespacedSession',
    kind: 'Session',
    method: 'get',
    action: 'list',
    summary: 'The sessions of a namespace that you may see. With watch=true their changes.',
  },
  {
    path: `${ROOT}/sessions`,
    id: 'listKubeAuditExecV1alpha1SessionForAllNamespaces',
    kind: 'Session',
    method: 'get',
    action: 'list',
    summary: 'The sessions of all namespaces that you may see. With watch=true their changes.',
  },
  {
    path: `${INSIDE}/sessions/{name}`,
    id: 'readKubeAuditExecV1alpha1NamespacedSession',
    kind: 'Session',
    method: 'get',
    action: 'get',
    summary: 'One session.',
  },
  {
    path: `${INSIDE}/sessions/{name}/log`,
    id: 'readKubeAuditExecV1alpha1NamespacedSessionLog',
    kind: 'Session',
    method: 'get',
    action: 'connect',
    summary: 'What a session recorded, in the format that is asked for; with follow=true as it goes on.',
  },
  {
    path: `${INSIDE}/sessions/{name}/terminate`,
    id: 'createKubeAuditExecV1alpha1NamespacedSessionTerminate',
    kind: 'SessionTermination',
    method: 'post',
    action: 'post',
    summary: 'Ends a live session; its user is told why.',
  },
  {
    path: `${INSIDE}/sessions/{name}/attach`,
    id: 'connectKubeAuditExecV1alpha1GetNamespacedSessionAttach',
    kind: 'Session',
    method: 'get',
    action: 'connect',
    summary: 'The stream of one session, from its user’s own client: a WebSocket.',
  },
  {
    path: `${INSIDE}/commands`,
    id: 'listKubeAuditExecV1alpha1NamespacedCommandHit',
    kind: 'CommandHit',
    method: 'get',
    action: 'list',
    summary: 'Command lines, and output where it is asked for, that contain a text or match a regular expression.',
  },
  {
    path: `${ROOT}/commands`,
    id: 'listKubeAuditExecV1alpha1CommandHitForAllNamespaces',
    kind: 'CommandHit',
    method: 'get',
    action: 'list',
    summary: 'The same over all namespaces.',
  },
]

export const operationsOf = (dialect: Dialect): Readonly<Record<string, object>> =>
  Object.fromEntries(OPERATIONS.map((operation) => [operation.path, pathItem(operation, dialect)]))

function pathItem({ path, id, kind, method, action, summary }: Operation, { parameterType, answer }: Dialect): object {
  const names = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name)
  return {
    [method]: {
      description: summary,
      operationId: id,
      tags: ['kubeAuditExec_v1alpha1'],
      'x-kubernetes-action': action,
      'x-kubernetes-group-version-kind': { group: API_GROUP, version: API_VERSION, kind },
      responses: { 200: answer, 401: { description: 'Unauthorized' } },
    },
    parameters: names.map((name) => ({ name, in: 'path', required: true, ...parameterType('string') })),
  }
}
