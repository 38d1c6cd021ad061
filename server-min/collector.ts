/**
 * The collector without its network: takes session streams, answers admission reviews. It runs behind the aggregated API
 * and inside the CLI, there on the way to the first prompt: so it imports node's own modules and src/protocol alone.
 */
import type { MessagePipe } from '../src/protocol/pipe.ts'
import type { SessionPolicy } from '../src/protocol/session.ts'
import type { SessionId } from '../src/protocol/session-id.ts'
import { Admission } from './admission/admission.ts'
import type { ReviewAnswer } from './admission/answer.ts'
import type { Bypass } from './admission/decide.ts'
import { serveStream } from './ingest/greeting.ts'
import type { FindPod } from './ingest/pod-lookup.ts'
import { type Arrival, Registry, type Termination } from './ingest/registry.ts'
import { type AppendLog, type AppendOptions, JOURNAL_ID } from './log/append-log.ts'
import { type JournalEvent, journalDraft } from './log/journal.ts'
import type { Observe } from './observation.ts'

export interface CollectorOptions {
  readonly log: AppendLog
  /** ms since the Unix epoch; `Date.now` by default. */
  readonly clock?: () => number
  readonly policy?: SessionPolicy
  /** Whom admission lets through without a session. Without it nobody asks for admission: every review is denied. */
  readonly bypass?: Bypass
  /** Most payload bytes that a client may send without their ack. */
  readonly windowBytes?: number
  /** How long a lost client may take to come back. 0: nobody can, and `drain` ends the sessions. */
  readonly resumeMs?: number
  readonly maxSessions?: number
  /** Chooses the container where a client did not. Without it such a client is refused, and looks itself. */
  readonly findPod?: FindPod
  readonly observe?: Observe
}

export interface Readiness {
  /** Whether new sessions can be recorded, and if not, why. */
  readonly recording: boolean
  readonly reason?: 'recovering' | 'disk-full' | 'log-failed' | 'draining'
}

export interface Collector {
  /** Sessions and decisions of an earlier process are known again. Rejects where the log cannot be read. */
  readonly recovered: Promise<void>
  /** Serves one connection until it closes. */
  accept(pipe: MessagePipe, arrival: Arrival): void
  /** Answers a request body that should be an AdmissionReview. Never rejects: what fails is denied. */
  review(body: unknown): Promise<ReviewAnswer>
  /** Takes no more sessions, lets clients go, and resolves when all that came is durable or `deadlineMs` is over. */
  drain(deadlineMs: number): Promise<void>
  readiness(): Readiness
  /** Where a session runs, or may still be resumed; undefined for any other. */
  namespaceOf(id: SessionId): string | undefined
  /**
   * Ends a session at somebody's word: its client is told by whom and why, and both stand in its end record. Resolves when an
   * end is durable. The caller MUST have authorized it.
   */
  terminate(id: SessionId, termination: Termination): Promise<'terminated' | 'ended' | 'unknown'>
  /** Puts something that the collector did itself into its journal. Resolves when it is durable. */
  note(event: JournalEvent, options?: AppendOptions): Promise<void>
  /** Sessions in memory: live ones, and those whose client may come back. */
  readonly sessions: number
}

export type { Arrival } from './ingest/registry.ts'

const DEFAULTS = { windowBytes: 4 * 1024 * 1024, resumeMs: 30_000, maxSessions: 10_000 } as const
/** With many tiny records it is their number that fills memory, not their bytes. */
const WINDOW_RECORDS = 16_384

const DEFAULT_POLICY: SessionPolicy = { capture: 'client', record: 'InputOutput', durability: 'Strict' }

export function createCollector(options: CollectorOptions): Collector {
  const { log, bypass, findPod, windowBytes, resumeMs, maxSessions } = { ...DEFAULTS, ...options }
  const observe = options.observe ?? (() => undefined)
  const now = options.clock ?? Date.now
  const limits = { bytes: windowBytes, records: WINDOW_RECORDS }
  const policy = options.policy ?? DEFAULT_POLICY
  const registry = new Registry({
    log,
    observe,
    policy,
    limits,
    resumeMs,
    maxSessions,
    ...(findPod === undefined ? {} : { findPod }),
  })
  const admission = bypass === undefined ? undefined : new Admission({ now, observe, bypass, registry })
  let recovering = log.unended.length > 0 || admission !== undefined
  const recovered = recovering ? recover(log, registry, admission) : Promise.resolve()
  const done = recovered.then(() => {
    recovering = false
  })
  done.catch(() => undefined)

  return {
    recovered: done,
    accept(pipe, arrival) {
      // A session of an earlier process has to be known before its client asks for it.
      if (!recovering) return serveStream(pipe, arrival, registry)
      void done.then(
        () => serveStream(pipe, arrival, registry),
        (cause: unknown) => registry.refuse(pipe, cause, arrival.id),
      )
    },
    review: async (body) => (admission === undefined ? Admission.absent(body) : admission.review(body, done)),
    drain: (deadlineMs) => registry.drain(deadlineMs),
    readiness: () => readiness(registry, log, recovering),
    namespaceOf(id) {
      const session = registry.sessions.get(id)
      return session === undefined || session.stateName === 'ended' ? undefined : session.opening.target.namespace
    },
    terminate: (id, termination) => registry.terminate(id, termination),
    async note(event, appending = {}) {
      await registry.hand(JOURNAL_ID, [journalDraft(event)], appending)
    },
    get sessions() {
      return registry.size
    },
  }
}

/** One pass over the log, however many sessions were left open. */
async function recover(log: AppendLog, registry: Registry, admission: Admission | undefined): Promise<void> {
  const readers = registry.unendedReaders()
  for await (const record of readers.size > 0 ? log.read() : log.read(JOURNAL_ID)) {
    if (record.session === JOURNAL_ID) admission?.recall(record)
    else readers.get(record.session)?.take(record)
  }
  for (const reader of readers.values()) registry.restore(reader)
  admission?.recalled()
}

function readiness(registry: Registry, log: AppendLog, recovering: boolean): Readiness {
  if (registry.condition === 'failed') return { recording: false, reason: 'log-failed' }
  if (registry.condition === 'draining') return { recording: false, reason: 'draining' }
  if (recovering) return { recording: false, reason: 'recovering' }
  return log.space === 'ample' ? { recording: true } : { recording: false, reason: 'disk-full' }
}
