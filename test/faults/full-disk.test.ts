import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { createCollector } from '../../server-min/collector.ts'
import { openFileLog } from '../../server-min/log/file-log.ts'
import { inProcess } from './in-process.ts'
import { checkRecovery, recordsIn } from './recovered.ts'
import { mountSmallDisk, whyNoSmallDisk } from './small-disk.ts'
import { Typist } from './typist.ts'
import { MemoryWitness } from './witness.ts'

const MIB = 1024 * 1024
const SIZES = { segmentBytes: MIB, reserveBytes: 256 * 1024, lowWaterBytes: 3 * MIB }
const missing = whyNoSmallDisk()
const why = missing === undefined ? '' : ` (skipped: ${missing})`
const codeOf = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => 'done',
    (error: { code: unknown }) => error.code,
  )

describe.skipIf(missing !== undefined)(`A collector on a disk that is really full${why}`, () => {
  it('refuses new sessions first, closes live ones later with the reason on record, and recovers all', async () => {
    using disk = mountSmallDisk(8 * MIB)
    const folder = join(disk.path, 'log')
    const log = await openFileLog({ folder, now: Date.now, ...SIZES })
    const collector = createCollector({ log })
    const connector = inProcess(() => collector)
    const witness = new MemoryWitness()
    const busy = await Typist.open({ connector, witness })
    // Their ends together do not fit in what one of the pieces below leaves over: they need the reserve.
    const idle = await Promise.all(Array.from({ length: 100 }, () => Typist.open({ connector, witness })))
    let refusedAfter: number | undefined
    let typed = 0
    let ended: unknown
    for (; ended === undefined; typed++) {
      ended = await busy.type(Buffer.alloc(20_000, 'x')).catch((error: { code: unknown }) => error.code)
      if (refusedAfter === undefined && !collector.readiness().recording) {
        refusedAfter = typed
        expect(await codeOf(Typist.open({ connector, witness }))).toBe('KAE_LOG_DISK_FULL')
      }
    }
    expect(ended).toBe('KAE_LOG_DISK_FULL')
    // New sessions were refused long before a live one was closed.
    expect(typed - (refusedAfter ?? typed)).toBeGreaterThan(50)
    for (const { failed } of idle) expect(await codeOf(failed)).toBe('KAE_LOG_DISK_FULL')
    await collector.drain(1000)
    await log.close()
    const records = await recordsIn(folder)
    for (const { id } of [busy, ...idle]) {
      const last = records.filter(({ session }) => session === id).at(-1)
      expect(last?.kind).toBe('end')
      expect(JSON.parse(Buffer.from(last?.payload ?? []).toString())).toMatchObject({ reason: 'collector-closed' })
    }
    expect(await checkRecovery(folder, witness.stories, SIZES)).toEqual([])
  })

  it('takes sessions again as soon as somebody makes room', async () => {
    using disk = mountSmallDisk(8 * MIB)
    const other = join(disk.path, 'somebody-elses')
    const folder = join(disk.path, 'log')
    const log = await openFileLog({ folder, now: Date.now, ...SIZES })
    const collector = createCollector({ log })
    const connector = inProcess(() => collector)
    const witness = new MemoryWitness()
    writeFileSync(other, Buffer.alloc(disk.free() - 64 * 1024))
    await expect.poll(() => codeOf(Typist.open({ connector, witness })), { timeout: 5000 }).toBe('KAE_LOG_DISK_FULL')
    rmSync(other)
    await expect.poll(() => codeOf(Typist.open({ connector, witness })), { timeout: 5000 }).toBe('done')
    await collector.drain(1000)
    await log.close()
    expect(await checkRecovery(folder, witness.stories, SIZES)).toEqual([])
  })
})
