/** Opens the log in the folder that it is given, appends, says so, and holds it until it is killed. */
import { openFileLog } from '../../../server-min/log/file-log.ts'
import { draft, freshSession } from './drafts.ts'

const log = await openFileLog({
  folder: process.argv[2] ?? '',
  now: Date.now,
  segmentBytes: 64 * 1024,
  lowWaterBytes: 1,
})
const session = freshSession()
await log.append(session, [draft('open')])
process.stdout.write(`${session}\n`)
for (;;) await log.append(session, [draft('input', 'typed')])
