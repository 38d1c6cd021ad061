/** Opens a log, recovering it, and says how long that took: `open-log.ts FOLDER`. It leaves the log as it was. */
import { openFileLog } from '../../../server-min/log/file-log.ts'

export interface Opened {
  readonly seconds: number
  readonly peakMiB: number
}

const began = performance.now()
await openFileLog({ folder: process.argv[2] ?? '', now: Date.now })
const seconds = (performance.now() - began) / 1000
const opened: Opened = { seconds, peakMiB: process.resourceUsage().maxRSS / 1024 }
process.stdout.write(JSON.stringify(opened))
// Without closing it: the next opening is to find it as this one did.
process.exit(0)
