import { GROUP_VERSION } from '../../../src/protocol/api.ts'
import type { ReadRecord } from '../../../src/protocol/read-record.ts'
import type { RecordedCommand } from '../../../src/protocol/recorded-command.ts'
import type { RecordsRequest, SessionLibrary } from '../../../src/protocol/session-library.ts'
import type { SessionObject } from '../../../src/protocol/session-object.ts'
import { SESSION } from './recorded.ts'

export function sessionObject(records: number, durationMs: number | undefined): SessionObject {
  return {
    apiVersion: GROUP_VERSION,
    kind: 'Session',
    metadata: { name: SESSION, namespace: 'prod', uid: SESSION, creationTimestamp: '2026-01-02T00:00:00Z' },
    spec: {
      user: { username: 'alice', groups: [], extra: {} },
      authentication: 'request-header',
      target: { pod: 'web-0', container: 'app', command: ['sh'], stdin: true, stdout: true, stderr: false, tty: true },
      policy: { capture: 'client', record: 'InputOutput', durability: 'Strict' },
      client: { name: 'kube-audit-exec', version: '0', platform: 'linux' },
    },
    status: {
      phase: durationMs === undefined ? 'Live' : 'Ended',
      startTime: '2026-01-02T00:00:00.000000Z',
      records,
      inputBytes: 0,
      outputBytes: 0,
      errorOutputBytes: 0,
      ...(durationMs === undefined ? {} : { durationMs }),
    },
  }
}

/** One session of which records can still be added. */
export class MemoryLibrary implements SessionLibrary {
  readonly place = 'memory'
  readonly session: SessionObject
  readonly commandList: RecordedCommand[] = []
  readonly #records: ReadRecord[]
  #more = Promise.withResolvers<void>()

  constructor(records: readonly ReadRecord[]) {
    this.#records = [...records]
    const last = records.at(-1)
    const durationMs = last?.kind === 'end' ? last.elapsed / 1000 : undefined
    this.session = sessionObject(records.length, durationMs)
  }

  add(...records: readonly ReadRecord[]): void {
    this.#records.push(...records)
    this.#more.resolve()
    this.#more = Promise.withResolvers()
  }

  async waypoints() {
    return []
  }

  async list() {
    return { items: [this.session], resourceVersion: '1', warnings: [] }
  }

  async get() {
    return this.session
  }

  async commands() {
    return this.commandList
  }

  async *search() {}

  async *records(_: unknown, { follow = false, fromSeq = 0, signal }: RecordsRequest = {}): AsyncGenerator<ReadRecord> {
    const aborted = new Promise<void>((resolve) => signal?.addEventListener('abort', () => resolve()))
    const isAborted = () => signal?.aborted === true
    for (let at = fromSeq; !isAborted(); at += 1) {
      while (follow && at >= this.#records.length && !isAborted()) {
        await Promise.race([this.#more.promise, aborted])
      }
      const record = this.#records[at]
      if (record === undefined) return
      yield record
      if (record.kind === 'end') return
    }
  }

  async *watch() {}

  async [Symbol.asyncDispose](): Promise<void> {}
}
