/** Errors as `meta/v1` Status objects, in the API server's own words (k8s.io/apimachinery pkg/api/errors). */
export interface Status {
  readonly kind: 'Status'
  readonly apiVersion: 'v1'
  readonly metadata: object
  readonly status: 'Failure'
  readonly message: string
  readonly reason: string
  readonly details?: object
  readonly code: number
}

interface Failure {
  readonly code: number
  readonly reason: string
  readonly message: string
  readonly details?: object
}

/** What is asked of a resource; `resource` may carry a subresource after a slash. */
export interface Named {
  readonly group: string
  readonly resource: string
  readonly name: string
}

export const failure = ({ code, reason, message, details }: Failure): Status => ({
  kind: 'Status',
  apiVersion: 'v1',
  metadata: {},
  status: 'Failure',
  message,
  reason,
  ...(details && { details }),
  code,
})

export const unauthorized = (): Status => failure({ code: 401, reason: 'Unauthorized', message: 'Unauthorized' })

export const badRequest = (message: string): Status => failure({ code: 400, reason: 'BadRequest', message })

export const notFoundPath = (): Status =>
  failure({ code: 404, reason: 'NotFound', message: 'the server could not find the requested resource', details: {} })

export const notFound = ({ group, resource, name }: Named): Status =>
  failure({
    code: 404,
    reason: 'NotFound',
    message: `${qualified(group, resource)} ${JSON.stringify(name)} not found`,
    details: details({ group, resource, name }),
  })

export const forbidden = ({ group, resource, name }: Named, why: string): Status =>
  failure({
    code: 403,
    reason: 'Forbidden',
    message: `${qualified(group, resource)}${name === '' ? '' : ` ${JSON.stringify(name)}`} is forbidden: ${why}`,
    details: details({ group, resource, name }),
  })

export const methodNotAllowed = (): Status =>
  failure({
    code: 405,
    reason: 'MethodNotAllowed',
    message: 'the server does not allow this method on the requested resource',
    details: {},
  })

export const internalError = (message: string): Status =>
  failure({
    code: 500,
    reason: 'InternalError',
    message: `Internal error occurred: ${message}`,
    details: { causes: [{ message }] },
  })

export const unavailable = (message: string): Status =>
  failure({ code: 503, reason: 'ServiceUnavailable', message, details: {} })

const qualified = (group: string, resource: string): string => {
  const [plural = ''] = resource.split('/')
  return group === '' ? plural : `${plural}.${group}`
}

function details({ group, resource, name }: Named): object {
  const [kind = ''] = resource.split('/')
  return { ...(name !== '' && { name }), ...(group !== '' && { group }), kind }
}
