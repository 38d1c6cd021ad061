/** Fills a log with one recording and closes it: `build-recording.ts FOLDER BYTES`. It is user 0's. */
import { randomBytes } from 'node:crypto'
import { openFileLog } from '../../../server-min/log/file-log.ts'
import type { Draft, RecordKind } from '../../../src/protocol/record.ts'
import { SALT_BYTES } from '../../../src/protocol/record.ts'
import type { SessionEnd, SessionOpening } from '../../../src/protocol/session.ts'
import { makeSessionId } from '../../../src/protocol/session-id.ts'
import { GROUP, targetOf, uidOf, userOf } from './population.ts'

export interface BuiltRecording {
  readonly id: string
  readonly bytes: number
}

const LINE = '\x1b[01;34mdrwxr-xr-x\x1b[0m 2 root root 4096 Nov 22 10:00 a-file-of-größe-1.txt\r\n'
const PIECE_BYTES = 4096
const TOGETHER = 256

const [folder = '', bytesText = ''] = process.argv.slice(2)
const draft = (kind: RecordKind, payload: string | Buffer): Draft => ({
  kind,
  elapsed: 1,
  salt: randomBytes(SALT_BYTES),
  payload: Buffer.from(payload),
})
const opening: SessionOpening = {
  version: 1,
  user: { username: userOf(0), uid: uidOf(0), groups: [GROUP], extra: {} },
  authentication: 'request-header',
  target: targetOf(0),
  policy: { capture: 'client', record: 'InputOutput', durability: 'Strict' },
  client: { name: 'bench', version: '1', platform: 'bench' },
}
const text = Buffer.from(LINE.repeat(Math.ceil((2 * PIECE_BYTES) / LINE.length)))
const log = await openFileLog({ folder, now: Date.now })
const id = makeSessionId(Date.now(), randomBytes(10))
await log.append(id, [draft('open', JSON.stringify(opening))])
let bytes = 0
for (; bytes < Number(bytesText); bytes += TOGETHER * PIECE_BYTES) {
  // As a container's output comes: cut anywhere, in the middle of lines and characters too.
  const pieces = Array.from({ length: TOGETHER }, (_, index) => text.subarray(index, index + PIECE_BYTES))
  await log.append(
    id,
    pieces.map((piece) => draft('output', piece)),
  )
}
const ending: SessionEnd = { version: 1, reason: 'exited', exitCode: 0, input: { bytes: 0 }, durationMs: 1 }
await log.append(id, [draft('end', JSON.stringify(ending))])
await log.close()
const built: BuiltRecording = { id, bytes }
process.stdout.write(JSON.stringify(built))
