/** Fills a log with whole, short sessions: `build-sessions.ts FOLDER COUNT`. Each runs one command line, no two the same. */
import { randomBytes } from 'node:crypto'
import { openFileLog } from '../../../server-min/log/file-log.ts'
import type { Draft, RecordKind } from '../../../src/protocol/record.ts'
import { SALT_BYTES } from '../../../src/protocol/record.ts'
import type { SessionEnd, SessionOpening } from '../../../src/protocol/session.ts'
import { makeSessionId } from '../../../src/protocol/session-id.ts'

export interface BuiltSessions {
  readonly bytes: number
}

const TOGETHER = 500
/** One session in so many is of a user, pod and command that nobody else has: what a filter has to find. */
export const RARE = 100_000

const [folder = '', countText = ''] = process.argv.slice(2)
const count = Number(countText)
let bytes = 0

const WORDS = [
  'kubectl',
  'tail',
  '/var/log/app.log',
  'grep -i',
  'error',
  'curl',
  'http://localhost:8080',
  'psql',
  'ls -la',
]
const word = (at: number): string => WORDS[at % WORDS.length] ?? ''

function draft(kind: RecordKind, content: unknown): Draft {
  const payload = Buffer.from(JSON.stringify(content))
  bytes += payload.length
  return { kind, elapsed: 1, salt: randomBytes(SALT_BYTES), payload }
}

const opening = (at: number): SessionOpening => ({
  version: 1,
  user: {
    username: at % RARE === 7 ? 'rare-user' : `user-${at % 500}`,
    uid: `uid-${at % 500}`,
    groups: ['developers', 'system:authenticated'],
    extra: { 'authentication.kubernetes.io/credential-id': [`X509SHA256=${String(at % 500).padStart(64, '0')}`] },
  },
  authentication: 'request-header',
  target: {
    namespace: at % RARE === 7 ? 'rare-namespace' : `team-${at % 40}`,
    pod: at % RARE === 7 ? 'rare-pod' : `web-${at % 3_000}`,
    container: 'app',
    command: [
      'sh',
      '-c',
      `${word(at)} ${word(Math.floor(at / 9))} ${word(Math.floor(at / 81))} request-${at} ${at % RARE === 7 ? 'Needle' : ''}`,
    ],
    stdin: false,
    stdout: true,
    stderr: true,
    tty: false,
  },
  policy: { capture: 'client', record: 'InputOutput', durability: 'Strict' },
  client: { name: 'kube-audit-exec', version: '0.1.0', platform: 'linux' },
})

const end = (at: number): SessionEnd => ({
  version: 1,
  reason: 'exited',
  exitCode: at % 1_000 === 3 ? 1 : 0,
  input: { bytes: 0 },
  output: { bytes: 0 },
  durationMs: 12,
})

// A session a millisecond, as far as the clock of the log goes.
let now = Date.now() - count
const log = await openFileLog({ folder, now: () => now })
for (let at = 0; at < count; at += TOGETHER) {
  now += TOGETHER
  const some = Array.from({ length: Math.min(TOGETHER, count - at) }, (_, more) => at + more)
  await Promise.all(
    some.map((each) =>
      log.append(makeSessionId(now, randomBytes(10)), [draft('open', opening(each)), draft('end', end(each))]),
    ),
  )
}
await log.close()
const built: BuiltSessions = { bytes }
process.stdout.write(JSON.stringify(built))
