/** The API in OpenAPI 2 and 3, for the API server's merged documents and `kubectl explain`. */
import { createHash } from 'node:crypto'
import { API_VERSION, GROUP_VERSION } from '../../src/protocol/api.ts'
import { operationsOf } from './openapi-paths.ts'
import { SCHEMAS, SESSION_SCHEMA } from './openapi-schemas.ts'

const INFO = { title: 'kube-audit-exec', version: API_VERSION }

export const OPENAPI_V2 = {
  swagger: '2.0',
  info: INFO,
  paths: operationsOf({
    parameterType: (type) => ({ type }),
    answer: { description: 'OK', schema: { $ref: `#/definitions/${SESSION_SCHEMA}` } },
  }),
  definitions: SCHEMAS,
}

export const OPENAPI_V3_GROUP = {
  openapi: '3.0.0',
  info: INFO,
  paths: operationsOf({
    parameterType: (type) => ({ schema: { type } }),
    answer: {
      description: 'OK',
      content: { 'application/json': { schema: { $ref: `#/components/schemas/${SESSION_SCHEMA}` } } },
    },
  }),
  components: { schemas: SCHEMAS },
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
