/** A collector on a disk whose every fdatasync takes its time: strace lets it wait before the call. */
import { closeSync, mkdtempSync, openSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Durability } from '../../src/protocol/session.ts'
import { bundleProgram } from './bundle-program.ts'
import { ackedBeforeSync } from './crash-sweep.ts'
import { recordsIn, violations } from './recovered.ts'
import { runTraced } from './strace.ts'
import type { SlowOrder, SlowReport } from './subject-order.ts'
import { readWitness } from './witness.ts'

const SUBJECT = fileURLToPath(new URL('slow-subject.ts', import.meta.url))
const MIB = 1024 * 1024
const WRITERS = 4
const SHARE = 8 * MIB
/** Each client's window of 1 MiB on its way and in the batch, two of these and room made ahead: less than all that is typed. */
const MOST_BYTES = 28 * MIB

export interface SlowDiskReport extends SlowReport {
  readonly wrong: readonly string[]
}

export async function slowDisk(delayMs: number, durability: Durability): Promise<SlowDiskReport> {
  const place = mkdtempSync(join(tmpdir(), 'slow-disk-'))
  try {
    const [folder, witness] = [join(place, 'log'), join(place, 'witness')]
    const order: SlowOrder = { folder, durability, writers: WRITERS, bytes: SHARE }
    const witnessFd = openSync(witness, 'a')
    const names = ['', 'segment.preparing', 'segment-00000000000000000001.log']
    const end = await runTraced({
      witnessFd,
      argv: [process.execPath, '--expose-gc', await bundleProgram(SUBJECT, place), JSON.stringify(order)],
      paths: [witness, ...names.map((name) => join(folder, name))],
      syscalls: ['pwrite64', 'fdatasync', 'write'],
      traceFile: join(place, 'trace'),
      injection: { syscall: 'fdatasync', what: `delay_enter=${delayMs * 1000}`, when: '1+' },
      timeoutMs: 60_000 + 80 * delayMs,
    })
    closeSync(witnessFd)
    if (end.status !== 0) return { wrong: [`it ended with ${end.signal ?? end.status} ${end.stderr}`], peakBytes: 0, longestMs: 0 } // biome-ignore format: one case
    const report = JSON.parse(end.stdout) as SlowReport
    const stories = readWitness(witness)
    const wrong = [...violations(await recordsIn(folder), stories), ...ackedBeforeSync(end.calls, durability)]
    const expected = (WRITERS * SHARE) / (16 * 1024)
    const forwarded = [...stories.values()].reduce((sum, story) => sum + story.forwarded.length, 0)
    if (forwarded < expected) wrong.push(`${forwarded} of ${expected} pieces were forwarded`)
    if (report.longestMs < delayMs) wrong.push(`acks came after ${report.longestMs} ms: the disk was not slow`)
    if (report.peakBytes > MOST_BYTES) wrong.push(`${report.peakBytes} bytes of memory`)
    return { ...report, wrong }
  } finally {
    rmSync(place, { recursive: true, force: true })
  }
}
