/** What an auditor is told of logs that are damaged, and of sessions in them: no more than is known, and all of it. */
import { execFileSync } from 'node:child_process'
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { crc32 } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openFileLog } from '../../../server-min/log/file-log.ts'
import type { SessionId } from '../../../src/protocol/session-id.ts'
import { verifySessions } from '../../../src/reading/verify/verify-sessions.ts'
import type { VerifyFormat } from '../../../src/reading/verify/write-report.ts'
import { ListedLibrary } from '../../rig/listed-library.ts'
import { draftOf, endOf } from '../../rig/opening.ts'
import { capturedOutput, idOf } from '../../rig/session-object.ts'
import { OPENING } from '../rig.ts'

/** Goes through all segments; ended in the first; ended in the last; left without an end. */
const [LONG, EARLY, LATE, OPEN] = [1, 2, 3, 4].map((number) => idOf(number)) as [
  SessionId,
  SessionId,
  SessionId,
  SessionId,
]
const INPUT = { input: { bytes: 0 } }

let root: string
let segments: readonly string[]

beforeAll(async () => {
  root = mkdtempSync(join(tmpdir(), 'kae-damaged-'))
  const log = await openFileLog({ folder: join(root, 'whole'), now: Date.now, lock: false, segmentBytes: 64 * 1024 })
  const output = (byte: string) => draftOf('output', Buffer.alloc(20_000, byte))
  await log.append(LONG, [draftOf('open', OPENING)])
  await log.append(EARLY, [draftOf('open', OPENING), draftOf('end', endOf(INPUT))])
  for (let each = 0; each < 10; each += 1) await log.append(LONG, [output('y')])
  await log.append(LONG, [draftOf('end', endOf(INPUT))])
  await log.append(LATE, [draftOf('open', OPENING), draftOf('end', endOf(INPUT))])
  await log.append(OPEN, [draftOf('open', OPENING), draftOf('input', Buffer.from('x'))])
  await log.close()
  segments = readdirSync(join(root, 'whole')).filter((name) => name.startsWith('segment-'))
})
afterAll(() => rmSync(root, { recursive: true }))

/** A copy of the log in a folder of its own, with something done to it. */
function harmed(harm: (segment: (index: number) => string) => void): string {
  const folder = mkdtempSync(join(root, 'harmed-'))
  cpSync(join(root, 'whole'), join(folder, 'log'), { recursive: true })
  harm((index) => join(folder, 'log', segments.at(index) ?? ''))
  return folder
}

const changed = (path: string, change: (bytes: Buffer) => void): void => {
  const bytes = readFileSync(path)
  change(bytes)
  writeFileSync(path, bytes)
}

const flipped = (path: string): void => changed(path, (bytes) => bytes.write('z', bytes.indexOf('yyyy')))
const replaced = (path: string, by: (path: string) => void): void => {
  rmSync(path)
  by(path)
}

async function verify(folders: readonly string[], name?: string, format: VerifyFormat = 'text') {
  const output = capturedOutput()
  const choice = { library: new ListedLibrary([]), namespace: undefined, folders }
  const failure = await verifySessions(choice, { name, format }, output).then(
    () => undefined,
    ({ code, detail }: { code: string; detail: string }) => ({ code, detail }),
  )
  return { text: output.text, failure }
}

it('is a log of several segments that is intact before it is harmed', async () => {
  expect(segments.length).toBeGreaterThan(2)
  const { text, failure } = await verify([harmed(() => undefined)])
  expect(text).toContain(': 18 records, 4 sessions, 1 without an end, ')
  expect(failure).toBeUndefined()
})

