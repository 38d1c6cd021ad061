import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { createCollector } from '../../server-min/collector.ts'
import { openFileLog } from '../../server-min/log/file-log.ts'
import { until } from '../server-min/rig/client.ts'
import { GatedStorage } from './gated-storage.ts'
import { inProcess } from './in-process.ts'
import { recordsIn, violations } from './recovered.ts'
import { slowDisk } from './slow-disk.ts'
import { whyNoStrace } from './strace.ts'
import { Typist } from './typist.ts'
import { MemoryWitness } from './witness.ts'

const MIB = 1024 * 1024

async function slowCollector() {
  const folder = join(await mkdtemp(join(tmpdir(), 'slow-')), 'log')
  const disk = new GatedStorage()
  const log = await openFileLog({ folder, now: Date.now, storage: disk.storage, lowWaterBytes: 1 })
  const collector = createCollector({ log })
  const connector = inProcess(() => collector)
  const witness = new MemoryWitness()
  const close = async (): Promise<void> => {
    await log.close()
  }
  const remove = (): Promise<void> => rm(join(folder, '..'), { recursive: true, force: true })
  return { folder, disk, log, connector, witness, close, [Symbol.asyncDispose]: remove }
}

test('While the disk syncs, acks wait, nothing is forwarded, and the source of input is held at its window', async () => {
  await using slow = await slowCollector()
  const typist = await Typist.open(slow)
  slow.disk.shut()
  const memory = () => process.memoryUsage().arrayBuffers
  const piece = Buffer.alloc(16 * 1024, 'x')
  const before = memory()
  let offered = 0
  for (; offered < 256 * MIB && typist.flowing; offered += piece.length) typist.send(piece)
  expect(typist.flowing).toBe(false)
  expect(offered).toBeLessThanOrEqual(MIB + piece.length)
  await until(() => slow.disk.waiting > 0)
  // What the client holds, what is on its way, and the batch: each at most the window.
  expect(memory() - before).toBeLessThan(8 * MIB)
  const story = slow.witness.stories.get(typist.id)
  expect(story).toMatchObject({ acked: 0, forwarded: [] })
  slow.disk.open()
  await typist.settled()
  expect(story?.forwarded).toHaveLength(offered / piece.length)
  expect(typist.flowing).toBe(true)
  await typist.end()
  await slow.close()
  expect(violations(await recordsIn(slow.folder), slow.witness.stories)).toEqual([])
})

test('What many sessions typed while the disk synced is served in the order in which it came', async () => {
  await using slow = await slowCollector()
  const typists = await Promise.all(Array.from({ length: 20 }, () => Typist.open(slow)))
  slow.disk.shut()
  const [first, ...others] = typists
  first?.send('the batch that the disk is busy with')
  await until(() => slow.disk.waiting > 0)
  // Interleaved, each session twice: 1, 2, …, 19, 1, 2, …
  for (const word of ['first', 'second']) {
    for (const typist of others) typist.send(word)
    await nextTurn()
  }
  const opening = Typist.open(slow)
  await nextTurn()
  for (const typist of typists) expect(slow.witness.stories.get(typist.id)?.forwarded).toEqual([])
  slow.disk.open()
  await Promise.all(typists.map((typist) => typist.settled()))
  const late = await opening
  await slow.close()
  const order = (await recordsIn(slow.folder)).slice(typists.length + 1)
  const ids = others.map(({ id }) => id)
  expect(order.map(({ session }) => session)).toEqual([...ids, ...ids, late.id])
  expect(violations(await recordsIn(slow.folder), slow.witness.stories)).toEqual([])
})

const missing = whyNoStrace()

test.skipIf(missing !== undefined).each(['Strict', 'Line'] as const)(
  `Under %s a disk whose every sync takes 100 ms delays acks, and costs no more memory${missing === undefined ? '' : ` (skipped: ${missing})`}`,
  { timeout: 60_000 },
  async (durability) => {
    expect((await slowDisk(100, durability)).wrong).toEqual([])
  },
)
