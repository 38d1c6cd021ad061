/**
 * How a Kubernetes API server says on whose behalf it calls: headers, behind a client certificate that proves the caller
 * to be that API server.
 * https://kubernetes.io/docs/tasks/extend-kubernetes/configure-aggregation-layer/#authentication-flow
 */
import type { X509Certificate } from 'node:crypto'
import { fault } from '../faults.ts'
import { parseAuthorities } from '../tls/authorities.ts'

/** As `kube-system/extension-apiserver-authentication` has it. */
export interface RequestHeaderConfig {
  readonly authorities: readonly X509Certificate[]
  /** PEM of `authorities`. */
  readonly ca: string
  /** Common names of client certificates; with none, whatever name. */
  readonly allowedNames: readonly string[]
  readonly usernameHeaders: readonly string[]
  readonly uidHeaders: readonly string[]
  readonly groupHeaders: readonly string[]
  readonly extraPrefixes: readonly string[]
}

export interface RequestHeaderFields extends Partial<Omit<RequestHeaderConfig, 'authorities' | 'ca'>> {
  readonly ca: string
  /** PEM of the authority of the cluster's ordinary client certificates, where it is known. */
  readonly clientCa?: string
}

export const HEADER_DEFAULTS = {
  usernameHeaders: ['X-Remote-User'],
  uidHeaders: ['X-Remote-Uid'],
  groupHeaders: ['X-Remote-Group'],
  extraPrefixes: ['X-Remote-Extra-'],
} as const

/** Checks and completes a configuration. Throws a `Fault` where trust in it would be misplaced. */
export function requestHeaderConfig(fields: RequestHeaderFields): RequestHeaderConfig {
  const authorities = parseAuthorities(fields.ca, 'the requestheader CA')
  const allowedNames = fields.allowedNames ?? []
  if (allowedNames.length === 0 && fields.clientCa !== undefined) {
    const clients = parseAuthorities(fields.clientCa, 'the client CA')
    if (authorities.some((authority) => clients.some((client) => vouchesFor(authority, client)))) {
      throw fault('KAE_REQUESTHEADER_UNSAFE', {
        detail: 'the requestheader CA vouches for the client CA, and no name is asked for',
      })
    }
  }
  return {
    authorities,
    ca: fields.ca,
    allowedNames,
    usernameHeaders: orDefault(fields.usernameHeaders, HEADER_DEFAULTS.usernameHeaders),
    uidHeaders: orDefault(fields.uidHeaders, HEADER_DEFAULTS.uidHeaders),
    groupHeaders: orDefault(fields.groupHeaders, HEADER_DEFAULTS.groupHeaders),
    extraPrefixes: orDefault(fields.extraPrefixes, HEADER_DEFAULTS.extraPrefixes),
  }
}

/** The same key (a CA that was renewed keeps it), or a parent: every client certificate would be of both. */
function vouchesFor(authority: X509Certificate, client: X509Certificate): boolean {
  return (
    authority.publicKey.equals(client.publicKey) ||
    (client.checkIssued(authority) && client.verify(authority.publicKey))
  )
}

const orDefault = (given: readonly string[] | undefined, fallback: readonly string[]): readonly string[] =>
  given === undefined || given.length === 0 ? fallback : given
