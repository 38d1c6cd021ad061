import { appendFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openFileLog } from '../../../server-min/log/file-log.ts'
import { Fault } from '../../../src/protocol/fault.ts'
import type { ReadRecord } from '../../../src/protocol/read-record.ts'
import { verifySessions } from '../../../src/reading/verify/verify-sessions.ts'
import type { VerifyFormat } from '../../../src/reading/verify/write-report.ts'
import { ListedLibrary } from '../../rig/listed-library.ts'
import { draftOf, endOf } from '../../rig/opening.ts'
import { capturedOutput, idOf, sessionObject } from '../../rig/session-object.ts'
import { chained, OPENING } from '../rig.ts'

const recordsOf = (number: number) =>
  chained(
    [draftOf('open', OPENING), draftOf('input', Buffer.from('ls\r')), draftOf('end', endOf({ input: { bytes: 3 } }))],
    idOf(number),
  )

/** A cluster that serves sessions 1 and 2; `served` changes what it gives of the second. */
function cluster(served: (records: readonly ReadRecord[]) => Iterable<ReadRecord> = (records) => records) {
  const library = new ListedLibrary([sessionObject(), sessionObject({ number: 2, metadata: { namespace: 'dev' } })])
  library.records = async function* (id?: unknown) {
    yield* id === idOf(2) ? served(recordsOf(2)) : recordsOf(1)
  } as typeof library.records
  return library
}

async function verify(library = cluster(), { name, format = 'text', namespace }: Asked = {}) {
  const output = capturedOutput()
  const work = verifySessions({ library, namespace, folders: undefined }, { name, format }, output)
  const failure = await work.then(
    () => undefined,
    (error: Fault) => error,
  )
  return { lines: output.text.trimEnd().split('\n'), text: output.text, said: output.said, failure }
}

interface Asked {
  readonly name?: string
  readonly format?: VerifyFormat
  readonly namespace?: string
}

