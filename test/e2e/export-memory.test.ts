/** An export of a long recording takes the memory of a short one: what is read is passed on, and garbage does not pile up. */
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { HOUR, longRecording } from '../player/rig/long-recording.ts'
import { writeLog } from '../player/rig/write-log.ts'
import { programEnv, runProgram } from './rig/program.ts'

const LONG = HOUR
const SHORT = { ...HOUR, bytes: HOUR.bytes / 10 }
/** Pieces of the operating system's own allocator come and go; a recording that is kept would be ten times as much. */
const MOST_TIMES = 1.3
const LIMITS = { limitSeconds: 300 }

let home: string
beforeAll(async () => {
  home = mkdtempSync(join(tmpdir(), 'kae-export-memory-'))
  writeFileSync(join(home, 'peak.mjs'), PEAK)
  await writeLog(join(home, 'long'), longRecording(LONG))
  await writeLog(join(home, 'short'), longRecording(SHORT))
  // Their indexes, which are made once.
  for (const log of ['long', 'short']) await peakOf(log, 'asciicast-v3')
}, 300_000)
afterAll(() => rmSync(home, { recursive: true, force: true }))

/** Loaded into the program: says what the operating system gave it at most. */
const PEAK = `
import { writeFileSync } from 'node:fs'
import { isMainThread } from 'node:worker_threads'
if (isMainThread) process.on('exit', () => writeFileSync(process.env.PEAK_FILE, String(process.resourceUsage().maxRSS)))
`

async function peakOf(log: string, format: string): Promise<number> {
  const [file, peak] = [join(home, `document.${format}`), join(home, 'peak')]
  const env = programEnv(home, {
    XDG_CACHE_HOME: join(home, 'cache'),
    NODE_OPTIONS: `--import=${join(home, 'peak.mjs')}`,
    PEAK_FILE: peak,
  })
  const argv = ['sessions', 'export', 'latest', '--log', join(home, log), '--format', format, '-o', file, '--force']
  const { status, stderr } = await runProgram(argv, { env, ...LIMITS })
  expect({ status, stderr }).toEqual({ status: 0, stderr: expect.stringContaining(' records as ') })
  // It did have a document of that recording.
  expect(statSync(file).size).toBeGreaterThan(log === 'long' ? 0.4 * LONG.bytes : 0)
  rmSync(file)
  return Number(readFileSync(peak, 'utf8'))
}

describe('sessions export', () => {
  test.for(['text', 'html', 'typescript', 'json', 'asciicast-v2'])(
    'writes 100 MB as %s in the memory that 10 MB take',
    { timeout: 600_000 },
    async (format) => {
      const short = await peakOf('short', format)
      const long = await peakOf('long', format)
      expect(long / short).toBeLessThan(MOST_TIMES)
    },
  )
})
