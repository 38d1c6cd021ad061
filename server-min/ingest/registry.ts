import { isFault } from '../../src/protocol/fault.ts'
import { encodeFault, type Hello, type ResumeRequest } from '../../src/protocol/messages.ts'
import type { MessagePipe } from '../../src/protocol/pipe.ts'
import type { Draft } from '../../src/protocol/record.ts'
import type { SessionPolicy } from '../../src/protocol/session.ts'
import type { SessionId } from '../../src/protocol/session-id.ts'
import { targetDifference } from '../../src/protocol/target.ts'
import { bugDetail } from '../bug-detail.ts'
import { fault } from '../faults.ts'
import type { AppendLog, AppendOptions, Receipt } from '../log/append-log.ts'
import { JOURNAL_ID } from '../log/append-log.ts'
import { fault as logFault } from '../log/faults.ts'
import { journalDraft } from '../log/journal.ts'
import type { Observe } from '../observation.ts'
import type { Arrival, CompleteHello } from './arrival.ts'
import { BackPressure } from './back-pressure.ts'
import { EndedSessions } from './ended-sessions.ts'
import { refuseOthers } from './identity.ts'
import { InFlight } from './in-flight.ts'
import { type CompleteOpen, makeOpening, openingDraft } from './opening.ts'
import { completeTarget, type FindPod } from './pod-lookup.ts'
import type { WindowLimits } from './receipts.ts'
import { SessionReader } from './recover.ts'
import { Session } from './session.ts'
import { SessionTable } from './session-table.ts'
import type { Surroundings } from './surroundings.ts'

export type { Arrival } from './arrival.ts'

export interface RegistryOptions {
  readonly log: AppendLog
  readonly observe: Observe
  readonly policy: SessionPolicy
  readonly limits: WindowLimits
  readonly resumeMs: number
  readonly maxSessions: number
  readonly findPod?: FindPod
  /** Most bytes of all sessions together on their way to the log; default 128 MiB. */
  readonly unackedBytes?: number
}

export interface Termination {
  /** The user who ends it, as the API server authenticated them. */
  readonly by: string
  /** At most 1024 bytes. */
  readonly reason: string
}

const UNACKED_BYTES = 128 * 1024 * 1024

/** RFC 6455's registry of close codes: service restart. */
const RESTART = 1012
const RESTART_REASON = 'the collector is restarting'

type Condition =
  | { readonly name: 'open' }
  | { readonly name: 'draining' }
  | { readonly name: 'failed'; readonly cause: unknown }

/** All sessions of this process, by id. */
export class Registry implements Surroundings {
  readonly observe: Observe
  readonly limits: WindowLimits
  readonly resumeMs: number
  readonly #options: RegistryOptions
  readonly sessions = new SessionTable()
  readonly pressure: BackPressure
  /** Told of each session that goes live, after its client. */
  wentLive: Surroundings['wentLive'] = () => undefined
  readonly #inFlight: InFlight
  readonly #ended: EndedSessions
  #condition: Condition = { name: 'open' }
  #closingAll = false

