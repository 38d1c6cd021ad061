import type { EndReason } from '../src/protocol/session.ts'
import type { SessionId } from '../src/protocol/session-id.ts'

/**
 * Something that happened in the collector, for metrics and its own log. It never holds session content, and only the
 * log, not a metric, may name the session.
 */
export type Observation =
  | { readonly type: 'session-opened' | 'session-resumed' | 'session-detached'; readonly session: SessionId }
  | { readonly type: 'session-ended'; readonly session: SessionId; readonly reason: EndReason }
  /** Records were handed to the log. */
  | { readonly type: 'queued'; readonly records: number; readonly bytes: number }
  /** The log answered for them, after `seconds`. */
  | {
      readonly type: 'settled'
      readonly records: number
      readonly bytes: number
      readonly seconds: number
      readonly durable: boolean
    }
  | {
      readonly type: 'decision'
      readonly decision: 'allow' | 'bypass' | 'pass' | 'deny'
      readonly reason: string
      readonly session?: SessionId
    }
  /** The same denial again: clients retry over another protocol. */
  | { readonly type: 'denial-repeated' }
  | { readonly type: 'refused'; readonly code: string; readonly session?: SessionId; readonly detail?: string }
  /** Somebody has to look at this. */
  | {
      readonly type: 'alarm'
      readonly alarm: 'record-changed' | 'log-failed' | 'disk-full' | 'bug'
      readonly session?: SessionId
      readonly detail?: string
    }

export type Observe = (observation: Observation) => void
