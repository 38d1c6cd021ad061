import type { SessionPolicy } from '../src/protocol/session.ts'
import type { SessionLibrary } from '../src/protocol/session-library.ts'
import type { Bypass } from './admission/decide.ts'
import type { ReviewAccess } from './api/access.ts'
import type { RequestHeaderFiles } from './api/request-header-files.ts'
import type { FindPod } from './ingest/pod-lookup.ts'
import type { AppendLog } from './log/append-log.ts'
import type { WriteLog } from './observe/json-log.ts'
import type { ServingFiles } from './tls/serving-pair.ts'

export interface ServeOptions {
  /** An open log, which stays open when the server closes; or the folder of one. */
  readonly log: AppendLog | { readonly folder: string }
  readonly serving: ServingFiles
  /** How the API server is recognised. Without files: by the cluster's ConfigMap. */
  readonly requestHeader: RequestHeaderFiles | { readonly kubeconfig?: string }
  /** Its certificates alone may ask for admission. Absent: anybody who reaches the port. */
  readonly webhookClientCaFile?: string
  /** `127.0.0.1` by default. */
  readonly host?: string
  /** 0, the default, is a free port. */
  readonly port?: number
  /** Plain HTTP for metrics and probes; absent: none. */
  readonly metrics?: { readonly host: string; readonly port: number }
  readonly policy?: SessionPolicy
  /** Chooses containers for clients. Without it: by the cluster of the ConfigMap, if that is where trust comes from. */
  readonly findPod?: FindPod
  readonly bypass?: Bypass
  readonly windowBytes?: number
  readonly resumeMs?: number
  /** How often files and the ConfigMap are read again. */
  readonly reloadMs?: number
  readonly drainMs?: number
  /** Most session streams of one user at a time: 3,000 by default. */
  readonly streamsPerUser?: number
  /** How long a client may take over one request, however slowly it comes. */
  readonly requestMs?: number
  readonly reviewMs?: number
  /** The recordings, in place of those of the log's folder. It stays open when the server closes. */
  readonly library?: SessionLibrary
  /** Where the index of the recordings is kept. `index` beside the log's folder by default. It can be deleted at any time. */
  readonly indexDir?: string
  /** Asks what somebody may. Without it: the cluster of the ConfigMap, if that is where trust comes from, or of `kubeconfig`. */
  readonly reviewAccess?: ReviewAccess
  readonly kubeconfig?: string
  /** A monotonic clock in ms, by which the cluster's answers are remembered for a moment: the process's by default. */
  readonly now?: () => number
  /** Most readings and searches at a time: of one user, and in all. */
  readonly readsPerUser?: number
  readonly reads?: number
  /** A reader that takes nothing for so long is let go. */
  readonly readerStallMs?: number
  /** How often it is asked whether somebody who reads on still may: every 10 s by default. */
  readonly readAgainMs?: number
  /** Where the server's own log goes: JSON lines on stderr by default. */
  readonly writeLog?: WriteLog
}

export const SERVE_DEFAULTS = {
  host: '127.0.0.1',
  port: 0,
  windowBytes: 4 * 1024 * 1024,
  resumeMs: 30_000,
  reloadMs: 10_000,
  drainMs: 10_000,
  requestMs: 10_000,
  reviewMs: 4_000,
  readsPerUser: 100,
  reads: 1_000,
  readerStallMs: 30_000,
} as const

/** Options with nothing left open. */
export type SettledOptions = ServeOptions & Required<Pick<ServeOptions, keyof typeof SERVE_DEFAULTS | 'writeLog'>>
