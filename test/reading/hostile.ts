/** A session in which everything that somebody else can choose tries to take over the reader's terminal. */
import { openFileLog } from '../../server-min/log/file-log.ts'
import type { Draft, RecordKind } from '../../src/protocol/record.ts'
import { makeSessionId, type SessionId } from '../../src/protocol/session-id.ts'

/** What terminals act on or answer. */
export const ATTACKS: readonly string[] = [
  '\x1b]8;;http://evil.example/\x1b\\click\x1b]8;;\x1b\\',
  '\x1b]52;c;ZXZpbA==\x07',
  '\x1b]0;title\x07\x1b]2;title\x1b\\\x1b[21t',
  '\x1bP$qm\x1b\\\x1bP+q544e\x1b\\',
  '\x1b[6n\x1b[c\x1b[>c\x1b[=c\x1b[?6n\x05',
  '\x9b6n\x90$qm\x9c\x9d52;c;ZXZpbA==\x9c',
  '\u009b6n\u009d0;title\u009c',
  '\u202eevil\u2066\u2069\u200f\u061c',
  '\x1b[?1049h\x1b[2J\x1b[?1049l\x1bc\x1b[?25l',
  '\u2028\u2029\ufeff\u200b\u{e0041}\u{10ffff}',
  '\x00\x07\x08\x0b\x0c\x0e\x0f\x7f\xff',
  '</script><script>alert(1)</script>',
]

export const HOSTILE: string = ATTACKS.join('')

export const HOSTILE_OPENING = {
  version: 1,
  user: { username: `alice${HOSTILE}`, groups: [HOSTILE], extra: { [HOSTILE]: [HOSTILE] } },
  authentication: 'unverified',
  target: {
    namespace: `prod${HOSTILE}`,
    pod: `web-0${HOSTILE}`,
    container: `app${HOSTILE}`,
    command: ['sh', HOSTILE],
    stdin: true,
    stdout: true,
    stderr: true,
    tty: true,
  },
  policy: { capture: 'client', record: 'InputOutput', durability: 'Strict' },
  client: { name: HOSTILE, version: HOSTILE, platform: HOSTILE },
  reason: HOSTILE,
}

const LONG_LINE = `${'x'.repeat(100_000)}needle\r\n`
const ENDLESS_SEQUENCE = `\x1b]0;${'y'.repeat(300_000)}`

const draft = (kind: RecordKind, payload: Uint8Array | object, elapsed = 0): Draft => ({
  kind,
  elapsed,
  salt: Buffer.alloc(16, 1),
  payload: payload instanceof Uint8Array ? payload : Buffer.from(JSON.stringify(payload)),
})

const pieces = (text: string): Buffer[] => {
  const bytes = Buffer.from(text)
  return Array.from({ length: Math.ceil(bytes.length / 60_000) }, (_, index) =>
    bytes.subarray(index * 60_000, (index + 1) * 60_000),
  )
}

/** Writes such a session into a new log in `folder`. */
export async function writeHostileSession(folder: string): Promise<SessionId> {
  const id = makeSessionId(Date.now(), Buffer.alloc(10, 7))
  const log = await openFileLog({ folder, now: Date.now, segmentBytes: 4 * 1024 * 1024 })
  await log.append(id, [draft('open', HOSTILE_OPENING)])
  const lines = ATTACKS.map((attack) => `$ echo needle ${attack}\r\n`)
  const output = [...lines, LONG_LINE, `\x1bc\x1b[m$ needle\r\n`, ENDLESS_SEQUENCE].flatMap(pieces)
  const typed = ATTACKS.map((attack) => draft('input', Buffer.from(`echo needle ${attack}\r`), 1000))
  const raw = Buffer.from([0x1b, 0x9b, 0x35, 0x6e, 0xff, 0xfe, 0xc0, 0x80])
  const shown = [...output, raw].map((bytes, index) => draft('output', bytes, 2000 + index))
  const end = { version: 1, reason: 'exec-failed', message: HOSTILE, input: { bytes: 0 }, durationMs: 5 }
  await log.append(id, [...typed, draft('input', raw, 1500), ...shown])
  await log.append(id, [draft('end', end, 9000)])
  await log.close()
  return id
}

/** What no output of ours may hold: anything but printable characters and line feeds, once our own colours are taken out. */
export function actingCharacters(text: string): string[] {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: our colours are the only sequences that may be there
  const plain = text.replace(/\x1b\[(1|2|22|3[0-9])m/g, '')
  return [...new Set(plain.match(/[\p{C}\p{Zl}\p{Zp}]/gu) ?? [])].filter((character) => character !== '\n')
}
