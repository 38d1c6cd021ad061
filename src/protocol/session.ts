/** What a session is, in the words that travel between client and collector and stand in the log as JSON. */

/** Exactly what an exec will run. Field by field equal to the API server's `PodExecOptions` of the same exec. */
export interface ExecTarget {
  readonly namespace: string
  readonly pod: string
  readonly container: string
  readonly command: readonly string[]
  readonly stdin: boolean
  readonly stdout: boolean
  readonly stderr: boolean
  readonly tty: boolean
}

/** A target whose container, where it is absent, the cluster is to choose. */
export type RequestedTarget = Omit<ExecTarget, 'container'> & { readonly container?: string }

/** A user as the Kubernetes API server authenticated them (`authentication.k8s.io/v1` UserInfo). */
export interface Identity {
  readonly username: string
  readonly uid?: string
  readonly groups: readonly string[]
  readonly extra: Readonly<Record<string, readonly string[]>>
}

/**
 * Who vouches for the identity on a record. `request-header`: the API server, over its front-proxy certificate.
 * `unverified`: nobody; the recorder ran on the user's own machine and wrote down what the kubeconfig says.
 */
export type Authentication = 'request-header' | 'unverified'

/** `client`: the user's own machine teed the bytes. `relay`: the server carried them. Never claim more than this. */
export type Capture = 'client' | 'relay'

export type RecordMode = 'Input' | 'InputOutput'
export type Durability = 'Strict' | 'Line'

/** The policy that holds for one session, as the collector decided it. */
export interface SessionPolicy {
  readonly capture: Capture
  readonly record: RecordMode
  readonly durability: Durability
}

export interface ClientInfo {
  readonly name: string
  readonly version: string
  readonly platform: string
}

/** Payload of an `open` record. */
export interface SessionOpening {
  readonly version: 1
  readonly user: Identity
  readonly authentication: Authentication
  readonly target: ExecTarget
  readonly policy: SessionPolicy
  /** Said by the client, believed by nobody. */
  readonly client: ClientInfo
  readonly reason?: string
}

export const END_REASONS = [
  /** The command ended by itself; `exitCode` is its status. */
  'exited',
  /** The exec was refused or broke before or while it ran; `message` says how. */
  'exec-failed',
  /** The user's program was ended by a signal, or nobody read its output any more. */
  'interrupted',
  /** The user's program went away and did not come back in time. Written by the collector. */
  'client-lost',
  /** The collector could not be reached any more, so the client closed the exec. */
  'collector-lost',
  /** The collector ended the session: its disk is full, or it is shutting down. */
  'collector-closed',
  /** Somebody else ended it: `by` says who, `message` why. Written by the collector. */
  'terminated',
  /** Client and collector disagree about the record. */
  'protocol-error',
] as const

export type EndReason = (typeof END_REASONS)[number]

export interface StreamDigest {
  readonly bytes: number
  /** Lower-case hex SHA-256 of all bytes of the stream; absent where the collector wrote the end and had not seen them. */
  readonly sha256?: string
}

/** Payload of an `end` record. */
export interface SessionEnd {
  readonly version: 1
  readonly reason: EndReason
  readonly exitCode?: number
  readonly message?: string
  /** The user who ended it, as the API server authenticated them; only with the reason `terminated`. */
  readonly by?: string
  readonly input: StreamDigest
  readonly output?: StreamDigest
  readonly errorOutput?: StreamDigest
  readonly durationMs: number
}
