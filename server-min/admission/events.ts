/** What admission writes into the journal, before it answers. */
import type { Identity, RequestedTarget } from '../../src/protocol/session.ts'
import type { SessionId } from '../../src/protocol/session-id.ts'
import type { JournalEvent } from '../log/journal.ts'
import type { ConnectReview } from './review.ts'

/** One exec was let through for this session. `review` is the request's uid, `digest` the SHA-256 of what was asked. */
export interface AdmittedEvent extends JournalEvent {
  readonly type: 'admitted'
  readonly review: string
  readonly digest: string
  readonly session: SessionId
}

/** A request was let through without a session, because its user is exempt. Of what it did there is no other record. */
export interface BypassedEvent extends JournalEvent {
  readonly type: 'bypassed'
  readonly review: string
  readonly digest: string
  readonly subresource: ConnectReview['type']
  readonly by: 'user' | 'group'
  readonly user: Identity
  readonly target: RequestedTarget
}

export const isAdmitted = (event: JournalEvent | undefined): event is AdmittedEvent => event?.type === 'admitted'
export const isBypassed = (event: JournalEvent | undefined): event is BypassedEvent => event?.type === 'bypassed'
