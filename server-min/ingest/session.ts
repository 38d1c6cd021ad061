import { type Fault, isFault } from '../../src/protocol/fault.ts'
import type { ResumeRequest } from '../../src/protocol/messages.ts'
import type { MessagePipe } from '../../src/protocol/pipe.ts'
import type { Draft } from '../../src/protocol/record.ts'
import type { SessionOpening } from '../../src/protocol/session.ts'
import type { SessionId } from '../../src/protocol/session-id.ts'
import { fault } from '../faults.ts'
import type { Receipt } from '../log/append-log.ts'
import { Answers, sayReplaced } from './answers.ts'
import { type AppendListener, Appends } from './appends.ts'
import { endedFault, endOf, type OwnEnd, ownEndDraft } from './ending.ts'
import type { SessionStart } from './opening.ts'
import { pipeOf, type SessionState, unreachable } from './session-state.ts'
import type { Surroundings } from './surroundings.ts'
import { Trail } from './trail.ts'

/** One session's state machine (see session-state.ts): pipes and log on one side, its trail of records on the other. */
export class Session implements AppendListener {
  readonly id: SessionId
  readonly opening: SessionOpening
  /** By the monotonic clock; before this process began, where an earlier one opened it. */
  readonly #openedAt: number
  readonly #around: Surroundings
  readonly #trail: Trail
  readonly #appends: Appends
  readonly #answers: Answers
  #state: SessionState
  #over: PromiseWithResolvers<void> | undefined
  /** An exec was admitted for it. Once is all. */
  used = false

  private constructor(start: SessionStart, trail: Trail, around: Surroundings) {
    this.id = start.id
    this.opening = start.opening
    this.#openedAt = performance.now() - start.elapsedMs
    this.#trail = trail
    this.#around = around
    this.#state = { name: 'opening', pipe: undefined }
    this.#appends = new Appends({ id: start.id, trail, around }, this)
    this.#answers = new Answers(start.id, around.limits, trail)
  }

  /** Makes the open record durable, then tells the client. */
  static open(start: SessionStart & { draft: Draft; pipe: MessagePipe }, around: Surroundings): Session {
    const session = new Session(start, new Trail(around.limits), around)
    session.#state = { name: 'opening', pipe: start.pipe }
    session.#answers.opening(start.draft)
    session.#appends.hand([start.draft])
    return session
  }

  /** A session of an earlier process, which its client may still resume. */
  static restore(start: SessionStart & { trail: Trail; entry: Buffer | undefined }, around: Surroundings): Session {
    const session = new Session(start, start.trail, around)
    session.#answers.restored(start.entry)
    session.#detach()
    return session
  }

  get stateName(): SessionState['name'] {
    return this.#state.name
  }

  get unacked(): number {
    return this.#appends.cost
  }