  constructor(options: RegistryOptions) {
    this.#options = options
    this.observe = options.observe
    this.limits = options.limits
    this.resumeMs = options.resumeMs
    this.pressure = new BackPressure(options.unackedBytes ?? UNACKED_BYTES, () => this.sessions.values())
    this.#inFlight = new InFlight(options.log, options.observe)
    this.#ended = new EndedSessions(options)
    this.#ended.begin()
    void options.log.failed.then((cause) => this.#fail(cause))
  }

  get condition(): Condition['name'] {
    return this.#condition.name
  }

  /** Sessions that have not ended. */
  get size(): number {
    let size = 0
    for (const { stateName } of this.sessions.values()) if (stateName !== 'ended') size += 1
    return size
  }

  /** What takes the records of the sessions that an earlier process left open. */
  unendedReaders(): ReadonlyMap<SessionId, SessionReader> {
    return new Map(this.#options.log.unended.map(({ id, head }) => [id, new SessionReader(id, this.limits, head.hash)]))
  }

  /** Takes such a session up. Its client has `resumeMs` from now. */
  restore(reader: SessionReader): void {
    this.#ended.begin()
    const restored = reader.result()
    if (restored !== undefined) this.sessions.add(Session.restore(restored, this))
  }

  /** The hello with its container chosen where the client left that to the cluster. Rejects with a `Fault`. */
  async complete(hello: Hello): Promise<CompleteHello> {
    if ('resume' in hello) return hello
    return { open: { ...hello.open, target: await completeTarget(hello.open.target, this.#options.findPod) } }
  }

  /** The session that a hello asks for, with the pipe attached; undefined where the pipe gets an answer and closes. */
  greet(pipe: MessagePipe, arrival: Arrival, hello: CompleteHello): Session | undefined {
    try {
      const session = 'open' in hello ? this.#open(pipe, arrival, hello.open) : this.#resume(pipe, arrival, hello)
      if (session !== undefined) this.pressure.joined(session)
      return session
    } catch (error) {
      this.refuse(pipe, error, arrival.id)
      return undefined
    }
  }

  #open(pipe: MessagePipe, arrival: Arrival, request: CompleteOpen): Session {
    if (arrival.namespace !== undefined && request.target.namespace !== arrival.namespace) {
      throw fault('KAE_HELLO_INVALID', { detail: 'target.namespace is not the namespace of the request' })
    }
    const known = this.sessions.get(arrival.id)
    if (known !== undefined) return this.#reopen(known, { pipe, arrival, request })
    this.#refuseWhenUnable(arrival.identity.username)
    const opening = makeOpening(request, arrival, this.#options.policy)
    const draft = openingDraft(opening)
    if (draft === undefined)
      throw fault('KAE_HELLO_INVALID', { detail: 'user, command and reason fill more than one record' })
    const session = Session.open({ id: arrival.id, opening, elapsedMs: 0, draft, pipe }, this)
    this.sessions.add(session)
    return session
  }

  #reopen(
    session: Session,
    { pipe, arrival, request }: { pipe: MessagePipe; arrival: Arrival; request: CompleteOpen },
  ): Session {
    refuseOthers(session.opening, arrival)
    if (targetDifference(session.opening.target, request.target) !== undefined) throw fault('KAE_SESSION_EXISTS')
    session.reopen(pipe)
    return session
  }

  #resume(pipe: MessagePipe, arrival: Arrival, { resume }: Extract<Hello, { resume: unknown }>): Session | undefined {
    if (this.#condition.name === 'failed') throw this.#condition.cause
    // Without a fault, so that the client tries again until the next process answers.
    if (this.#condition.name === 'draining') return void pipe.close(RESTART, RESTART_REASON)
    const session = this.sessions.get(arrival.id)
    if (session === undefined) return void this.#conclude(pipe, arrival, resume)
    refuseOthers(session.opening, arrival)
    session.resume(pipe, resume)
    return session
  }

  /** Its end may be durable, and only the client does not know. */
  async #conclude(pipe: MessagePipe, arrival: Arrival, resume: ResumeRequest): Promise<void> {
    try {
      for (const message of await this.#ended.missed(arrival.id, arrival, resume)) pipe.send(message)
      pipe.close(1000, 'session ended')
    } catch (error) {
      this.refuse(pipe, error, arrival.id)
    }
  }

  #refuseWhenUnable(username: string): void {
    if (this.#condition.name === 'failed') throw this.#condition.cause
    if (this.#condition.name === 'draining') throw fault('KAE_COLLECTOR_CLOSING')
    if (this.#options.log.space !== 'ample') throw logFault('KAE_LOG_DISK_FULL')
    const own = this.sessions.countOf(username)
    // One user cannot take all places.
    const most = this.#options.maxSessions
    if (this.sessions.size >= most || own >= Math.ceil(most / 4)) {
      throw fault('KAE_COLLECTOR_FULL', { detail: `${this.sessions.size} in all, ${own} of this user` })
    }
  }

  /**
   * Ends a session at somebody's word: its client is told by whom and why, and both stand in the end record. Resolves when an
   * end is durable; `ended`: there was one before. Rejects with a `Fault` where the log fails. `unknown`: no session of this
   * process. The caller MUST have authorized it, and have cut neither text.
   */
  async terminate(id: SessionId, { by, reason }: Termination): Promise<'terminated' | 'ended' | 'unknown'> {
    const session = this.sessions.get(id)
    return session === undefined ? 'unknown' : session.terminate(by, reason)
  }

  hand(session: SessionId, drafts: readonly Draft[], options: AppendOptions): Promise<Receipt> {
    return this.#inFlight.hand(session, drafts, options)
  }

  refuse(pipe: MessagePipe, cause: unknown, session: SessionId): void {
    const code = isFault(cause) ? cause.code : 'KAE_INTERNAL'
    const detail = isFault(cause) ? cause.detail : undefined
    this.observe({ type: 'refused', code, session, ...(detail === undefined ? {} : { detail }) })
    if (!isFault(cause)) this.observe({ type: 'alarm', alarm: 'bug', session, detail: bugDetail(cause) })
    pipe.send(encodeFault(cause))
    pipe.close(isFault(cause) && cause.http < 500 ? 1008 : 1011, code)
  }

  forget(session: SessionId): void {
    this.sessions.delete(session)
  }

  refusedByLog(error: unknown): void {
    if (!isFault(error)) this.observe({ type: 'alarm', alarm: 'bug', detail: bugDetail(error) })
    if (this.#closingAll || !isFault(error) || error.code !== 'KAE_LOG_DISK_FULL') return
    this.#closingAll = true
    this.observe({ type: 'alarm', alarm: 'disk-full' })
    for (const session of this.sessions.values()) session.end({ reason: 'collector-closed' }, error)
    this.#closingAll = false
  }

  alarm(session: SessionId, seq: number): void {
    this.observe({ type: 'alarm', alarm: 'record-changed', session, detail: `record ${seq}` })
    const event = { version: 1, type: 'alarm', alarm: 'record-changed', session, seq } as const
    this.hand(JOURNAL_ID, [journalDraft(event)], { reserve: true }).catch(() => undefined)
  }

  /** Takes no more sessions, and waits for what is on its way to the log. Clients may resume with the next process. */
  async drain(deadlineMs: number): Promise<void> {
    if (this.#condition.name === 'open') this.#condition = { name: 'draining' }
    for (const session of this.sessions.values()) this.#letGo(session)
    await this.#inFlight.idle(deadlineMs)
  }

  #letGo(session: Session): void {
    if (this.resumeMs === 0) session.end({ reason: 'collector-closed' }, fault('KAE_COLLECTOR_CLOSING'))
    else session.suspend(RESTART, RESTART_REASON)
  }

  #fail(cause: unknown): void {
    this.#condition = { name: 'failed', cause }
    this.observe({ type: 'alarm', alarm: 'log-failed', detail: isFault(cause) ? cause.message : bugDetail(cause) })
    for (const session of [...this.sessions.values()]) session.abandon(cause)
  }
}
