/** What every implementation of `AppendLog` must do (the contract stands in server-min/log/append-log.ts). */
import { describe, expect, it } from 'vitest'
import { type AppendLog, JOURNAL_ID } from '../../server-min/log/append-log.ts'
import { NO_LINK, placeRecord } from '../../src/protocol/chain.ts'
import { MAX_PAYLOAD_BYTES, type SessionRecord } from '../../src/protocol/record.ts'
import type { SessionId } from '../../src/protocol/session-id.ts'
import { draft, freshSession } from '../server-min/log/drafts.ts'

/** One place that a log can be opened on again and again, as a process that starts anew does. */
export interface LogPlace extends AsyncDisposable {
  open(options?: { now?: () => number }): Promise<AppendLog>
  /** Ends the process that holds the log, as a crash does: nothing is closed. Later opens see what was durable. */
  crash(log: AppendLog): Promise<void>
}

export const recordsOf = (log: AppendLog, session?: SessionId): Promise<SessionRecord[]> => collect(log.read(session))

export async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = []
  for await (const item of items) all.push(item)
  return all
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setImmediate(resolve))
}

export function describeAppendLog(name: string, makePlace: () => Promise<LogPlace>): void {
  describe(`${name} keeps the contract of an append log:`, () => {
    it('gives an append consecutive places, one time, and the head that its client computes', async () => {
      await using place = await makePlace()
      const log = await place.open()
      const [session, drafts] = [freshSession(), [draft('open'), draft('input', 'ls\n'), draft('resize')]]
      const receipt = await log.append(session, drafts)
      expect(receipt).toMatchObject({ firstSeq: 0, lastSeq: 2 })
      let link = NO_LINK
      for (const [seq, one] of drafts.entries())
        link = placeRecord(one, { session, seq, time: receipt.time, link }).hash
      expect(receipt.head.equals(link)).toBe(true)
      expect(log.head(session)).toEqual({ seq: 2, time: receipt.time, hash: receipt.head })
      await log.close()
    })

    it('reads back every record in the order of the appends, of all sessions or of one', async () => {
      await using place = await makePlace()
      const log = await place.open()
      const [one, two] = [freshSession(), freshSession()]
      await log.append(one, [draft('open', 'a')])
      await log.append(two, [draft('open', 'b')])
      await log.append(one, [draft('input', 'c'), draft('input', 'd')])
      expect((await recordsOf(log)).map(({ payload }) => payload.toString())).toEqual(['a', 'b', 'c', 'd'])
      expect((await recordsOf(log, one)).map(({ seq }) => seq)).toEqual([0, 1, 2])
      await log.close()
    })

    it('keeps the records of each append adjacent under many writers, and resolves in the order of the calls', async () => {
      await using place = await makePlace()
      const log = await place.open()
      const sessions = Array.from({ length: 20 }, freshSession)
      const order: string[] = []
      await Promise.all(
        sessions.map(async (session) => {
          const appends = [log.append(session, [draft('open'), draft('input')])]
          for (let n = 0; n < 10; n++) appends.push(log.append(session, [draft('input'), draft('input')]))
          for (const [n, append] of appends.entries()) void append.then(() => order.push(`${session} ${n}`))
          await Promise.all(appends)
        }),
      )
      const records = await recordsOf(log)
      expect(records).toHaveLength(20 * 22)
      for (let at = 0; at < records.length; at += 2) {
        expect(records[at + 1]).toMatchObject({ session: records[at]?.session, seq: (records[at]?.seq ?? 0) + 1 })
        expect(records[at + 1]?.time).toBe(records[at]?.time)
      }
      for (const session of sessions)
        expect(order.filter((line) => line.startsWith(session))).toEqual(
          Array.from({ length: 11 }, (_, n) => `${session} ${n}`),
        )
      await log.close()
    })

    it('never lets the time go back, whatever the clock does', async () => {
      await using place = await makePlace()
      let clock = 2_000_000_000_000
      const log = await place.open({ now: () => clock })
      const session = freshSession()
      const first = await log.append(session, [draft('open')])
      expect(first.time).toBe(clock * 1000)
      clock -= 60_000
      expect((await log.append(session, [draft('input')])).time).toBe(first.time)
      await log.close()
      const again = await place.open({ now: () => clock })
      expect((await again.append(session, [draft('input')])).time).toBe(first.time)
      await again.close()
    })

    it.each<[string, (log: AppendLog, live: SessionId, ended: SessionId) => Promise<unknown>]>([
      ['a second open', (log, live) => log.append(live, [draft('open')])],
      ['a record of an unknown session', (log) => log.append(freshSession(), [draft('input')])],
      ['a record of an ended session', (log, _, ended) => log.append(ended, [draft('input')])],
      ['the opening of an ended session', (log, _, ended) => log.append(ended, [draft('open')])],
      ['a record behind the end', (log, live) => log.append(live, [draft('end'), draft('input')])],
      ['a journal record in a session', (log, live) => log.append(live, [draft('journal')])],
      ['an end of the journal', (log) => log.append(JOURNAL_ID, [draft('end')])],
      ['an append of nothing', (log, live) => log.append(live, [])],
      ['an open record behind another', (log, live) => log.append(live, [draft('input'), draft('open')])],
      ['a short salt', (log, live) => log.append(live, [{ ...draft('input'), salt: Buffer.alloc(15) }])],
      ['a long payload', (log, live) => log.append(live, [draft('input', Buffer.alloc(MAX_PAYLOAD_BYTES + 1))])],
      ['a time before the session', (log, live) => log.append(live, [{ ...draft('input'), elapsed: -1 }])],
      ['half a microsecond', (log, live) => log.append(live, [{ ...draft('input'), elapsed: 0.5 }])],
      [
        'an append that all others would wait for',
        (log, live) => log.append(live, Array(257).fill(draft('input', Buffer.alloc(MAX_PAYLOAD_BYTES)))),
      ],
    ])('rejects %s and leaves nothing of it', async (_, misuse) => {
      await using place = await makePlace()
      const log = await place.open()
      const [live, ended] = [freshSession(), freshSession()]
      await log.append(live, [draft('open')])
      await log.append(ended, [draft('open'), draft('end')])
      await expect(misuse(log, live, ended)).rejects.toThrow(Error)
      expect(await recordsOf(log)).toHaveLength(3)
      expect((await log.append(live, [draft('input')])).firstSeq).toBe(1)
      await log.close()
    })

    it('takes the largest payload, and gives its bytes back', async () => {
      await using place = await makePlace()
      const log = await place.open()
      const session = freshSession()
      const payload = Buffer.alloc(MAX_PAYLOAD_BYTES, 'x')
      await log.append(session, [{ ...draft('open'), elapsed: 0 }, draft('output', payload), draft('output', '')])
      expect((await recordsOf(log, session)).map((record) => record.payload.length)).toEqual([1, MAX_PAYLOAD_BYTES, 0])
      await log.close()
    })

    it('does not let a rejected append disturb the others of its moment', async () => {
      await using place = await makePlace()
      const log = await place.open()
      const session = freshSession()
      const [opened, second, input] = await Promise.allSettled([
        log.append(session, [draft('open')]),
        log.append(session, [draft('open')]),
        log.append(session, [draft('input')]),
      ])
      expect([opened.status, second.status, input.status]).toEqual(['fulfilled', 'rejected', 'fulfilled'])
      expect(await recordsOf(log)).toHaveLength(2)
      await log.close()
    })

    it('shows a reader what was durable at the call, and nothing of what came later', async () => {
      await using place = await makePlace()
      const log = await place.open()
      const session = freshSession()
      await log.append(session, [draft('open')])
      const reading = log.read()
      await log.append(session, [draft('input')])
      expect(await collect(reading)).toHaveLength(1)
      await log.close()
    })

    it('gives a follower what was there and what comes, each record once and in order, and ends behind the end', async () => {
      await using place = await makePlace()
      const log = await place.open()
      const [session, other] = [freshSession(), freshSession()]
      await log.append(session, [draft('open', '0'), draft('input', '1')])
      await log.append(other, [draft('open', 'other')])
      const seen: string[] = []
      const following = (async () => {
        for await (const { payload } of log.follow(session)) seen.push(payload.toString())
      })()
      await until(() => seen.length === 2)
      for (let n = 2; n < 60; n += 1) {
        await log.append(session, [draft('input', String(n))])
        await log.append(other, [draft('input', 'other')])
      }
      await log.append(session, [draft('end', '60')])
      await following
      expect(seen).toEqual(Array.from({ length: 61 }, (_, n) => String(n)))
      expect((await collect(log.follow(session, { fromSeq: 58 }))).map(({ seq }) => seq)).toEqual([58, 59, 60])
      expect(await collect(log.follow(freshSession()))).toEqual([])
      await log.close()
    })

    it('makes no append wait for a follower that takes its time, and gives it everything all the same', async () => {
      await using place = await makePlace()
      const log = await place.open()
      const session = freshSession()
      await log.append(session, [draft('open')])
      const slow = log.follow(session)[Symbol.asyncIterator]()
      await slow.next()
      const payload = Buffer.alloc(32 * 1024, 'x')
      for (let n = 0; n < 100; n += 1) await log.append(session, [draft('output', payload)])
      await log.append(session, [draft('end')])
      const seqs: number[] = []
      for (let step = await slow.next(); step.done !== true; step = await slow.next()) seqs.push(step.value.seq)
      expect(seqs).toEqual(Array.from({ length: 101 }, (_, n) => n + 1))
      await log.close()
    })

    it('lets a follower that waits go by its signal, and at its close', async () => {
      await using place = await makePlace()
      const log = await place.open()
      const session = freshSession()
      await log.append(session, [draft('open')])
      const leaving = new AbortController()
      const followed = [collect(log.follow(session, { signal: leaving.signal })), collect(log.follow(session))]
      leaving.abort()
      expect(await followed[0]).toHaveLength(0)
      const waiting = log.follow(session, { fromSeq: 1 })[Symbol.asyncIterator]()
      const next = waiting.next()
      await log.append(session, [draft('input', 'late')])
      expect((await next).value?.payload.toString()).toBe('late')
      await log.close()
      expect((await waiting.next()).done).toBe(true)
      expect(await followed[1]).toHaveLength(2)
    })

    it('serves many followers of one session at once, and those that begin in its midst', async () => {
      await using place = await makePlace()
      const log = await place.open()
      const session = freshSession()
      await log.append(session, [draft('open')])
      const all = Array.from({ length: 20 }, (_, n) => collect(log.follow(session, { fromSeq: n })))
      for (let n = 0; n < 40; n += 1) {
        await log.append(session, [draft('input', Buffer.alloc(60_000)), draft('input')])
        if (n % 10 === 0) all.push(collect(log.follow(session)))
      }
      await log.append(session, [draft('end')])
      const lengths = (await Promise.all(all)).map((records) => records.length)
      expect(lengths).toEqual([...Array.from({ length: 20 }, (_, n) => 82 - n), 82, 82, 82, 82])
      await log.close()
    })

    it.each(['a close', 'a crash'])('has every acknowledged record and the unended sessions after %s', async (how) => {
      await using place = await makePlace()
      const log = await place.open()
      const [live, ended] = [freshSession(), freshSession()]
      await log.append(ended, [draft('open'), draft('end')])
      const receipt = await log.append(live, [draft('open'), draft('input')])
      await log.append(JOURNAL_ID, [draft('journal', '{"version":1,"type":"started"}')])
      await (how === 'a close' ? log.close() : place.crash(log))
      const again = await place.open()
      const head = { seq: receipt.lastSeq, time: receipt.time, hash: receipt.head }
      expect(again.unended).toEqual([{ id: live, head }])
      expect(again.head(live)).toEqual(head)
      expect(await recordsOf(again)).toHaveLength(5)
      await expect(again.append(ended, [draft('open')])).rejects.toThrow(Error)
      expect((await again.append(live, [draft('end')])).lastSeq).toBe(2)
      expect((await again.append(JOURNAL_ID, [draft('journal', '{}')])).firstSeq).toBe(1)
      expect(again.head(live)).toBeUndefined()
      await again.close()
    })

    it('waits at its close for the appends under way and takes none after it', async () => {
      await using place = await makePlace()
      const log = await place.open()
      const session = freshSession()
      const under = log.append(session, [draft('open')])
      await log.close()
      await expect(under).resolves.toMatchObject({ lastSeq: 0 })
      await expect(log.append(session, [draft('input')])).rejects.toThrow()
    })
  })
}
