/** A session as the aggregated API shows it: a Kubernetes object, the same from a cluster, a local log or a copy. */
import type { GROUP_VERSION } from './api.ts'
import type {
  Authentication,
  ClientInfo,
  EndReason,
  ExecTarget,
  Identity,
  SessionPolicy,
  StreamDigest,
} from './session.ts'
import type { SessionId } from './session-id.ts'

/**
 * `Live`: it runs, or its client may come back. `Ended`: its end is on record. `Lost`: neither, so whoever wrote the
 * record was cut off.
 */
export type SessionPhase = 'Live' | 'Ended' | 'Lost'

export interface SessionObject {
  readonly apiVersion: typeof GROUP_VERSION
  readonly kind: 'Session'
  readonly metadata: {
    readonly name: SessionId
    readonly namespace: string
    readonly uid: string
    /** RFC 3339, whole seconds, UTC: `2026-01-02T03:04:05Z`. */
    readonly creationTimestamp: string
    readonly resourceVersion?: string
    readonly labels?: Readonly<Record<string, string>>
  }
  readonly spec: SessionSpec
  readonly status: SessionStatus
}

/** What the open record says. */
export interface SessionSpec {
  readonly user: Identity
  readonly authentication: Authentication
  /** Its namespace is the object's own. */
  readonly target: Omit<ExecTarget, 'namespace'>
  readonly policy: SessionPolicy
  /** Said by the client, believed by nobody. */
  readonly client: ClientInfo
  readonly reason?: string
}

export interface SessionStatus {
  readonly phase: SessionPhase
  /** RFC 3339 with microseconds: the collector's clock at the open record. */
  readonly startTime: string
  /** Of the end record, and all that follows from there. */
  readonly endTime?: string
  readonly reason?: EndReason
  readonly exitCode?: number
  readonly message?: string
  /** Who ended it, as the API server authenticated them; with the reason `terminated` alone. */
  readonly by?: string
  readonly durationMs?: number
  /** Durable records so far, and payload bytes of each stream in them. */
  readonly records: number
  readonly inputBytes: number
  readonly outputBytes: number
  readonly errorOutputBytes: number
  /** Streams that ran but are not on record as bytes: what the end record says of them. */
  readonly digests?: SessionDigests
  /** Entries of the derived command list; absent until it was derived, which is when the session has ended. */
  readonly commands?: number
}

export interface SessionDigests {
  readonly output?: StreamDigest
  readonly errorOutput?: StreamDigest
}
