/** The API in OpenAPI 2 and 3, for the API server's merged documents and `kubectl explain`. */
import { createHash } from 'node:crypto'
import { API_GROUP, API_VERSION, GROUP_VERSION } from '../../src/protocol/api.ts'

const ATTACH_PATH = `/apis/${GROUP_VERSION}/namespaces/{namespace}/sessions/{id}/attach`
const INFO = { title: 'kube-audit-exec', version: API_VERSION }
const SUMMARY = 'The stream of one session, from its user’s own client: a WebSocket.'

const operation = (parameters: readonly object[], more: object): object => ({
  get: {
    description: SUMMARY,
    operationId: 'connectKubeAuditExecV1alpha1GetNamespacedSessionAttach',
    tags: ['kubeAuditExec_v1alpha1'],
    'x-kubernetes-action': 'connect',
    'x-kubernetes-group-version-kind': { group: API_GROUP, version: API_VERSION, kind: 'Session' },
    ...more,
  },
  parameters,
})

const parameterOf = (name: string, type: object): object => ({ name, in: 'path', required: true, ...type })
const parameters = (type: object): readonly object[] => ['namespace', 'id'].map((name) => parameterOf(name, type))
const RESPONSES = { responses: { 101: { description: 'Switching Protocols' }, 401: { description: 'Unauthorized' } } }

export const OPENAPI_V2 = {
  swagger: '2.0',
  info: INFO,
  paths: { [ATTACH_PATH]: operation(parameters({ type: 'string' }), { schemes: ['https'], ...RESPONSES }) },
  definitions: {},
}

export const OPENAPI_V3_GROUP = {
  openapi: '3.0.0',
  info: INFO,
  paths: { [ATTACH_PATH]: operation(parameters({ schema: { type: 'string' } }), RESPONSES) },
  components: {},
}

export const OPENAPI_V3_GROUP_PATH = `/openapi/v3/apis/${GROUP_VERSION}`

/** Names the hash of each document, so that it may be cached for ever. */
export const OPENAPI_V3 = {
  paths: {
    [`apis/${GROUP_VERSION}`]: {
      serverRelativeURL: `${OPENAPI_V3_GROUP_PATH}?hash=${createHash('sha256').update(JSON.stringify(OPENAPI_V3_GROUP)).digest('hex').toUpperCase()}`,
    },
  },
}