  hold(yes: boolean): void {
    pipeOf(this.#state)?.hold?.(yes)
  }

  /** Answers an `open` that was sent again, since its answer was lost on the way. */
  reopen(pipe: MessagePipe): void {
    if (this.#trail.next !== 1 || this.#state.name === 'ending' || this.#state.name === 'ended') {
      return this.#around.refuse(pipe, fault('KAE_SESSION_EXISTS'), this.id)
    }
    this.#leavePipe()
    const opening = this.#state.name === 'opening'
    this.#state = { name: opening ? 'opening' : 'live', pipe }
    if (!opening) this.#answers.opened(pipe)
  }

  resume(pipe: MessagePipe, { seq, head }: ResumeRequest): void {
    const state = this.#state
    if ('by' in state && state.by === 'collector') {
      return this.#around.refuse(pipe, endedFault(state.end), this.id)
    }
    if (this.#trail.headAt(seq)?.toString('hex') !== head) {
      return this.#around.refuse(pipe, fault('KAE_RESUME_MISMATCH', { detail: `at record ${seq}` }), this.id)
    }
    this.#leavePipe()
    if (state.name === 'ended') return this.#answers.conclude(pipe, seq)
    this.#state = state.name === 'ending' ? { ...state, pipe, after: seq } : { name: 'resuming', pipe, after: seq }
    if (this.#appends.idle) this.settled()
  }

  /** Takes records from the client. */
  append(pipe: MessagePipe, seq: number, drafts: readonly Draft[]): void {
    if (pipeOf(this.#state) !== pipe) return
    if (this.#state.name === 'opening' || this.#state.name === 'resuming') {
      return this.violate(pipe, 'records before the collector’s answer')
    }
    const arrival = this.#trail.arrive(seq, drafts)
    switch (arrival.type) {
      case 'violation':
        return this.violate(pipe, arrival.why)
      case 'changed':
        this.#around.alarm(this.id, arrival.seq)
        return this.end({ reason: 'protocol-error' }, fault('KAE_RECORD_CHANGED', { detail: `record ${arrival.seq}` }))
      case 'fresh':
        for (const ack of this.#trail.acksOf(seq, arrival.repeated)) pipe.send(ack)
        return this.#take(pipe, arrival.drafts)
      default:
        return unreachable(arrival)
    }
  }

  /** The client broke the protocol: it is told, and may come back with better manners. */
  violate(pipe: MessagePipe, why: string): void {
    if (pipeOf(this.#state) !== pipe) return
    this.#around.refuse(pipe, fault('KAE_STREAM_VIOLATION', { detail: why }), this.id)
    this.closed(pipe)
  }

  /** A pipe closed. From this moment on no exec is admitted. */
  closed(pipe: MessagePipe): void {
    const state = this.#state
    if (pipeOf(state) !== pipe) return
    this.#answers.drop()
    if (state.name === 'opening') this.#state = { name: 'opening', pipe: undefined }
    else if (state.name === 'ending' && state.by === 'client') this.#state = { ...state, pipe: undefined }
    else this.#detach()
  }

  /** Ends the session from the collector's side and puts the reason on record. The client is told the cause. */
  end(end: OwnEnd, cause: Fault = endedFault(end)): void {
    const state = this.#state
    if (state.name === 'ending' || state.name === 'ended') return
    if (state.name === 'detached') clearTimeout(state.timer)
    const pipe = pipeOf(state)
    this.#state = { name: 'ending', by: 'collector', end }
    this.#answers.drop()
    if (pipe !== undefined) this.#around.refuse(pipe, cause, this.id)
    const ending = { message: cause.message, ...end, durationMs: performance.now() - this.#openedAt }
    this.#appends.hand([ownEndDraft(ending, this.#trail.totals, this.#trail.elapsed)], { reserve: true })
  }

  /** Ends it at somebody's word. Resolves when the end, this or an earlier one, is durable; rejects where it never will be. */
  async terminate(by: string, message: string): Promise<'terminated' | 'ended'> {
    if (this.#state.name === 'ended') return 'ended'
    const late = this.#state.name === 'ending'
    this.#over ??= Promise.withResolvers()
    this.end({ reason: 'terminated', by, message })
    await this.#over.promise
    return late ? 'ended' : 'terminated'
  }

  /** Lets go of the client without a word on record: it may resume with another process. */
  suspend(code: number, why: string): void {
    const pipe = pipeOf(this.#state)
    pipe?.close(code, why)
    if (pipe !== undefined) this.closed(pipe)
  }

  /** The log is broken: says so, and forgets the session, which the next process finds unended. */
  abandon(cause: unknown): void {
    const pipe = pipeOf(this.#state)
    if (this.#state.name === 'detached') clearTimeout(this.#state.timer)
    this.#state = { name: 'ended', by: 'collector', end: { reason: 'collector-closed' } }
    this.#over?.reject(cause)
    if (pipe !== undefined) this.#around.refuse(pipe, cause, this.id)
    this.#around.forget(this.id)
  }

  #take(pipe: MessagePipe, drafts: readonly Draft[]): void {
    if (drafts.length === 0) return
    this.#answers.known()
    const last = drafts.at(-1)
    if (last?.kind === 'end') this.#state = { name: 'ending', by: 'client', end: endOf(last.payload), pipe }
    this.#appends.hand(drafts, { reserve: last?.kind === 'end' })
  }

  /** The log's answer, in the order of the records. */
  durable(receipt: Receipt): void {
    this.#answers.durable(receipt, 'after' in this.#state ? undefined : pipeOf(this.#state))
  }

  refused(error: unknown): void {
    if (this.#state.name === 'ending' || this.#state.name === 'ended') return
    if (this.#state.name === 'opening') return this.abandon(isFault(error) ? error : fault('KAE_SESSION_EXISTS'))
    this.end({ reason: 'collector-closed' }, isFault(error) ? error : fault('KAE_RECORD_REFUSED'))
    this.#around.refusedByLog(error)
  }

  /** Nothing is on its way to the log any more. */
  settled(): void {
    const state = this.#state
    switch (state.name) {
      case 'opening':
        this.#around.observe({ type: 'session-opened', session: this.id })
        if (state.pipe === undefined) return this.#detach()
        this.#state = { name: 'live', pipe: state.pipe }
        this.#answers.opened(state.pipe)
        return this.#around.wentLive(this.opening)
      case 'resuming':
        this.#state = { name: 'live', pipe: state.pipe }
        this.#around.observe({ type: 'session-resumed', session: this.id })
        this.#answers.replay(state.pipe, state.after)
        return this.#around.wentLive(this.opening)
      case 'ending':
        return this.#finish(state)
      case 'live':
      case 'detached':
      case 'ended':
        return
      default:
        return unreachable(state)
    }
  }

  #finish(state: SessionState & { name: 'ending' }): void {
    this.#answers.flush()
    const pipe = pipeOf(state)
    setTimeout(() => this.#around.forget(this.id), this.#around.resumeMs).unref()
    this.#state = { name: 'ended', by: state.by, end: state.end }
    this.#around.observe({ type: 'session-ended', session: this.id, reason: state.end.reason })
    const { failure } = this.#appends
    if (failure === undefined) this.#over?.resolve()
    else this.#over?.reject(failure)
    if (pipe === undefined) return
    if (failure !== undefined) return this.#around.refuse(pipe, failure, this.id)
    this.#answers.conclude(pipe, 'after' in state ? state.after : undefined)
  }

  #leavePipe(): void {
    const state = this.#state
    if (state.name === 'detached') clearTimeout(state.timer)
    this.#answers.drop()
    sayReplaced(pipeOf(state))
  }

  #detach(): void {
    const lost = () =>
      this.end({ reason: 'client-lost' }, fault('KAE_SESSION_ENDED', { detail: 'the client did not come back' }))
    this.#state = { name: 'detached', timer: setTimeout(lost, this.#around.resumeMs).unref() }
    this.#around.observe({ type: 'session-detached', session: this.id })
  }
}
