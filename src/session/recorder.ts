import { randomFillSync } from 'node:crypto'
import type { CollectorStream } from '../collector/stream.ts'
import { type RecordKind, SALT_BYTES } from '../protocol/record.ts'
import type { SessionEnd } from '../protocol/session.ts'

/** Gives each record its time and salt, and hands it to the session's stream. */
export class Recorder {
  readonly #stream: CollectorStream
  readonly #startedAt = performance.now()

  constructor(stream: CollectorStream) {
    this.#stream = stream
  }

  /** Milliseconds since the session was opened, by the monotonic clock. */
  get elapsedMs(): number {
    return performance.now() - this.#startedAt
  }

  record(kind: RecordKind, payload: Uint8Array): number {
    return this.#stream.append(this.#draft(kind, payload))
  }

  end(end: SessionEnd): Promise<void> {
    return this.#stream.end(this.#draft('end', Buffer.from(JSON.stringify(end))))
  }

  #draft(kind: RecordKind, payload: Uint8Array) {
    const elapsed = Math.round(this.elapsedMs * 1000)
    return { kind, elapsed, salt: randomFillSync(new Uint8Array(SALT_BYTES)), payload }
  }
}
