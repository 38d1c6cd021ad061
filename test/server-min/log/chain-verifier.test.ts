import { beforeEach, describe, expect, it } from 'vitest'
import { JOURNAL_ID } from '../../../server-min/log/append-log.ts'
import { ChainVerifier } from '../../../server-min/log/chain-verifier.ts'
import type { CommittedBatch } from '../../../server-min/log/scanner.ts'
import { NO_LINK, placeRecord } from '../../../src/protocol/chain.ts'
import type { Draft, Placement, RecordKind } from '../../../src/protocol/record.ts'
import type { SessionId } from '../../../src/protocol/session-id.ts'
import { draft, freshSession } from './drafts.ts'

/**
 * Whoever may write the folder can make every checksum right again. What they cannot make right without writing all that
 * follows anew are the links.
 */
class Forger {
  readonly #heads = new Map<SessionId, { seq: number; hash: Buffer }>()
  #batch = 0
  #time = 1_700_000_000_000_000

  /** An entry as the log would place it, but for what a forger changes. */
  entry(session: SessionId, made: RecordKind | Draft, change: Partial<Placement> = {}): Buffer {
    const each = typeof made === 'string' ? draft(made) : made
    const before = this.#heads.get(session)
    const placement = { session, seq: (before?.seq ?? -1) + 1, time: this.#time, link: before?.hash ?? NO_LINK }
    const { header, hash } = placeRecord(each, { ...placement, ...change })
    this.#heads.set(session, { seq: placement.seq, hash })
    return Buffer.concat([header, each.salt, each.payload])
  }

  /** A committed batch, in which everything but the records is right. */
  batch(...entries: readonly Buffer[]): CommittedBatch {
    const time = this.#time
    this.#batch += 1
    this.#time += 1000
    return {
      start: { offset: 64, batch: this.#batch, record: 0, time, chain: 0 },
      end: { offset: 64, batch: this.#batch + 1, record: entries.length, time, chain: 0 },
      time,
      entries: entries.map((entry, index) => ({ offset: 1000 + index, entry })),
      mark: Buffer.alloc(0),
    }
  }
}

let log: Forger
let verifier: ChainVerifier
let [one, two]: [SessionId, SessionId] = [freshSession(), freshSession()]
beforeEach(() => {
  log = new Forger()
  verifier = new ChainVerifier()
  ;[one, two] = [freshSession(), freshSession()]
})

const taken = (...entries: readonly Buffer[]) => verifier.take(log.batch(...entries))

describe('records that are as they were written', () => {
  it('are counted, with the sessions that they belong to and the journal’s words', () => {
    expect(taken(log.entry(one, 'open'), log.entry(two, 'open'))).toEqual({ sessions: [one, two], journal: [] })
    const journal = log.entry(JOURNAL_ID, draft('journal', 'decided'))
    expect(taken(log.entry(one, 'input'), journal, log.entry(one, 'end'))).toEqual({
      sessions: [one, JOURNAL_ID],
      journal: [Buffer.from('decided')],
    })
    expect([verifier.records, verifier.unended, verifier.ended]).toEqual([5, 1, 1])
  })

  it('leave the heads of what goes on, and none of what has ended', () => {
    taken(log.entry(one, 'open'), log.entry(two, 'open'), log.entry(one, 'end'), log.entry(JOURNAL_ID, 'journal'))
    expect([...verifier.heads().keys()]).toEqual([two, JOURNAL_ID])
    expect(verifier.heads().get(two)).toMatchObject({ seq: 0 })
  })
})

describe('a record is found out', () => {
  const WRONG_LINK = 'a link that is not the hash of the record before'

  it.each<[string, (entries: { input: Buffer; end: Buffer }) => Buffer[], string]>([
    ['whose text was changed', ({ input, end }) => [changedAt(input, 96), end], WRONG_LINK],
    ['whose salt was changed', ({ input, end }) => [changedAt(input, 80), end], WRONG_LINK],
    ['whose elapsed time was changed', ({ input, end }) => [changedAt(input, 47), end], WRONG_LINK],
    ['whose link was changed', ({ input, end }) => [changedAt(input, 79), end], WRONG_LINK],
    ['that was left out', ({ end }) => [end], 'seq 2 out of order'],
    ['that stands twice', ({ input, end }) => [input, input, end], 'seq 1 out of order'],
    ['that changed places', ({ input, end }) => [end, input], 'seq 2 out of order'],
    ['whose number was changed', ({ input, end }) => [changedAt(input, 31), end], 'seq 0 out of order'],
    ['whose time was changed', ({ input, end }) => [changedAt(input, 39), end], 'another time than its batch'],
    ['whose kind was made unknown', ({ input, end }) => [changedAt(input, 1, 99), end], 'unknown-kind'],
    ['whose version was changed', ({ input, end }) => [changedAt(input, 0), end], 'unknown-version'],
    ['whose encoding was changed', ({ input, end }) => [changedAt(input, 2), end], 'unknown-encoding'],
    ['that was cut', ({ input, end }) => [input.subarray(0, -1), end], 'wrong-length'],
    ['of which hardly anything is left', ({ input, end }) => [input.subarray(0, 95), end], 'too-short'],
  ])('%s', (_, forge, reason) => {
    taken(log.entry(one, 'open'))
    const [input, end] = [log.entry(one, draft('input', 'rm -rf /')), log.entry(one, 'end')]
    expect(taken(...forge({ input, end }))).toMatchObject({ reason })
  })

  it('by the place of its frame', () => {
    const [open, input] = [log.entry(one, 'open'), log.entry(one, 'input')]
    expect(taken(open, changedAt(input, 79))).toEqual({ offset: 1001, reason: WRONG_LINK })
  })

  it('that goes on from another session’s records', () => {
    taken(log.entry(one, 'open'), log.entry(two, 'open'))
    const stolen = log.entry(two, 'input')
    stolen.set(log.entry(one, 'input').subarray(8, 24), 8)
    expect(taken(stolen)).toMatchObject({ reason: WRONG_LINK })
  })

  it('that begins a session with a link to something before it', () => {
    expect(taken(log.entry(one, 'open', { link: Buffer.alloc(32, 1) }))).toMatchObject({ reason: WRONG_LINK })
  })

  it('that begins a session in its middle', () => {
    expect(taken(log.entry(one, 'open', { seq: 1 }))).toMatchObject({ reason: 'seq 1 out of order' })
  })
})

describe('a session', () => {
  it('begins with its opening', () =>
    expect(taken(log.entry(one, 'input'))).toMatchObject({ reason: 'a session that does not begin with open' }))

  it('is opened once', () => {
    taken(log.entry(one, 'open'))
    expect(taken(log.entry(one, 'open'))).toMatchObject({ reason: 'a second open of its session' })
  })

  it.each(['input', 'open', 'end'] as const)('has nothing behind its end: no %s', (kind) => {
    taken(log.entry(one, 'open'), log.entry(one, 'end'))
    expect(taken(log.entry(one, kind))).toMatchObject({ reason: 'a record after the end of its session' })
  })

  it('has no journal records, and the journal none of a session', () => {
    const reason = 'a kind that does not belong in its session'
    taken(log.entry(one, 'open'), log.entry(JOURNAL_ID, 'journal'))
    expect(taken(log.entry(one, 'journal'))).toMatchObject({ reason })
    for (const kind of ['open', 'input', 'end'] as const)
      expect(taken(log.entry(JOURNAL_ID, kind))).toMatchObject({ reason })
  })
})

function changedAt(entry: Buffer, offset: number, value = (entry[offset] ?? 0) ^ 1): Buffer {
  const copy = Buffer.from(entry)
  copy[offset] = value
  return copy
}
