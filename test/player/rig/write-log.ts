/** A log on the disk with one recording, as a collector would have written it. */
import { randomBytes } from 'node:crypto'
import type { AppendLog } from '../../../server-min/log/append-log.ts'
import { openFileLog } from '../../../server-min/log/file-log.ts'
import type { ReadRecord } from '../../../src/protocol/read-record.ts'
import type { Draft } from '../../../src/protocol/record.ts'
import type { SessionOpening } from '../../../src/protocol/session.ts'
import { makeSessionId, type SessionId } from '../../../src/protocol/session-id.ts'
import { openingOf } from '../../rig/opening.ts'

const BATCH = 300

/** A log that goes on: what is added is durable when the promise resolves. */
export class GrowingLog implements AsyncDisposable {
  readonly id: SessionId = makeSessionId(Date.now(), randomBytes(10))
  readonly #log: AppendLog

  private constructor(log: AppendLog) {
    this.#log = log
  }

  static async open(folder: string, opening: Partial<SessionOpening> = {}): Promise<GrowingLog> {
    const growing = new GrowingLog(await openFileLog({ folder, now: Date.now }))
    await growing.#append([draftOf('open', 0, Buffer.from(JSON.stringify(openingOf(opening))))])
    return growing
  }

  async add(records: Iterable<ReadRecord>): Promise<void> {
    let batch: Draft[] = []
    for (const record of records) {
      if (record.kind === 'withheld') throw new Error('a log withholds nothing')
      batch.push(draftOf(record.kind, record.elapsed, record.payload))
      if (batch.length < BATCH) continue
      await this.#append(batch)
      batch = []
    }
    if (batch.length > 0) await this.#append(batch)
  }

  async #append(drafts: readonly Draft[]): Promise<void> {
    await this.#log.append(this.id, drafts)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#log.close()
  }
}

const draftOf = (kind: Draft['kind'], elapsed: number, payload: Uint8Array): Draft => ({
  kind,
  elapsed,
  salt: randomBytes(16),
  payload,
})

export async function writeLog(folder: string, records: Iterable<ReadRecord>): Promise<SessionId> {
  await using log = await GrowingLog.open(folder)
  await log.add(records)
  return log.id
}
