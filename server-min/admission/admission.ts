import { createHash } from 'node:crypto'
import { MAX_PAYLOAD_BYTES, type SessionRecord } from '../../src/protocol/record.ts'
import type { SessionId } from '../../src/protocol/session-id.ts'
import { bugDetail } from '../bug-detail.ts'
import type { Registry } from '../ingest/registry.ts'
import { JOURNAL_ID } from '../log/append-log.ts'
import { type JournalEvent, journalDraft, parseJournalEvent } from '../log/journal.ts'
import type { Observe } from '../observation.ts'
import { allowed, denied, type ReviewAnswer, unreadable } from './answer.ts'
import { type Bypass, type Candidate, type Decision, decide } from './decide.ts'
import { type AdmittedEvent, type BypassedEvent, isAdmitted, isBypassed } from './events.ts'
import { HeldReviews } from './held-reviews.ts'
import { type DenialReason, denialMessage } from './messages.ts'
import { RateLimit } from './rate.ts'
import { Recent } from './recent.ts'
import { type ConnectReview, parseReview } from './review.ts'

export interface AdmissionOptions {
  readonly now: () => number
  readonly observe: Observe
  readonly bypass: Bypass
  readonly registry: Registry
}

interface Remembered {
  readonly digest: string
  readonly answer: Promise<ReviewAnswer>
}

const TEN_MINUTES = 10 * 60_000
/** kubectl tries a refused WebSocket again over SPDY, at once. */
const REPEAT_MS = 5_000

/** A session that is asked for at the same time as its exec is there by then. Well below what the API server waits. */
const HOLD_MS = 400
/** Denials that a session which goes live can turn into a yes. */
const MAY_COME: ReadonlySet<DenialReason> = new Set(['no-session', 'session-differs', 'session-used'])

/** Each is a record. Without client certificates anybody in the cluster's network can ask in an exempt user's name. */
const MOST_BYPASSES = { most: 100, spanMs: 10_000 }

/** Answers admission reviews: decides, makes the decision durable, and only then says yes. */
export class Admission {
  readonly #options: AdmissionOptions
  /** By uid: the API server sends a request again whose answer it did not get. */
  readonly #answers = new Recent<Remembered>({ ageMs: TEN_MINUTES, size: 4096 })
  readonly #bypasses = new RateLimit(MOST_BYPASSES)
  readonly #usedBefore = new Set<SessionId>()
  readonly #held = new HeldReviews()
  readonly #denials = new Recent<true>({ ageMs: REPEAT_MS, size: 1024 })

  constructor(options: AdmissionOptions) {
    this.#options = options
    options.registry.wentLive = ({ user }) => this.#held.wake(user.username)
  }

  /** The answer of a collector that was not asked to enforce anything. */
  static absent(body: unknown): ReviewAnswer {
    const review = parseReview(body)
    if (review.type === 'unreadable') return unreadable(review.why)
    return denied(review.uid, { reason: 'not-enforcing', message: 'this collector answers no admission reviews' })
  }

  /** Takes a record of the journal of an earlier process: which session was used, and what was answered lately. */
  recall({ payload, time }: SessionRecord): void {
    const event = parseJournalEvent(payload)
    const at = time / 1000
    if (isAdmitted(event)) {
      // Nobody knows whether the process that wrote this lived to say yes. If not, the exec failed, and stays so.
      this.#usedBefore.add(event.session)
      const answer = denied(event.review, { reason: 'session-used', message: denialMessage('session-used') })
      this.#remember(event, answer, at)
    } else if (isBypassed(event)) this.#remember(event, allowed(event.review), at)
  }

  /** The journal is at its end, and the sessions are there. */
  recalled(): void {
    for (const session of this.#options.registry.sessions.values()) session.used ||= this.#usedBefore.has(session.id)
    this.#usedBefore.clear()
  }

  /** Never rejects: whatever fails is a denial. */
  async review(body: unknown, recovered: Promise<void>): Promise<ReviewAnswer> {
    const review = parseReview(body)
    if (review.type === 'unreadable') {
      this.#options.observe({ type: 'decision', decision: 'deny', reason: 'unreadable' })
      return unreadable(review.why)
    }
    try {
      await recovered
      return review.type === 'unknown' ? this.#deny(review.uid, 'unknown', review.why) : await this.#once(review)
    } catch (error) {
      this.#options.observe({ type: 'alarm', alarm: 'bug', detail: bugDetail(error) })
      return this.#deny(review.uid, 'not-recorded')
    }
  }

  /** The same request gets the same answer, also while the first is on its way. */
  #once(review: ConnectReview): Promise<ReviewAnswer> {
    const digest = digestOf(review)
    const now = this.#options.now()
    const known = this.#answers.get(review.uid, now)
    if (known !== undefined && known.digest !== digest) return Promise.resolve(this.#deny(review.uid, 'uid-reused'))
    if (known !== undefined) return this.#again(review, known.answer)
    const answer = this.#answer(review, digest)
    this.#answers.set(review.uid, { digest, answer }, now)
    return answer
  }

  /** A yes holds while its session does (I3), however often it is asked for. */
  async #again({ uid }: ConnectReview, given: Promise<ReviewAnswer>): Promise<ReviewAnswer> {
    const answer = await given
    if (answer.session === undefined) return answer
    const live = this.#options.registry.sessions.get(answer.session)?.stateName === 'live'
    return live ? answer : this.#deny(uid, 'session-lost')
  }