describe('sessions that a cluster serves', () => {
  it('are intact, each with its head, and it is said what that does not show', async () => {
    const { lines, said, failure } = await verify()
    expect(lines).toEqual([
      expect.stringMatching(new RegExp(`^intact {2}session ${idOf(2)}: 3 records, to its end, head [0-9a-f]{64}$`)),
      expect.stringMatching(new RegExp(`^intact {2}session ${idOf(1)}: 3 records, to its end, head [0-9a-f]{64}$`)),
      '',
      '2 sessions: 2 intact.',
      expect.stringContaining('Not seen'),
    ])
    expect(said).toEqual([])
    expect(failure).toBeUndefined()
  })

  it('are those that were asked for', async () => {
    const { text } = await verify(cluster(), { name: idOf(1) })
    expect(text).toContain(`intact  session ${idOf(1)}`)
    expect(text).not.toContain(idOf(2))
    expect((await verify(cluster(), { namespace: 'dev' })).text).not.toContain(idOf(1))
  })

  it('have a page where one was asked for: its records, their times, the chain, what was compared', async () => {
    expect((await verify(cluster(), { name: idOf(1) })).lines).toEqual([
      `intact  session ${idOf(1)}`,
      'Records   3, from record 0 (2023-11-14 22:13:20Z) to record 2 (2023-11-14 22:13:20Z), its end',
      expect.stringMatching(/^Chain {5}each record links to the one before it, back to record 0; head [0-9a-f]{64}$/),
      'Compared  input: 3 bytes, as many as the end says; no SHA-256 could be compared',
      '          output: 0 bytes on record, of which the end says nothing',
      '          error output: 0 bytes on record, of which the end says nothing',
      '',
      expect.stringContaining('Not seen'),
    ])
  })

  it.each<[string, (records: readonly ReadRecord[]) => Iterable<ReadRecord>, RegExp]>([
    ['one is left out', ([open, , end]) => [open!, end!], /record 2: record 2 where 1 should be/],
    [
      'one is changed',
      ([open, , end]) => [
        open!,
        chained([draftOf('open', OPENING), draftOf('input', Buffer.from('rm\r'))], idOf(2))[1]!,
        end!,
      ],
      /record 2: record 2 does not link/,
    ],
    ['they change places', ([open, input, end]) => [open!, end!, input!], /record 2: record 2 where 1 should be/],
    ['they are of another session', () => recordsOf(1), /record 0: a record of session/],
    ['none is there', () => [], /record 0: no record at all/],
    [
      'they go on behind the end',
      (records) => [...records, { ...records[1]!, seq: 3, time: records[2]!.time }],
      /record 3: /,
    ],
  ])('are wrong where %s, and which record is named', async (_, served, words) => {
    const { lines, failure } = await verify(cluster(served))
    expect(lines[0]).toMatch(/^WRONG {3}session/)
    expect(lines[0]).toMatch(words)
    expect(lines[1]).toMatch(/^intact/)
    expect(failure).toMatchObject({ code: 'KAE_VERIFICATION_FAILED', exit: 1, detail: '1 of 2' })
  })

  it('are wrong where the way to them found the chain broken, and the others are checked all the same', async () => {
    const broken = function* (records: readonly ReadRecord[]) {
      yield records[0]!
      throw new Fault('KAE_READING_CHAIN_BROKEN', { exit: 1, summary: 's', next: '' }, { detail: 'record 1 is gone' })
    }
    const { lines, failure } = await verify(cluster(broken))
    expect(lines[0]).toMatch(/^WRONG {3}session .*: record 1: record 1 is gone$/)
    expect(lines[1]).toMatch(/^intact/)
    expect(failure).toMatchObject({ code: 'KAE_VERIFICATION_FAILED' })
  })

  it('are not called wrong where they could not be read', async () => {
    const lost = (): Iterable<ReadRecord> => {
      throw new Fault('KAE_READING_CUT', { exit: 1, summary: 's', next: '' })
    }
    const { failure, lines } = await verify(cluster(lost))
    expect(lines[0]).toBe(`UNREAD  session ${idOf(2)}: it cannot be read to its end: s (KAE_READING_CUT)`)
    expect(lines[1]).toMatch(new RegExp(`^intact {2}session ${idOf(1)}`))
    expect(lines).toContain('2 sessions: 1 intact, 1 not known.')
    expect(failure).toMatchObject({ code: 'KAE_VERIFICATION_INCOMPLETE', detail: '1 of 2' })
    const one = await verify(cluster(lost), { name: idOf(2) })
    expect(one).toMatchObject({ failure: { code: 'KAE_READING_CUT' }, text: '' })
  })

  it('are not asked for one by one where nobody answers any more', async () => {
    const silent = (): Iterable<ReadRecord> => {
      throw new Fault('KAE_READING_UNREACHABLE', { exit: 1, summary: 's', next: '' })
    }
    const { failure, text } = await verify(cluster(silent))
    expect([failure, text]).toEqual([expect.objectContaining({ code: 'KAE_READING_UNREACHABLE' }), ''])
  })

  it('without an end are intact, and that is said', async () => {
    const { lines } = await verify(cluster((records) => records.slice(0, 2)))
    expect(lines[0]).toMatch(/2 records, without an end, head/)
  })

  it('are one document for a program, with what it does not show', async () => {
    const { text, said } = await verify(
      cluster(() => []),
      { format: 'json' },
    )
    expect(JSON.parse(text)).toMatchObject({
      apiVersion: 'kube-audit-exec.io/v1alpha1',
      kind: 'VerificationReport',
      intact: false,
      limits: expect.stringContaining('Not seen'),
      items: [
        { session: idOf(2), type: 'wrong', seq: 0, why: 'no record at all' },
        { session: idOf(1), type: 'intact', records: 3, ended: true },
      ],
    })
    expect(said).toEqual([])
  })

  it('that are none leave nothing to verify', async () => {
    const { said, failure } = await verify(new ListedLibrary([]))
    expect([said, failure]).toEqual([['There is nothing to verify.'], undefined])
  })
})

