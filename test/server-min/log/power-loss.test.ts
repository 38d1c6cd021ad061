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
  const log = await open(storage)
  const powerLoss = storage.cutPowerAt(storage.operations + 10 + Math.floor(random() * 150))
  const acked = write(log, random)
  await powerLoss
  const recovered = await recover(storage.afterPowerLoss(random), random)
  return recovered instanceof Error ? [recovered.message] : lostIn(recovered, acked)
}

/** Opens what is left; the power may go again meanwhile. */
async function recover(disk: SimulatedStorage, random: () => number): Promise<AppendLog | Error> {
  const again = disk.cutPowerAt(1 + Math.floor(random() * 40))
  const log = await Promise.race([open(disk).catch((error: Error) => error), again])
  if (log === undefined) return open(disk.afterPowerLoss(random)).catch((error: Error) => error)
  void disk.cutPowerAt(Number.POSITIVE_INFINITY)
  return log
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

  it('a half written batch is set aside and the journal says so', async () => {
    let found = 0
    for (let seed = 1; seed <= 60; seed++) {
      const random = randomOf(seed)
      const storage = new SimulatedStorage()
      const powerLoss = storage.cutPowerAt(40 + Math.floor(random() * 100))
      void open(storage).then((log) => write(log, random))
      await powerLoss
      const disk = storage.afterPowerLoss(random)
      const log = await open(disk)
      const torn = [...disk.files()].filter(([name]) => name.startsWith('torn-'))
      const journal = await recordsOf(log, JOURNAL_ID)
      const events = journal.map((record) => JSON.parse(record.payload.toString()) as object)
      expect(events).toEqual(
        torn.map(([file, bytes]) => expect.objectContaining({ type: 'recovery', file, bytes: bytes.length })),
      )
      found += torn.length
    }
    expect(found).toBeGreaterThan(5)
  })
})