describe('a log', () => {
  it.each<[string, Parameters<typeof harmed>[0], RegExp]>([
    ['a byte was changed', (at) => flipped(at(1)), /WRONG .*is wrong at byte \d+: the checksum does not fit the bytes/],
    [
      'a segment is missing',
      (at) => rmSync(at(1)),
      /WRONG .*: it ends before segment-\d+\.log begins: segment 2 of the/,
    ],
    [
      'its first is missing',
      (at) => rmSync(at(0)),
      /WRONG .*: the log does not begin here: the segments before it are/,
    ],
    ['one is cut', (at) => truncateSync(at(1), 30_000), /WRONG .*it is cut off in the middle of a batch/],
    ['one is empty', (at) => truncateSync(at(1), 0), /WRONG .* at byte 0: it is too short to be a segment/],
    ['a header was changed', (at) => changed(at(1), (b) => b.write('?', 50)), /WRONG .* its header is none, or was/],
    ['one has another’s name', (at) => cpSync(at(1), at(0)), /WRONG .*: a file name that is not its first record/],
  ])('is wrong where %s', async (_, harm, words) => {
    const { text, failure } = await verify([harmed(harm)])
    expect(text).toMatch(words)
    expect(failure).toEqual({ code: 'KAE_VERIFICATION_FAILED', detail: '1 of 1' })
  })

  it('says what was found as written before the damage', async () => {
    const { text } = await verify([harmed((at) => flipped(at(1)))])
    expect(text).toMatch(
      /\n {8}Before it \d+ records as written: 1 session to the end, 1 not\. The last is record \d+ of/,
    )
    expect(text).toContain(`of session ${LONG}`)
  })

  it('says from where on to where segments are missing', async () => {
    const { text } = await verify([
      harmed((at) => {
        rmSync(at(1))
        rmSync(at(2))
      }),
    ])
    expect(text).toContain('segments 2 to 3 of the log are missing between them')
  })

  it.each<[string, Parameters<typeof harmed>[0], RegExp]>([
    ['a pipe stands for a segment', (at) => replaced(at(1), (path) => execFileSync('mkfifo', [path])), /not a regular/],
    [
      'a link stands for one',
      (at) => replaced(at(1), (path) => symlinkSync('/etc/passwd', path)),
      /not a regular file/,
    ],
    ['a folder stands for one', (at) => replaced(at(1), (path) => mkdirSync(path)), /not a regular file/],
    [
      'a segment is of another version',
      (at) =>
        changed(at(1), (bytes) => {
          bytes.writeUInt32BE(2, 8)
          bytes.writeUInt32BE(crc32(bytes.subarray(0, 124)), 124)
        }),
      /segment-\d+\.log is of version 2 of the log’s format, and this program reads version 1/,
    ],
  ])('is not called wrong, nor intact, where %s', async (_, harm, words) => {
    const { text, failure } = await verify([harmed(harm)])
    expect(text).toMatch(/^UNREAD {2}.*: it cannot be read to its end: /)
    expect(text).toMatch(words)
    expect(text).toContain('Before it ')
    expect(failure).toEqual({ code: 'KAE_VERIFICATION_INCOMPLETE', detail: '1 of 1' })
  })

  it('whose end was cut off is said to end in no whole batch, and not that this was never acknowledged', async () => {
    const folder = harmed((at) => truncateSync(at(-1), readFileSync(at(-1)).lastIndexOf('END') - 40))
    const { text, failure } = await verify([folder])
    expect(text).toMatch(
      /behind them \d+ bytes of no whole batch: half written and never acknowledged, or cut off later/,
    )
    expect(failure).toBeUndefined()
  })
})

