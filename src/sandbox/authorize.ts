import type { Identity } from '../protocol/session.ts'
import { POD_NAMESPACES } from './objects.ts'
import type { ApiRequest } from './request.ts'
import { forbidden, type Status } from './status.ts'
import { ADMINS, AUTHENTICATED, DEVELOPERS } from './users.ts'

/** Paths that every authenticated user may read: Kubernetes' `system:discovery` and `system:public-info-viewer`. */
const PUBLIC = /^\/(version|healthz|livez|readyz|api|apis|openapi)(\/|$)/
const SELF_REVIEWS = new Set(['selfsubjectreviews'])

/** The sandbox's RBAC. Undefined: allowed; else the refusal. */
export function authorize(user: Identity, request: ApiRequest): Status | undefined {
  if (user.groups.includes(ADMINS)) return undefined
  const allowed = request.target === undefined ? mayRead(user, request) : mayTouch(user, request)
  return allowed ? undefined : refusal(user, request)
}

const mayRead = (user: Identity, { verb, path }: ApiRequest): boolean =>
  user.groups.includes(AUTHENTICATED) && verb === 'get' && PUBLIC.test(path)

function mayTouch(user: Identity, { verb, target }: ApiRequest): boolean {
  if (target === undefined) return false
  if (target.group === 'authentication.k8s.io') {
    return verb === 'create' && SELF_REVIEWS.has(target.resource) && user.groups.includes(AUTHENTICATED)
  }
  if (!user.groups.includes(DEVELOPERS)) return false
  if (target.resource === 'namespaces') return ['get', 'list'].includes(verb)
  return POD_NAMESPACES.includes(target.namespace)
}

function refusal(user: Identity, { verb, path, target }: ApiRequest): Status {
  const who = `User ${JSON.stringify(user.username)} cannot ${verb}`
  if (target === undefined) {
    return forbidden({ group: '', resource: '', name: '' }, `${who} path ${JSON.stringify(path)}`)
  }
  const { group, namespace, name } = target
  const resource = target.subresource === '' ? target.resource : `${target.resource}/${target.subresource}`
  const where = namespace === '' ? 'at the cluster scope' : `in the namespace ${JSON.stringify(namespace)}`
  const why = `${who} resource ${JSON.stringify(resource)} in API group ${JSON.stringify(group)} ${where}`
  return forbidden({ group, resource, name }, why)
}
