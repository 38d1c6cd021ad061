import type { ResumeRequest } from '../../src/protocol/messages.ts'
import type { Authentication, Identity } from '../../src/protocol/session.ts'
import type { SessionId } from '../../src/protocol/session-id.ts'
import type { CompleteOpen } from './opening.ts'

/** Who came, over a connection that somebody vouches for, and to which session. */
export interface Arrival {
  readonly id: SessionId
  /** Of the request's path, where there was one. */
  readonly namespace?: string
  readonly identity: Identity
  readonly authentication: Authentication
  /** The hello's JSON where it came with the request; else it is the first message. */
  readonly hello?: unknown
}

/** What a client wants, its container chosen. */
export type CompleteHello = { readonly open: CompleteOpen } | { readonly resume: ResumeRequest }
