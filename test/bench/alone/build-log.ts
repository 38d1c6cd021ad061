/** Fills a log and ends without closing it, as a crash would: `build-log.ts FOLDER PAYLOAD_BYTES TOTAL_BYTES`. */
import { randomBytes } from 'node:crypto'
import { openFileLog } from '../../../server-min/log/file-log.ts'
import type { Draft, RecordKind } from '../../../src/protocol/record.ts'
import { HEADER_BYTES, SALT_BYTES } from '../../../src/protocol/record.ts'
import { makeSessionId } from '../../../src/protocol/session-id.ts'

export interface Built {
  readonly bytes: number
}

const SESSIONS = 1_000
const APPEND_BYTES = 1024 * 1024

const [folder = '', payloadText = '', totalText = ''] = process.argv.slice(2)
const payload = randomBytes(Number(payloadText))
const salt = randomBytes(SALT_BYTES)
const draft = (kind: RecordKind): Draft => ({ kind, elapsed: 0, salt, payload })

const log = await openFileLog({ folder, now: Date.now })
const sessions = Array.from({ length: SESSIONS }, () => makeSessionId(Date.now(), randomBytes(10)))
await Promise.all(sessions.map((id) => log.append(id, [draft('open')])))

const entryBytes = HEADER_BYTES + SALT_BYTES + payload.length
const count = Math.max(1, Math.floor(APPEND_BYTES / entryBytes))
const drafts = Array.from({ length: count }, () => draft('input'))
let written = 0
for (let turn = 0; written < Number(totalText); turn += 1) {
  const some = sessions.slice((turn * 4) % SESSIONS, ((turn * 4) % SESSIONS) + 4)
  await Promise.all(some.map((id) => log.append(id, drafts)))
  written += some.length * count * entryBytes
}
const built: Built = { bytes: written }
process.stdout.write(JSON.stringify(built))
process.exit(0)
