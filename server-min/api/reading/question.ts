import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Identity } from '../../../src/protocol/session.ts'
import type { SessionId } from '../../../src/protocol/session-id.ts'
import type { SessionLibrary } from '../../../src/protocol/session-library.ts'
import type { GiveContent } from '../../content/request.ts'
import type { LogPosition } from '../../log/log-tail.ts'
import type { Access } from '../access.ts'
import type { OutletLimits } from './outlet.ts'
import type { NoteEvent, ReadJournal } from './read-journal.ts'
import type { Readers, ReadLimits } from './readers.ts'
import type { Visibility } from './visibility.ts'

/** What reading needs of the server around it. */
export interface ReadingParts {
  /** Rejects where this server cannot read recordings. */
  readonly library: () => Promise<SessionLibrary>
  /** What was recorded, in bytes for the wire. */
  readonly content: GiveContent
  /** Input records that hold what was typed unseen, of a session that has ended. */
  readonly hiddenSeqs: (id: SessionId) => Promise<readonly number[]>
  /** Where the log can be read from for this record; undefined: from the session's start. */
  readonly startOf: (id: SessionId, seq: number) => Promise<LogPosition | undefined>
  readonly access: Access
  readonly note: NoteEvent
  readonly terminate: Terminate
  /** `againMs`: how often it is asked whether a reader still may. */
  readonly limits: ReadLimits & OutletLimits & { readonly againMs?: number }
  /** Something that should not happen did. */
  readonly report: (error: unknown) => void
}

/** Where a session runs now, and what ends it. */
export interface Terminate {
  readonly namespaceOf: (id: SessionId) => string | undefined
  readonly end: (id: SessionId, by: string, reason: string) => Promise<'terminated' | 'ended' | 'unknown'>
}

/** The rooms of one running API. */
export interface Reading extends ReadingParts {
  readonly visibility: Visibility
  readonly journal: ReadJournal
  readonly readers: Readers
  /** Signs continue tokens; made anew at each start. */
  readonly key: Uint8Array
  /** Aborted when the server stops. */
  readonly stopping: AbortSignal
}

/** One request, from a user whom the API server vouches for and has authorized for the path. */
export interface Question {
  readonly reader: Identity
  readonly request: IncomingMessage
  readonly response: ServerResponse
  readonly parameters: URLSearchParams
  /** Absent: all namespaces. */
  readonly namespace?: string
  /** Of a session, where the path names one. */
  readonly id?: string
  readonly body?: unknown
}

/** Who asks, as a journal event says it. */
export function readerOf({ reader: user, request }: Question) {
  const auditId = request.headers['audit-id']
  return {
    version: 1,
    user,
    authentication: 'request-header',
    ...(typeof auditId === 'string' ? { auditId: auditId.slice(0, 128) } : {}),
  } as const
}

/** A whole answer in JSON. */
export function sendJson(response: ServerResponse, code: number, body: object): void {
  const bytes = Buffer.from(`${JSON.stringify(body)}\n`)
  const headers = { 'content-type': 'application/json', 'content-length': bytes.length, vary: 'Accept' }
  response.writeHead(code, { ...headers, 'cache-control': 'no-cache, private' }).end(bytes)
}