describe('several logs', () => {
  it('are all reported, whatever is wrong with the first of them', async () => {
    const folders = [
      harmed((at) => replaced(at(0), (path) => execFileSync('mkfifo', [path]))),
      harmed((at) => flipped(at(0))),
      harmed(() => undefined),
    ]
    const { text, failure } = await verify(folders)
    expect(text.match(/^(UNREAD|WRONG|intact)/gm)).toEqual(['UNREAD', 'WRONG', 'intact'])
    expect(text).toContain('\n3 logs: 1 intact, 1 wrong, 1 not known.\n')
    expect(failure).toEqual({ code: 'KAE_VERIFICATION_FAILED', detail: '1 of 3' })
  })

  it('are reported beside a folder that nobody can look into', async () => {
    const folder = harmed(() => undefined)
    const loop = join(root, 'loop')
    symlinkSync(loop, loop)
    const { text, failure } = await verify([loop, folder])
    expect(text).toMatch(/^intact .*\nUNREAD .*\/loop: it cannot be read to its end: .*ELOOP/m)
    expect(failure).toEqual({ code: 'KAE_VERIFICATION_INCOMPLETE', detail: '1 of 2' })
  })

  it('are told in the width of a terminal, below each other', async () => {
    const output = capturedOutput(60)
    const choice = { library: new ListedLibrary([]), namespace: undefined, folders: [harmed((at) => flipped(at(1)))] }
    await verifySessions(choice, { name: undefined, format: 'text' }, output).catch(() => undefined)
    const lines = output.text.split('\n')
    expect(lines[0]).toMatch(/^WRONG {3}\S/)
    expect(lines.slice(1, lines.indexOf('')).every((line) => /^ {8}\S/.test(line))).toBe(true)
    // Ids and paths have no blank at which they could be broken.
    expect(lines.filter((line) => line.length > 60 && / \S+ /.test(line.trim()))).toEqual([])
  })

  it('are a document for a program, with a version', async () => {
    const { text } = await verify([harmed((at) => flipped(at(1)))], undefined, 'json')
    expect(JSON.parse(text)).toMatchObject({
      apiVersion: 'kube-audit-exec.io/v1alpha1',
      kind: 'VerificationReport',
      intact: false,
      items: [
        {
          type: 'wrong',
          bad: { file: segments[1], offset: expect.any(Number), session: LONG },
          before: { ended: 1, unended: 1, last: { session: LONG } },
        },
      ],
    })
  })
})