  async #answer(review: ConnectReview, digest: string): Promise<ReviewAnswer> {
    const deadline = performance.now() + HOLD_MS
    let decision = this.#decide(review)
    // Whatever ends the loop was decided in this very turn, or is a denial.
    while (
      this.#mayChange(decision, review) &&
      (await this.#held.wait(review.user.username, deadline - performance.now()))
    )
      decision = this.#decide(review)
    switch (decision.type) {
      case 'allow':
        return this.#consume(review, digest, decision)
      case 'bypass':
        return this.#bypass(review, digest, decision.by)
      case 'pass':
        this.#options.observe({ type: 'decision', decision: 'pass', reason: decision.reason })
        return allowed(review.uid)
      case 'deny':
        return this.#denyExec(review, decision)
      default:
        return decision satisfies never
    }
  }

  #decide(review: ConnectReview): Decision {
    return decide(review, candidates(this.#options.registry, review), this.#options.bypass)
  }

  /** Whether another moment may bring the session. A client that was denied tries again at once, and has waited already. */
  #mayChange(decision: Decision, review: ConnectReview): boolean {
    if (decision.type !== 'deny' || !MAY_COME.has(decision.reason)) return false
    return this.#denials.get(digestOf(review), this.#options.now()) === undefined
  }

  /** Between the decision and `used` nothing else runs, so two reviews never get the same session. */
  async #consume(review: ConnectReview, digest: string, decision: Decision & { type: 'allow' }): Promise<ReviewAnswer> {
    const session = this.#options.registry.sessions.get(decision.session)
    if (session === undefined) return this.#deny(review.uid, 'no-session')
    session.used = true
    const event = {
      version: 1,
      type: 'admitted',
      review: review.uid,
      digest,
      session: session.id,
    } satisfies AdmittedEvent
    if (!(await this.#journal(event))) return this.#deny(review.uid, 'not-recorded')
    // The client may have gone while the disk was writing.
    if (session.stateName !== 'live') return this.#deny(review.uid, 'session-lost')
    this.#options.observe({ type: 'decision', decision: 'allow', reason: 'session', session: session.id })
    return allowed(review.uid, session.id)
  }

  async #bypass(review: ConnectReview, digest: string, by: 'user' | 'group'): Promise<ReviewAnswer> {
    const { uid, user, target } = review
    if (!this.#bypasses.admit(this.#options.now())) return this.#deny(uid, 'too-many')
    const event: BypassedEvent = {
      version: 1,
      type: 'bypassed',
      review: uid,
      digest,
      subresource: review.type,
      by,
      user,
      target,
    }
    if (!(await this.#journal(event))) return this.#deny(uid, 'not-recorded')
    this.#options.observe({ type: 'decision', decision: 'bypass', reason: by })
    return allowed(
      uid,
      undefined,
      'you are exempt from session recording: that this ran is on record, what you type is not',
    )
  }

  /** False where it could not be made durable, or is too large to be recorded whole. */
  async #journal(event: JournalEvent): Promise<boolean> {
    const draft = journalDraft(event)
    if (draft.payload.length > MAX_PAYLOAD_BYTES) return false
    try {
      // Not from the reserve: anybody who reaches the webhook could use it up.
      await this.#options.registry.hand(JOURNAL_ID, [draft], {})
      return true
    } catch {
      return false
    }
  }

  #denyExec(review: ConnectReview, decision: Decision & { type: 'deny' }): ReviewAnswer {
    const key = digestOf(review)
    const now = this.#options.now()
    const repeated = this.#denials.get(key, now) !== undefined
    this.#denials.set(key, true, now)
    const message = denialMessage(decision.reason, review.target, decision.differs)
    if (!repeated) return this.#deny(review.uid, decision.reason, message)
    this.#options.observe({ type: 'denial-repeated' })
    return denied(review.uid, { reason: decision.reason, message })
  }

  #deny(uid: string, reason: DenialReason, message: string = denialMessage(reason)): ReviewAnswer {
    this.#options.observe({ type: 'decision', decision: 'deny', reason })
    return denied(uid, { reason, message })
  }

  #remember({ review, digest }: AdmittedEvent | BypassedEvent, answer: ReviewAnswer, at: number): void {
    if (this.#options.now() - at > TEN_MINUTES) return
    this.#answers.set(review, { digest, answer: Promise.resolve(answer) }, at)
  }
}

/** Only a session of this user in this pod can match, or be near enough to say what differs. */
function* candidates(registry: Registry, { user: { username }, target: { namespace, pod } }: ConnectReview) {
  for (const session of registry.sessions.at({ username, namespace, pod })) {
    const { user, authentication, target } = session.opening
    const live = session.stateName === 'live'
    yield { id: session.id, user, authentication, target, live, used: session.used } satisfies Candidate
  }
}

/** What makes a request the same one. `extra` is a bag without order, so its keys are sorted. */
function digestOf({ type, user, target, dryRun }: ConnectReview): string {
  const extra = Object.keys(user.extra)
    .sort()
    .map((key) => [key, user.extra[key]])
  return createHash('sha256')
    .update(JSON.stringify([type, dryRun, { ...user, extra }, target]))
    .digest('hex')
}