describe('logs in folders', () => {
  let folder: string
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'kae-verify-'))
  })
  afterEach(() => rmSync(folder, { recursive: true }))

  /** A log of one session that has ended and one that has not. */
  async function write(name: string): Promise<string> {
    const path = join(folder, name)
    const log = await openFileLog({ folder: path, now: Date.now, lock: false })
    for (const number of [1, 2])
      await log.append(idOf(number), [draftOf('open', OPENING), draftOf('input', Buffer.from('secret'))])
    await log.append(idOf(1), [draftOf('end', endOf({ input: { bytes: 6 } }))])
    await log.close()
    return path
  }

  const segmentOf = (log: string): string =>
    join(log, readdirSync(log).find((name) => name.startsWith('segment-')) ?? '')

  async function check(name?: string) {
    const output = capturedOutput()
    const library = new ListedLibrary([sessionObject(), sessionObject({ number: 2 })])
    const work = verifySessions({ library, namespace: undefined, folders: [folder] }, { name, format: 'text' }, output)
    const failure = await work.then(
      () => undefined,
      (error: Fault) => error,
    )
    return { text: output.text, said: output.said, failure }
  }

  it('are intact, with what is in them, and it is said what that does not show', async () => {
    const log = await write('a')
    const { text, said, failure } = await check()
    const [first, ...rest] = text.split('\n')
    const when = '\\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d:\\d\\dZ'
    expect(first).toMatch(new RegExp(`^intact {2}${log}: 5 records, 2 sessions, 1 without an end, ${when} to ${when}$`))
    expect(rest).toEqual(['', expect.stringContaining('cut at a commit mark'), ''])
    expect([said, failure]).toEqual([[], undefined])
  })

  it.each([
    ['its id', idOf(2)],
    ['its beginning', idOf(2).slice(0, 35)],
  ])('are that one alone in which a session is, by %s', async (_, name) => {
    const log = await write('a')
    const other = join(folder, 'b')
    await (await openFileLog({ folder: other, now: Date.now, lock: false })).close()
    const { text } = await check(name)
    expect(text).toContain(log)
    expect(text).not.toContain(other)
  })

  it('end with what was never acknowledged, and that is no damage', async () => {
    const log = await write('a')
    appendFileSync(segmentOf(log), Buffer.alloc(1, 7))
    const { text, failure } = await check()
    expect(text).toContain(
      'behind them 1 byte of no whole batch: half written and never acknowledged, or cut off later',
    )
    expect(failure).toBeUndefined()
  })

  it('are wrong at a byte of a file, in a record of a session, and the others are checked all the same', async () => {
    const [damaged, whole] = [await write('a'), await write('b')]
    const bytes = readFileSync(segmentOf(damaged))
    bytes.write('SECRET', bytes.indexOf('secret'))
    writeFileSync(segmentOf(damaged), bytes)
    const { text, failure } = await check()
    const [first, before, other] = text.split('\n')
    expect(first).toMatch(/^WRONG {3}.*: segment-\d+\.log is wrong at byte \d+: the checksum does not fit the bytes /)
    expect(first).toContain(` (record 1 of session ${idOf(1)}, as its header says)`)
    expect(before).toBe('        Nothing was found before that.')
    expect(other).toContain(`intact  ${whole}`)
    expect(text).toContain('\n2 logs: 1 intact, 1 wrong.\n')
    expect(failure).toMatchObject({ code: 'KAE_VERIFICATION_FAILED', detail: '1 of 2' })
  })

  it('are wrong where an end has another hash than what was typed', async () => {
    const log = await openFileLog({ folder: join(folder, 'a'), now: Date.now, lock: false })
    const sha256 = 'ab'.repeat(32)
    await log.append(idOf(1), [draftOf('open', OPENING), draftOf('input', Buffer.from('x'))])
    await log.append(idOf(1), [draftOf('end', endOf({ input: { bytes: 1, sha256 } }))])
    await log.close()
    const { text, failure } = await check()
    expect(text).toContain('another SHA-256 of the input')
    expect(text).toContain(`(record 2 of session ${idOf(1)}`)
    expect(failure).toMatchObject({ code: 'KAE_VERIFICATION_FAILED' })
  })
})