describe('a session in its log', () => {
  const page = async (folder: string, name: string) => {
    const { text, failure } = await verify([folder], name)
    return { lines: text.split('\n'), text, failure }
  }

  it('is named, with its records, its times, its chain, what was compared, and the log around it', async () => {
    const folder = harmed(() => undefined)
    const { lines, failure } = await page(folder, LONG)
    const when = String.raw`\(\d{4}-\d\d-\d\d \d\d:\d\d:\d\dZ\)`
    expect(lines).toEqual([
      `intact  session ${LONG}`,
      expect.stringMatching(new RegExp(`^Records   12, from record 0 ${when} to record 11 ${when}, its end$`)),
      expect.stringMatching(/^Chain {5}each record links to the one before it, back to record 0; head [0-9a-f]{64}$/),
      'Compared  input: 0 bytes, as many as the end says; no SHA-256 could be compared',
      '          output: 200000 bytes on record, of which the end says nothing',
      '          error output: 0 bytes on record, of which the end says nothing',
      expect.stringMatching(`^Log       ${join(folder, 'log')} is intact: 18 records, 4 sessions, 1 without an end, `),
      '',
      expect.stringContaining('By its own records alone: '),
      '',
    ])
    expect(failure).toBeUndefined()
  })

  it('without an end has nothing to be compared with, and that is said', async () => {
    const { text } = await page(
      harmed(() => undefined),
      OPEN,
    )
    expect(text).toContain('and no end: it still ran, or was cut off')
    expect(text).toContain('Compared  nothing: only an end says what all of it was')
  })

  it.each([
    ['before the damage', EARLY],
    ['behind it, in another segment', LATE],
  ])('is intact where it stands %s; the log is not, and neither is the exit status', async (_, name) => {
    const { lines, text, failure } = await page(
      harmed((at) => flipped(at(1))),
      name,
    )
    expect(lines[0]).toBe(`intact  session ${name}`)
    expect(text).toMatch(/^Log {7}.* is WRONG: segment-/m)
    expect(failure).toEqual({
      code: 'KAE_VERIFICATION_FAILED',
      detail: 'the session is intact, the log around it is not',
    })
  })

  it('is wrong where the damaged record is its own', async () => {
    const { lines } = await page(
      harmed((at) => flipped(at(1))),
      LONG,
    )
    expect(lines[0]).toMatch(new RegExp(`^WRONG {3}session ${LONG}: segment-.* is wrong at byte \\d+: the checksum`))
    expect(lines[1]).toMatch(/^Records {3}records 0 to \d+ are one chain; nothing is known of what follows$/)
  })

  it('is wrong where a segment with its records is missing, and the first of them is named', async () => {
    const { lines } = await page(
      harmed((at) => rmSync(at(1))),
      LONG,
    )
    expect(lines[0]).toMatch(
      new RegExp(`^WRONG {3}session ${LONG}: record \\d+: it is not in what can be read of the log, like all up to`),
    )
  })

  it('is unsure, and not wrong, where a segment with its records cannot be read', async () => {
    const folder = harmed((at) => replaced(at(1), (path) => mkdirSync(path)))
    const { lines, failure } = await page(folder, LONG)
    expect(lines[0]).toMatch(new RegExp(`^UNSURE {2}session ${LONG}: record \\d+: it is not in what can be read`))
    expect(failure).toMatchObject({ code: 'KAE_VERIFICATION_INCOMPLETE' })
  })

  it('is unsure where it has no end and its log is damaged', async () => {
    const { lines } = await page(
      harmed((at) => flipped(at(1))),
      OPEN,
    )
    expect(lines[0]).toBe(
      `UNSURE  session ${OPEN}: its log cannot be read to the end, and no end of it stands in what can be read`,
    )
  })

  it('is one item for a program, with the log in it', async () => {
    const { text } = await verify([harmed(() => undefined)], LATE, 'json')
    expect(JSON.parse(text)).toMatchObject({
      kind: 'VerificationReport',
      intact: true,
      items: [
        {
          session: LATE,
          type: 'intact',
          records: 2,
          ended: true,
          first: { seq: 0, time: expect.stringMatching(/Z$/) },
          last: { seq: 1 },
          compared: [{ stream: 'input', bytes: 0, said: 0, result: 'same-length' }, {}, {}],
          inLog: { type: 'intact', records: 18, sessions: 4, unended: 1, tornBytes: 0 },
        },
      ],
    })
  })

  it('is reported from each log that has it, and the same head in all is said', async () => {
    const folders = [harmed(() => undefined), harmed((at) => flipped(at(1)))]
    const { text, failure } = await verify(folders, EARLY)
    expect(text.match(/^intact {2}session/gm)).toHaveLength(2)
    expect(text).toContain('\n2 copies of the session, with the same head.\n')
    expect(failure).toEqual({ code: 'KAE_VERIFICATION_FAILED', detail: '1 of 2' })
    const document = JSON.parse((await verify(folders, EARLY, 'json')).text)
    expect(document).toMatchObject({ copies: 'same', items: [{ session: EARLY }, { session: EARLY }] })
  })

  it('that was written anew in one of two logs is told by its heads, though each is intact by itself', async () => {
    const folder = join(root, 'anew')
    const log = await openFileLog({ folder, now: Date.now, lock: false })
    await log.append(EARLY, [
      draftOf('open', OPENING),
      draftOf('input', Buffer.from('else')),
      draftOf('end', endOf(INPUT)),
    ])
    await log.close()
    const { text, failure } = await verify([harmed(() => undefined), folder], EARLY)
    expect(text.match(/^intact {2}session/gm)).toHaveLength(2)
    expect(text).toContain(
      '\n2 copies of the session, and their heads differ: one of them at most is what was written.',
    )
    expect(failure).toEqual({ code: 'KAE_VERIFICATION_FAILED', detail: 'copies of the session differ' })
  })

  it('of which a copy is not whole is not compared with it', async () => {
    const { text } = await verify([harmed(() => undefined), harmed((at) => flipped(at(1)))], LONG)
    expect(text).toContain('2 copies of the session, of which not all are whole: their heads cannot be compared.')
  })

  it('that is in no part that can be read is not found, and it is said that not all could be read', async () => {
    const { text, failure } = await verify([harmed((at) => rmSync(at(0)))], EARLY)
    expect(text).toBe('')
    expect(failure).toMatchObject({
      code: 'KAE_SESSION_NOT_FOUND',
      detail: expect.stringContaining('looked into 1 log, as far as they can be read'),
    })
  })
})
