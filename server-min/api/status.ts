/** Kubernetes' `meta/v1` Status: how an API server says that something failed. */
import type { Fault } from '../../src/protocol/fault.ts'

const REASONS: Readonly<Record<number, string>> = {
  400: 'BadRequest',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'NotFound',
  405: 'MethodNotAllowed',
  409: 'Conflict',
  410: 'Expired',
  413: 'RequestEntityTooLarge',
  415: 'UnsupportedMediaType',
  422: 'Invalid',
  426: 'BadRequest',
  429: 'TooManyRequests',
  503: 'ServiceUnavailable',
  504: 'Timeout',
}

export const statusBody = (code: number, message: string, details?: object): object => ({
  kind: 'Status',
  apiVersion: 'v1',
  metadata: {},
  status: 'Failure',
  message,
  reason: REASONS[code] ?? 'InternalError',
  ...(details === undefined ? {} : { details }),
  code,
})

/** kubectl prints the message alone, so the next step stands in it; programs find our code among the causes. */
export const statusOfFault = ({ code, http, message, next }: Fault, details: object = {}): object =>
  statusBody(http, `${message}; ${next}`, { ...details, causes: [{ reason: code, message: next }] })
