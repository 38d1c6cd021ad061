import type { ReviewAccess } from '../../server-min/api/access.ts'
import { API_GROUP } from '../protocol/api.ts'
import type { Identity } from '../protocol/session.ts'
import { POD_NAMESPACES } from './objects.ts'
import type { ApiRequest, ResourceTarget } from './request.ts'
import { forbidden, type Status } from './status.ts'
import { ADMINS, AUDITORS, AUTHENTICATED, DEVELOPERS } from './users.ts'

/** Paths that every authenticated user may read: Kubernetes' `system:discovery` and `system:public-info-viewer`. */
const PUBLIC = /^\/(version|healthz|livez|readyz|api|apis|openapi)(\/|$)/
const SELF_REVIEWS = new Set(['selfsubjectreviews'])

/** A SubjectAccessReview of the sandbox: by the same rules as a request of that user. */
export const reviewAccess: ReviewAccess = async (user, { verb, group, version, resource, ...rest }) => {
  const { namespace = '', name = '', subresource = '' } = rest
  const target = { group, version, resource, namespace, name, subresource }
  return authorize(user, { verb, path: '', query: new URLSearchParams(), target }) === undefined
}

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
  if (target.group === API_GROUP) return mayTouchSessions(user, `${verb} ${resourceOf(target)}`)
  if (!user.groups.includes(DEVELOPERS)) return false
  if (target.resource === 'namespaces') return ['get', 'list'].includes(verb)
  return POD_NAMESPACES.includes(target.namespace)
}

/** As the ClusterRoles of server-min/deploy have it: audit-exec-user for developers, -auditor for auditors, in all namespaces. */
const READ = ['get sessions', 'list sessions', 'watch sessions', 'get sessions/log', 'list commands']
const RECORD = ['get sessions/attach', 'create sessions/attach']
const AUDIT = ['audit sessions', 'audit sessions/log']

function mayTouchSessions({ groups }: Identity, what: string): boolean {
  const granted = [
    ...(groups.includes(DEVELOPERS) ? [...READ, ...RECORD] : []),
    ...(groups.includes(AUDITORS) ? [...READ, ...AUDIT] : []),
  ]
  return granted.includes(what)
}

const resourceOf = ({ resource, subresource }: ResourceTarget): string =>
  subresource === '' ? resource : `${resource}/${subresource}`

function refusal(user: Identity, { verb, path, target }: ApiRequest): Status {
  const who = `User ${JSON.stringify(user.username)} cannot ${verb}`
  if (target === undefined) {
    return forbidden({ group: '', resource: '', name: '' }, `${who} path ${JSON.stringify(path)}`)
  }
  const { group, namespace, name } = target
  const resource = resourceOf(target)
  const where = namespace === '' ? 'at the cluster scope' : `in the namespace ${JSON.stringify(namespace)}`
  const why = `${who} resource ${JSON.stringify(resource)} in API group ${JSON.stringify(group)} ${where}`
  return forbidden({ group, resource, name }, why)
}
