import { JOURNAL_ID } from '../../server-min/log/append-log.ts'
import { GROUP_VERSION } from '../../src/protocol/api.ts'
import { Fault } from '../../src/protocol/fault.ts'
import type { SessionRecord } from '../../src/protocol/record.ts'
import type { RecordedCommand } from '../../src/protocol/recorded-command.ts'
import type { SessionEnd, SessionOpening } from '../../src/protocol/session.ts'
import type { SessionId } from '../../src/protocol/session-id.ts'
import type {
  CommandSearch,
  PageRequest,
  RecordsRequest,
  SearchHit,
  SessionChange,
  SessionLibrary,
  SessionPage,
  SessionQuery,
  WatchRequest,
} from '../../src/protocol/session-library.ts'
import type { SessionObject } from '../../src/protocol/session-object.ts'
import { isoTime } from '../../src/recording/lines.ts'
import type { MemoryLog } from './memory-log.ts'

const jsonOf = <Value>(record: SessionRecord | undefined): Value | undefined =>
  record === undefined ? undefined : (JSON.parse(Buffer.from(record.payload).toString()) as Value)

/** The sessions of a MemoryLog, without an index. It obeys its query and nothing else: who may see what is not its business. */
export class MemoryLibrary implements SessionLibrary {
  readonly place = 'memory'
  readonly log: MemoryLog
  /** What each session's command list is to be. */
  readonly lists = new Map<SessionId, readonly RecordedCommand[]>()
  /** Ignores all of a query: what is shown all the same, the caller has to keep back. */
  careless = false

  constructor(log: MemoryLog) {
    this.log = log
  }

  async waypoints() {
    return []
  }

  async list(query: SessionQuery, { limit, continue: from = '0' }: PageRequest): Promise<SessionPage> {
    const all = this.#objects()
      .filter((session) => this.#meets(session, query))
      .reverse()
    const next = Number(from) + limit
    const more = next < all.length ? { continue: String(next) } : {}
    return {
      items: all.slice(Number(from), next),
      resourceVersion: String(this.log.records.length),
      warnings: [],
      ...more,
    }
  }

  async get(id: SessionId): Promise<SessionObject> {
    const found = this.#objects().find(({ metadata }) => metadata.name === id)
    if (found !== undefined) return found
    throw new Fault('KAE_SESSION_NOT_FOUND', { exit: 1, http: 404, summary: 'not found', next: '' })
  }

  async commands(id: SessionId): Promise<readonly RecordedCommand[]> {
    return this.lists.get(id) ?? []
  }

  async *search({ pattern, sessions, limit }: CommandSearch): AsyncGenerator<SearchHit> {
    const text = pattern.type === 'text' ? pattern.text : pattern.source
    for (const session of this.#objects()
      .filter((each) => this.#meets(each, sessions))
      .slice(0, limit)) {
      for (const command of this.lists.get(session.metadata.name) ?? []) {
        if (command.type !== 'command' || !command.line.includes(text)) continue
        yield { session, where: 'command', line: command.line, elapsed: command.elapsed }
      }
    }
  }

  async *records(id: SessionId, { follow = false, fromSeq = 0, signal }: RecordsRequest = {}) {
    if (follow) return yield* this.log.follow(id, { fromSeq, ...(signal === undefined ? {} : { signal }) })
    yield* this.log.of(id).slice(fromSeq)
  }

  async *watch(query: SessionQuery, { resourceVersion, signal }: WatchRequest): AsyncGenerator<SessionChange> {
    let at = resourceVersion === undefined ? 0 : Number(resourceVersion)
    if (at > this.log.records.length)
      throw new Fault('KAE_WATCH_EXPIRED', { exit: 1, http: 410, summary: 'gone', next: '' })
    while (!signal.aborted) {
      const record = this.log.records[at]
      if (record === undefined) {
        await new Promise((resolve) => setImmediate(resolve))
        continue
      }
      at += 1
      if (record.session === JOURNAL_ID) continue
      const object = this.#object(record.session, at)
      if (this.#meets(object, query)) yield { type: record.kind === 'open' ? 'ADDED' : 'MODIFIED', object }
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {}

  #objects(): SessionObject[] {
    const opened = this.log.records.filter(({ kind }) => kind === 'open')
    return opened.map(({ session }) => this.#object(session))
  }

  /** As it was when the log had so many records. */
  #object(id: SessionId, until = this.log.records.length): SessionObject {
    const records = this.log.records.slice(0, until).filter(({ session }) => session === id)
    const opening = jsonOf<SessionOpening>(records[0])!
    const end = jsonOf<SessionEnd>(records.find(({ kind }) => kind === 'end'))
    const { user, authentication, target, policy, client } = opening
    const { namespace, ...rest } = target
    const sizeOf = (kind: string) =>
      records.filter((each) => each.kind === kind).reduce((sum, { payload }) => sum + payload.length, 0)
    const ending =
      end === undefined
        ? {}
        : {
            reason: end.reason,
            durationMs: end.durationMs,
            ...(end.exitCode === undefined ? {} : { exitCode: end.exitCode }),
          }
    const started = isoTime(records[0]!.time)
    const metadata = {
      name: id,
      namespace,
      uid: id,
      creationTimestamp: `${started.slice(0, 19)}Z`,
      resourceVersion: String(until),
    }
    return {
      apiVersion: GROUP_VERSION,
      kind: 'Session',
      metadata: { ...metadata, labels: { app: target.pod.replace(/-\d+$/, '') } },
      spec: { user, authentication, target: rest, policy, client },
      status: {
        phase: end === undefined ? 'Live' : 'Ended',
        startTime: started,
        ...ending,
        records: records.length,
        inputBytes: sizeOf('input'),
        outputBytes: sizeOf('output'),
        errorOutputBytes: sizeOf('errorOutput'),
      },
    }
  }

  #meets({ metadata, spec, status }: SessionObject, { namespace, user, pod, phase, command }: SessionQuery): boolean {
    if (this.careless) return true
    const lines = this.lists.get(metadata.name) ?? []
    return (
      (namespace === undefined || metadata.namespace === namespace) &&
      (user === undefined || spec.user.username === user) &&
      (pod === undefined || spec.target.pod === pod) &&
      (phase === undefined || status.phase === phase) &&
      (command === undefined || lines.some((each) => each.type === 'command' && each.line.includes(command)))
    )
  }
}
