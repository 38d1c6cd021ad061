/** A log on the disk with one recording, as a collector would have written it. */
import { randomBytes } from 'node:crypto'
import { openFileLog } from '../../../server-min/log/file-log.ts'
import type { ReadRecord } from '../../../src/protocol/read-record.ts'
import type { Draft } from '../../../src/protocol/record.ts'
import type { SessionOpening } from '../../../src/protocol/session.ts'
import { makeSessionId, type SessionId } from '../../../src/protocol/session-id.ts'

const OPENING: SessionOpening = {
  version: 1,
  user: { username: 'alice', groups: [], extra: {} },
  authentication: 'unverified',
  target: {
    namespace: 'prod',
    pod: 'web-0',
    container: 'app',
    command: ['sh'],
    stdin: true,
    stdout: true,
    stderr: false,
    tty: true,
  },
  policy: { capture: 'client', record: 'InputOutput', durability: 'Strict' },
  client: { name: 'test', version: '0', platform: 'linux' },
}

const BATCH = 300

export async function writeLog(folder: string, records: Iterable<ReadRecord>): Promise<SessionId> {
  const log = await openFileLog({ folder, now: Date.now })
  const id = makeSessionId(Date.now(), randomBytes(10))
  const draft = (kind: Draft['kind'], elapsed: number, payload: Uint8Array): Draft => ({
    kind,
    elapsed,
    salt: randomBytes(16),
    payload,
  })
  let batch = [draft('open', 0, Buffer.from(JSON.stringify(OPENING)))]
  for (const record of records) {
    if (record.kind === 'withheld') throw new Error('a log withholds nothing')
    batch.push(draft(record.kind, record.elapsed, record.payload))
    if (batch.length < BATCH) continue
    await log.append(id, batch)
    batch = []
  }
  if (batch.length > 0) await log.append(id, batch)
  await log.close()
  return id
}
