import type { Identity, SessionOpening } from '../../src/protocol/session.ts'
import { fault } from '../faults.ts'
import type { Owner } from './opening.ts'

/** Set by the API server on credentials that have an identity of their own (KEP-3257, certificates and tokens). */
export const CREDENTIAL_ID = 'authentication.kubernetes.io/credential-id'

/**
 * Whether two requests came from the same user. The name decides; uid and credential id must agree where both sides have
 * one, since API servers before 1.33 do not pass the uid on to aggregated APIs.
 */
export function sameUser(a: Identity, b: Identity): boolean {
  return a.username === b.username && agree(a.uid, b.uid) && agree(credentialOf(a), credentialOf(b))
}

/** Only the user who opened a session may go on with it, and only where the same authority vouches for them. */
export function refuseOthers({ user, authentication }: SessionOpening, owner: Owner): void {
  if (authentication !== owner.authentication || !sameUser(user, owner.identity)) throw fault('KAE_SESSION_FORBIDDEN')
}

const agree = (a: string | undefined, b: string | undefined): boolean => !a || !b || a === b

const credentialOf = (identity: Identity): string | undefined => {
  const ids = Object.hasOwn(identity.extra, CREDENTIAL_ID) ? identity.extra[CREDENTIAL_ID] : undefined
  return ids === undefined || ids.length === 0 ? undefined : JSON.stringify([...ids].sort())
}
