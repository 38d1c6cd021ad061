import type { MessagePipe } from '../../src/protocol/pipe.ts'
import type { Draft } from '../../src/protocol/record.ts'
import type { SessionOpening } from '../../src/protocol/session.ts'
import type { SessionId } from '../../src/protocol/session-id.ts'
import type { AppendOptions, Receipt } from '../log/append-log.ts'
import type { Observe } from '../observation.ts'
import type { BackPressure } from './back-pressure.ts'
import type { WindowLimits } from './receipts.ts'

/** What a session needs of the collector around it. */
export interface Surroundings {
  readonly observe: Observe
  readonly limits: WindowLimits
  readonly resumeMs: number
  readonly pressure: BackPressure
  /** Appends to the log, and counts it. */
  hand(session: SessionId, drafts: readonly Draft[], options: AppendOptions): Promise<Receipt>
  /** Tells the client why, and closes the pipe. */
  refuse(pipe: MessagePipe, cause: unknown, session: SessionId): void
  /** It admits an exec from now on. */
  wentLive(opening: SessionOpening): void
  /** Nobody can come back to the session any more. */
  forget(session: SessionId): void
  /** An append was rejected: others are probably no better off. */
  refusedByLog(error: unknown): void
  /** A record came twice with different bytes. */
  alarm(session: SessionId, seq: number): void
}
