import { describe, expect, it } from 'vitest'
import { type AppendLog, JOURNAL_ID, type Receipt } from '../../../server-min/log/append-log.ts'
import { openFileLog } from '../../../server-min/log/file-log.ts'
import { NO_LINK, placeRecord } from '../../../src/protocol/chain.ts'
import type { SessionId } from '../../../src/protocol/session-id.ts'
import { recordsOf } from '../../contracts/append-log.ts'
import { draft, freshSession } from './drafts.ts'
import { randomOf, type SimulatedFaults, SimulatedStorage } from './simulated-storage.ts'

const open = (storage: SimulatedStorage): Promise<AppendLog> =>
  openFileLog({ folder: '/log', now: Date.now, lock: false, storage, segmentBytes: 48 * 1024, reserveBytes: 512 })

type Acked = Map<SessionId, Receipt>

/** Writers that go on until nothing answers any more; what was acknowledged to each of them. */
function write(log: AppendLog, random: () => number): Acked {
  const acked: Acked = new Map()
  const writer = async (session: SessionId) => {
    acked.set(session, await log.append(session, [draft('open')]))
    for (;;) {
      const drafts = Array.from({ length: 1 + Math.floor(random() * 3) }, () => draft('input', payload(random)))
      acked.set(session, await log.append(session, drafts))
    }
  }
  for (let n = 0; n < 5; n++) void writer(freshSession())
  return acked
}

/** Among them payloads with whole sectors of zeros, which look like sectors that never were written. */
const payload = (random: () => number): Buffer => Buffer.alloc(Math.floor(random() * 1500), random() < 0.2 ? 0 : 0x61)

/** Runs writers until the power goes at a random moment, starts anew, and gives the acknowledgements that were lost. */
async function lostAfterPowerLoss(seed: number, faults: SimulatedFaults = {}): Promise<string[]> {
  const random = randomOf(seed)
  const storage = new SimulatedStorage(faults)
  const writing = await open(storage)
  const powerLoss = storage.cutPowerAt(storage.operations + 10 + Math.floor(random() * 150))
  const acked = write(writing, random)
  await powerLoss
  const { log } = await recover(storage.afterPowerLoss(random), random)
  return log instanceof Error ? [log.message] : lostIn(log, acked)
}

interface Recovered {
  readonly log: AppendLog | Error
  readonly disk: SimulatedStorage
}

/** Opens what is left; the power may go again meanwhile. */
async function recover(disk: SimulatedStorage, random: () => number): Promise<Recovered> {
  const again = disk.cutPowerAt(1 + Math.floor(random() * 40))
  const log = await Promise.race([open(disk).catch((error: Error) => error), again])
  void disk.cutPowerAt(Number.POSITIVE_INFINITY)
  if (log !== undefined) return { log, disk }
  const left = disk.afterPowerLoss(random)
  return { log: await open(left).catch((error: Error) => error), disk: left }
}

async function lostIn(log: AppendLog, acked: Acked): Promise<string[]> {
  const heads = new Map<string, string>()
  const links = new Map<SessionId, Buffer>()
  for await (const record of log.read()) {
    const { hash } = placeRecord(record, { ...record, link: links.get(record.session) ?? NO_LINK })
    links.set(record.session, hash)
    heads.set(`${record.session} ${record.seq}`, hash.toString('hex'))
  }
  const lost = [...acked].filter(([id, { lastSeq, head }]) => heads.get(`${id} ${lastSeq}`) !== head.toString('hex'))
  return lost.map(([id, { lastSeq }]) => `${id} ${lastSeq}`)
}

describe('When the power goes', () => {
  it('nothing that was acknowledged is lost, at any moment, whichever sectors were written', async () => {
    for (let seed = 1; seed <= 300; seed++) expect(await lostAfterPowerLoss(seed), `seed ${seed}`).toEqual([])
  })

  it('acknowledgements are lost where syncs do nothing (the control of the test above)', async () => {
    let runs = 0
    for (let seed = 1; seed <= 20; seed++)
      if ((await lostAfterPowerLoss(seed, { withoutSync: true })).length > 0) runs++
    expect(runs).toBeGreaterThan(10)
  })

  it('a half written batch is set aside and the journal says so, even when the power goes again meanwhile', async () => {
    let found = 0
    for (let seed = 1; seed <= 100; seed++) {
      const random = randomOf(seed)
      const storage = new SimulatedStorage()
      const powerLoss = storage.cutPowerAt(20 + Math.floor(random() * 100))
      void open(storage).then((log) => write(log, random))
      await powerLoss
      const { log, disk } = await recover(storage.afterPowerLoss(random), random)
      if (log instanceof Error) throw log
      const torn = [...disk.files()].filter(([name]) => name.startsWith('torn-')).sort()
      const journal = await recordsOf(log, JOURNAL_ID)
      const events = journal.map((record) => JSON.parse(record.payload.toString()) as { file: string })
      events.sort((one, other) => (one.file < other.file ? -1 : 1))
      const expected = torn.map(([file, { length }]) =>
        expect.objectContaining({ type: 'recovery', file, bytes: length }),
      )
      expect(events, `seed ${seed}`).toEqual(expected)
      found += torn.length
    }
    expect(found).toBeGreaterThan(10)
  })
})
