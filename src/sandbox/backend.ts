import type { ReviewAccess } from '../../server-min/api/access.ts'
import type { FindPod } from '../../server-min/ingest/pod-lookup.ts'
import type { Behind } from './api-server.ts'

/** What the collector and webhook of a sandbox are given. All paths are of files that only this user can read. */
export interface BackendNeeds {
  readonly logFolder: string
  /** PEM files of its own server certificate, good for 127.0.0.1 and localhost. */
  readonly certificateFile: string
  readonly keyFile: string
  /** PEM of the authority that signed it. */
  readonly ca: string
  /** PEM file of the authority that vouches for `X-Remote-*`, and the one name that it may vouch for. */
  readonly requestHeaderCaFile: string
  readonly requestHeaderAllowedName: string
  readonly findPod: FindPod
  /** Answers as a SubjectAccessReview does. */
  readonly reviewAccess: ReviewAccess
  /** File that the server's own log goes to. A terminal with a session on it is no place for that. */
  readonly serverLog: string
}

/** The collector and webhook behind a sandbox's API server. */
export interface Backend extends Behind {
  close(): Promise<void>
}

export type StartBackend = (needs: BackendNeeds) => Promise<Backend>
