import { describe, expect, it } from 'vitest'
import { type AppendLog, JOURNAL_ID } from '../../../server-min/log/append-log.ts'
import { openFileLog } from '../../../server-min/log/file-log.ts'
import type { SessionId } from '../../../src/protocol/session-id.ts'
import { recordsOf } from '../../contracts/append-log.ts'
import { draft, freshSession } from './drafts.ts'
import { SimulatedStorage } from './simulated-storage.ts'

const KIB = 1024
const CAPACITY = 256 * KIB

async function openOn(storage: SimulatedStorage): Promise<AppendLog> {
  const sizes = { segmentBytes: 64 * KIB, reserveBytes: 16 * KIB, lowWaterBytes: 80 * KIB }
  return openFileLog({ folder: '/log', now: Date.now, lock: false, storage, ...sizes })
}

/** Appends until the log refuses; how many records it took. */
async function fill(log: AppendLog, session: SessionId): Promise<number> {
  for (let taken = 0; ; taken++) {
    try {
      await log.append(session, [draft('input', Buffer.alloc(2000, 0x61))])
    } catch (error) {
      expect(error).toMatchObject({ code: 'KAE_LOG_DISK_FULL' })
      return taken
    }
  }
}

describe('A log whose disk runs full', () => {
  it('says low first, then refuses, and keeps every record that it took', async () => {
    const storage = new SimulatedStorage({ capacity: CAPACITY })
    const log = await openOn(storage)
    const session = freshSession()
    await log.append(session, [draft('open')])
    expect(log.space).toBe('ample')
    const seen = new Set<string>()
    let taken = 0
    for (; log.space !== 'exhausted'; taken++) {
      seen.add(log.space)
      await log.append(session, [draft('input', Buffer.alloc(2000, 0x61))]).catch(() => taken--)
    }
    expect([...seen]).toEqual(['ample', 'low'])
    expect(taken).toBeGreaterThan(50)
    expect(await recordsOf(log)).toHaveLength(taken + 1)
    const again = await openOn(storage)
    expect(await recordsOf(again)).toHaveLength(taken + 1)
  })

  it('still writes why it closed a session, out of its reserve, until that is used up', async () => {
    const log = await openOn(new SimulatedStorage({ capacity: CAPACITY }))
    const session = freshSession()
    await log.append(session, [draft('open')])
    const taken = await fill(log, session)
    await expect(log.append(session, [draft('end')], { reserve: true })).resolves.toMatchObject({ lastSeq: taken + 1 })
    let journalled = 0
    const more = () => log.append(JOURNAL_ID, [draft('journal', Buffer.alloc(1000, 0x61))], { reserve: true })
    for (let full = false; !full; )
      await more().then(
        () => journalled++,
        () => (full = true),
      )
    expect(journalled).toBeGreaterThan(9)
    expect(await recordsOf(log)).toHaveLength(taken + 2 + journalled)
  })

  it('refuses all that waits with the first that does not fit, so that no later record of a session overtakes', async () => {
    const log = await openOn(new SimulatedStorage({ capacity: CAPACITY }))
    const session = freshSession()
    await log.append(session, [draft('open')])
    await fill(log, session)
    const before = (await recordsOf(log)).length
    const results = await Promise.allSettled([
      log.append(session, [draft('input', Buffer.alloc(60_000, 0x61))]),
      log.append(session, [draft('input', 'small')]),
      log.append(session, [draft('end')], { reserve: true }),
    ])
    expect(results.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'fulfilled'])
    expect(await recordsOf(log)).toHaveLength(before + 1)
  })

  it('goes on by itself when there is room again', async () => {
    const storage = new SimulatedStorage({ capacity: CAPACITY })
    const log = await openOn(storage)
    const session = freshSession()
    await log.append(session, [draft('open')])
    await fill(log, session)
    expect(log.space).toBe('exhausted')
    storage.capacity *= 4
    await log.append(session, [draft('input', 'more')])
    expect(log.space).toBe('ample')
  })

  it('opens again while it is full, and changes nothing of a torn batch that it has no room to set aside', async () => {
    const storage = new SimulatedStorage({ capacity: CAPACITY })
    const log = await openOn(storage)
    const session = freshSession()
    await log.append(session, [draft('open')])
    const taken = await fill(log, session)
    const again = await openOn(storage)
    expect(await recordsOf(again)).toHaveLength(taken + 1)
    const path = [...storage.files().keys()].sort().at(-1)!
    const bytes = Buffer.from(storage.files().get(path)!)
    const end = bytes.findLastIndex((byte) => byte !== 0) + 1
    const torn = bytes.subarray(0, end - 100)
    storage.replace(`/log/${path}`, torn)
    storage.capacity = 0
    await expect(openOn(storage)).rejects.toMatchObject({ code: 'KAE_LOG_DISK_FULL' })
    expect(storage.files().get(path)).toEqual(torn)
    expect([...storage.files().keys()].filter((name) => name.startsWith('torn-'))).toEqual([])
  })

  it('is not made where there is no room for a first segment', async () => {
    await expect(openOn(new SimulatedStorage({ capacity: KIB }))).rejects.toMatchObject({ code: 'KAE_LOG_DISK_FULL' })
  })
})

describe('A log whose disk fails', () => {
  it('rejects everything with one fault for ever, says so once, and does not sync that file again', async () => {
    const storage = new SimulatedStorage()
    const log = await openOn(storage)
    const session = freshSession()
    await log.append(session, [draft('open')])
    storage.failNextSync = 'EIO'
    const before = storage.syncs
    const results = await Promise.allSettled([
      log.append(session, [draft('input')]),
      log.append(freshSession(), [draft('open')]),
      log.append(session, [draft('input')]),
    ])
    const failure = await log.failed
    expect(failure).toMatchObject({ code: 'KAE_LOG_FAILED' })
    expect(results).toEqual(results.map(() => ({ status: 'rejected', reason: failure })))
    await expect(log.append(session, [draft('input')], { reserve: true })).rejects.toBe(failure)
    expect(storage.syncs).toBe(before + 1)
    await log.close()
    expect(storage.syncs).toBe(before + 1)
  })

  it('recovers by being opened anew, with all that was acknowledged', async () => {
    const storage = new SimulatedStorage()
    const log = await openOn(storage)
    const session = freshSession()
    await log.append(session, [draft('open')])
    storage.failNextSync = 'EIO'
    await expect(log.append(session, [draft('input')])).rejects.toMatchObject({ code: 'KAE_LOG_FAILED' })
    await log.close()
    const again = await openOn(storage.afterPowerLoss(() => 0.9))
    expect((await recordsOf(again, session)).map(({ kind }) => kind)).toEqual(['open'])
    expect((await again.append(session, [draft('end')])).lastSeq).toBe(1)
  })

  it('writes its last batch anew when it recovers: after a failed sync it may stand in the page cache alone', async () => {
    const storage = new SimulatedStorage()
    const log = await openOn(storage)
    const session = freshSession()
    await log.append(session, [draft('open')])
    storage.failNextSync = 'EIO'
    await expect(log.append(session, [draft('input', 'a'.repeat(3000))])).rejects.toThrow()
    // The machine goes on; only the process starts anew, and sees the batch whole in the page cache.
    const again = await openOn(storage)
    expect(again.head(session)?.seq).toBe(1)
    await again.append(session, [draft('input')])
    const last = await openOn(storage.afterPowerLoss(() => 0.9))
    expect(await recordsOf(last, session)).toHaveLength(3)
  })
})
