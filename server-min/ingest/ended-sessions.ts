import type { ResumeRequest } from '../../src/protocol/messages.ts'
import type { SessionRecord } from '../../src/protocol/record.ts'
import type { SessionOpening } from '../../src/protocol/session.ts'
import type { SessionId } from '../../src/protocol/session-id.ts'
import { fault } from '../faults.ts'
import type { AppendLog } from '../log/append-log.ts'
import { endedFault, isOwnEnd } from './ending.ts'
import { refuseOthers } from './identity.ts'
import type { Owner } from './opening.ts'
import type { WindowLimits } from './receipts.ts'
import { SessionReader } from './recover.ts'
import { Turns } from './turns.ts'

/** Each holds a piece of the log and one session's window. */
const MOST_READS = 8

interface EndedSessionsOptions {
  readonly log: AppendLog
  readonly limits: WindowLimits
  /** How long after the start of this process a client may ask. */
  readonly resumeMs: number
}

/**
 * Sessions that were over before this process began. A client whose last acks were lost with the process before comes back
 * for them. Nothing is kept of a session but while it is read.
 */
export class EndedSessions {
  readonly #log: AppendLog
  readonly #limits: WindowLimits
  readonly #resumeMs: number
  readonly #turns = new Turns(MOST_READS)
  #until: number | undefined

  constructor({ log, limits, resumeMs }: EndedSessionsOptions) {
    this.#log = log
    this.#limits = limits
    this.#resumeMs = resumeMs
  }

  /** Clients can come from now on. */
  begin(): void {
    this.#until = performance.now() + this.#resumeMs
  }

  /** What its client has not heard, to the end. Rejects with a `Fault` where there is nothing to tell to whoever asks. */
  missed(id: SessionId, owner: Owner, resume: ResumeRequest): Promise<readonly Buffer[]> {
    if (performance.now() > (this.#until ?? 0)) return Promise.reject(fault('KAE_SESSION_UNKNOWN'))
    return this.#turns.take(owner.identity.username, () => this.#read(id, owner, resume))
  }

  async #read(id: SessionId, owner: Owner, { seq, head }: ResumeRequest): Promise<readonly Buffer[]> {
    const reader = new SessionReader(id, this.#limits)
    for await (const record of this.#log.read(id)) {
      // Before anything else is read: a session can be long.
      if (record.seq === 0) refuseOthers(openingOf(record), owner)
      reader.take(record)
    }
    const restored = reader.result()
    if (restored?.end === undefined) throw fault('KAE_SESSION_UNKNOWN')
    if (isOwnEnd(restored.end)) throw endedFault(restored.end)
    if (restored.trail.headAt(seq)?.toString('hex') !== head)
      throw fault('KAE_RESUME_MISMATCH', { detail: `at record ${seq}` })
    return restored.trail.replayAfter(seq)
  }
}

function openingOf({ kind, payload }: SessionRecord): SessionOpening {
  if (kind !== 'open') throw fault('KAE_SESSION_UNKNOWN')
  return JSON.parse(Buffer.from(payload).toString()) as SessionOpening
}
