import { fault } from './faults.ts'
import type { Cluster, User } from './model.ts'
import { parseProxyUrl } from './proxy.ts'
import type { Selection } from './selection.ts'

/** client-go's validateClusterInfo and validateAuthInfo: every contradiction at once, in one Fault. */
export function throwOnContradiction(selection: Selection): void {
  const problems = [
    ...clusterProblems(selection.cluster),
    ...userProblems(selection.user),
    ...certificateProblems(selection.user),
    ...execProblems(selection.user),
  ]
  if (problems.length === 0) return
  const who = `cluster "${selection.clusterName}", user "${selection.userName}"`
  throw fault('KAE_KUBE_CONFIG_INVALID', { detail: `${problems.join('; ')} (${who})` })
}

function* clusterProblems(cluster: Cluster): Generator<string> {
  const proxy = cluster['proxy-url']
  if (proxy !== undefined) {
    const parsed = parseProxyUrl(proxy)
    if (!parsed.ok) yield `proxy-url: ${parsed.problem}`
  }
  const hasCa = cluster['certificate-authority'] !== undefined
  const hasData = cluster['certificate-authority-data'] !== undefined
  if (hasCa && hasData) yield 'certificate-authority and certificate-authority-data are both given'
}

function* userProblems(user: User): Generator<string> {
  const basic = user.username !== undefined || user.password !== undefined
  if (user.token !== undefined && basic) yield 'a token and a username or password are both given, only one is allowed'
  const impersonates = user['as-uid'] ?? user['as-groups'] ?? user['as-user-extra']
  if (impersonates !== undefined && user.as === undefined) yield 'as-uid, as-groups or as-user-extra without as'
}

function* certificateProblems(user: User): Generator<string> {
  const certificate = [user['client-certificate'], user['client-certificate-data']].filter((part) => part !== undefined)
  const key = [user['client-key'], user['client-key-data']].filter((part) => part !== undefined)
  if (certificate.length === 0) return
  if (certificate.length === 2) yield 'client-certificate and client-certificate-data are both given'
  if (key.length === 2) yield 'client-key and client-key-data are both given'
  if (key.length === 0) yield 'a client certificate without client-key or client-key-data'
}

const INTERACTIVE_MODES = ['Never', 'IfAvailable', 'Always']

function* execProblems(user: User): Generator<string> {
  const { exec } = user
  if (exec === undefined) return
  if (user['auth-provider'] !== undefined) yield 'exec and auth-provider are both given'
  if (exec.command === undefined) yield 'exec without a command'
  if (exec.apiVersion === undefined) yield 'exec without an apiVersion'
  if (exec.env?.some(({ name }) => name === undefined)) yield 'exec has an env variable without a name'
  if (exec.interactiveMode === undefined) yield 'exec without an interactiveMode'
  else if (!INTERACTIVE_MODES.includes(exec.interactiveMode)) {
    yield `exec.interactiveMode is "${exec.interactiveMode}", expected ${INTERACTIVE_MODES.join(', ')}`
  }
}
