/**
 * The program that is killed under load: several logs, each with a collector and many clients that type without end. It
 * says so on stdout when its logs are open.
 *
 *     node kill-subject.mjs '{"folders": […], "writers": N}' 3>>witness-of-the-first 4>>witness-of-the-second …
 */
import { writeSync } from 'node:fs'
import { createCollector } from '../../server-min/collector.ts'
import { openFileLog } from '../../server-min/log/file-log.ts'
import { inProcess } from './in-process.ts'
import { type KillOrder, policyOf, SUBJECT_SIZES, WITNESS_FD } from './subject-order.ts'
import { Typist } from './typist.ts'
import { fileWitness, type Witness } from './witness.ts'

/** A line, a paste of several records, a large one, and now and then a session that ends. */
async function typeForEver(connector: ReturnType<typeof inProcess>, witness: Witness): Promise<never> {
  for (;;) {
    const typist = await Typist.open({ connector, witness })
    for (let line = 0; Math.random() < 0.9; line++) {
      const size = Math.random() < 0.05 ? 10_000 : 1 + Math.floor(Math.random() * 60)
      await typist.type(...Array.from({ length: 1 + (line % 3) }, () => Buffer.alloc(size, `line ${line}\r`)))
    }
    await typist.end()
  }
}

async function load(folder: string, witness: Witness): Promise<() => Promise<never>[]> {
  const log = await openFileLog({ folder, now: Date.now, ...SUBJECT_SIZES })
  const collector = createCollector({ log, policy: policyOf(durability) })
  await collector.recovered
  const connector = inProcess(() => collector)
  return () => Array.from({ length: writers }, () => typeForEver(connector, witness))
}

const { folders, writers, durability } = JSON.parse(process.argv[2] ?? '') as KillOrder
const starts = await Promise.all(folders.map((folder, index) => load(folder, fileWitness(WITNESS_FD + index))))
writeSync(1, 'ready\n')
await Promise.all(starts.flatMap((start) => start()))
