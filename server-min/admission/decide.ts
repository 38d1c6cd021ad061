import type { Authentication, ExecTarget, Identity } from '../../src/protocol/session.ts'
import type { SessionId } from '../../src/protocol/session-id.ts'
import { targetDifference } from '../../src/protocol/target.ts'
import { sameUser } from '../ingest/identity.ts'
import type { ConnectReview } from './review.ts'

/** A session as admission sees it. */
export interface Candidate {
  readonly id: SessionId
  readonly user: Identity
  readonly authentication: Authentication
  readonly target: ExecTarget
  /** Its stream is open and its open record acknowledged. */
  readonly live: boolean
  /** It has admitted an exec already. */
  readonly used: boolean
}

export interface Bypass {
  readonly users: readonly string[]
  readonly groups: readonly string[]
}

export type DenyReason =
  | 'dry-run'
  | 'attach'
  | 'no-session'
  /** The user has an open session for this pod, but not for exactly this exec. */
  | 'session-differs'
  | 'session-used'

export type Decision =
  | { readonly type: 'allow'; readonly session: SessionId }
  | { readonly type: 'bypass'; readonly by: 'user' | 'group' }
  /** Nothing can be typed, so there is nothing to record. */
  | { readonly type: 'pass'; readonly reason: 'attach-without-stdin' }
  | { readonly type: 'deny'; readonly reason: DenyReason; readonly differs?: keyof ExecTarget }

/** Decides about one request: the oldest live, unused session of the same user for exactly this exec admits it (I3). */
export function decide(review: ConnectReview, candidates: Iterable<Candidate>, bypass: Bypass): Decision {
  if (review.dryRun) return { type: 'deny', reason: 'dry-run' }
  const by = bypassOf(review.user, bypass)
  if (by !== undefined) return { type: 'bypass', by }
  if (review.type === 'attach') {
    return review.target.stdin ? { type: 'deny', reason: 'attach' } : { type: 'pass', reason: 'attach-without-stdin' }
  }
  return match(review, candidates)
}

function match(review: ConnectReview, candidates: Iterable<Candidate>): Decision {
  let best: Decision = { type: 'deny', reason: 'no-session' }
  let found: SessionId | undefined
  for (const candidate of candidates) {
    // An identity that nobody verified admits nothing.
    if (candidate.authentication !== 'request-header' || !sameUser(candidate.user, review.user)) continue
    const differs = targetDifference(candidate.target, review.target)
    if (differs === undefined && candidate.live && !candidate.used) {
      // A UUIDv7 sorts by time.
      if (found === undefined || candidate.id < found) found = candidate.id
    } else if (differs === undefined && candidate.used && candidate.live)
      best = { type: 'deny', reason: 'session-used' }
    else if (differs !== undefined && best.reason === 'no-session' && isNear(candidate, review)) {
      best = { type: 'deny', reason: 'session-differs', differs }
    }
  }
  return found === undefined ? best : { type: 'allow', session: found }
}

const isNear = (candidate: Candidate, { target }: ConnectReview): boolean =>
  candidate.live &&
  !candidate.used &&
  candidate.target.namespace === target.namespace &&
  candidate.target.pod === target.pod

function bypassOf(user: Identity, bypass: Bypass): 'user' | 'group' | undefined {
  if (bypass.users.includes(user.username)) return 'user'
  return user.groups.some((group) => bypass.groups.includes(group)) ? 'group' : undefined
}
