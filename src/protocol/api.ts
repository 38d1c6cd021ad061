/** Names of the aggregated API that both sides must spell alike. */
export const API_GROUP = 'kube-audit-exec.io'
export const API_VERSION = 'v1alpha1'
export const GROUP_VERSION = `${API_GROUP}/${API_VERSION}`

/** The WebSocket subprotocol of a session stream (see messages.ts). A change of the wire format is a new name. */
export const SESSION_SUBPROTOCOL = 'v1.session.kube-audit-exec.io'

/**
 * Carries the hello message (base64url of its JSON) in the upgrade request, which saves a round trip. Longer ones travel
 * as the first message instead: proxies commonly limit all headers together to 8 KiB.
 */
export const HELLO_HEADER = 'kube-audit-exec-hello'
export const HELLO_HEADER_MAX_BYTES = 4096

/** Joins the API server's audit event of an exec to its session: the webhook's annotation is prefixed by its own name. */
export const SESSION_ANNOTATION = 'session'

/** `…[/namespaces/{namespace}]/sessions[/{id}[/{subresource}]]`, as the API server routes it. Without a namespace: of all. */
export function sessionsPath(
  namespace: string | undefined,
  id?: string,
  subresource?: 'attach' | 'log' | 'terminate',
): string {
  const parts = [resourcePath(namespace, 'sessions')]
  if (id !== undefined) parts.push(encodeURIComponent(id))
  if (subresource !== undefined) parts.push(subresource)
  return parts.join('/')
}

/** Where command lines are searched: `GET …[/namespaces/{namespace}]/commands`. */
export const commandsPath = (namespace?: string): string => resourcePath(namespace, 'commands')

function resourcePath(namespace: string | undefined, resource: string): string {
  const scope = namespace === undefined ? [] : ['namespaces', encodeURIComponent(namespace)]
  return ['/apis', GROUP_VERSION, ...scope, resource].join('/')
}
