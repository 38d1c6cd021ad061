import { randomBytes, randomUUID } from 'node:crypto'
import type { Identity } from '../protocol/session.ts'

export const SANDBOX_USERS = ['you', 'alice', 'bob', 'auditor', 'audit-outsider'] as const
export type SandboxUser = (typeof SANDBOX_USERS)[number]

/** May do everything, also act as others. */
export const ADMINS = 'sandbox:admins'
/** May do everything in the namespaces that have pods. */
export const DEVELOPERS = 'sandbox:developers'
/** May read what everybody recorded, and run nothing. */
export const AUDITORS = 'sandbox:auditors'
export const AUTHENTICATED = 'system:authenticated'

const GROUPS: Readonly<Record<SandboxUser, readonly string[]>> = {
  you: [ADMINS, AUTHENTICATED],
  alice: [DEVELOPERS, AUTHENTICATED],
  bob: [DEVELOPERS, AUTHENTICATED],
  auditor: [AUDITORS, AUTHENTICATED],
  'audit-outsider': [AUTHENTICATED],
}

/** Two credentials of one user differ in this; an API server sets it for tokens and certificates that it knows by id. */
const CREDENTIAL_ID = 'authentication.kubernetes.io/credential-id'

export interface UserDirectory {
  tokenOf(user: SandboxUser): string
  /** Who an `Authorization` header proves, or undefined. */
  authenticate(authorization: string | undefined): Identity | undefined
}

/** Users with tokens made afresh; they are good for this run alone. */
export function makeUsers(): UserDirectory {
  const tokens = new Map(SANDBOX_USERS.map((user) => [user, randomBytes(32).toString('base64url')]))
  // Looked up by hash lookup of a 256-bit secret: its timing tells nothing useful about another token.
  const identities = new Map(SANDBOX_USERS.map((user) => [tokens.get(user), identityOf(user)]))
  return {
    tokenOf: (user) => tokens.get(user) ?? '',
    authenticate: (authorization) => identities.get(/^Bearer +(\S+)$/i.exec(authorization ?? '')?.[1]),
  }
}

const identityOf = (user: SandboxUser): Identity => ({
  username: user,
  uid: randomUUID(),
  groups: GROUPS[user],
  extra: { [CREDENTIAL_ID]: [`JTI=${randomUUID()}`] },
})
