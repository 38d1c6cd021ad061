/**
 * The program whose disk takes its time: clients that paste as fast as they may, until each has sent its share. Says on stdout
 * how much memory that took, and when what was acknowledged.
 *
 *     node --expose-gc slow-subject.mjs '{"folder": …, "durability": "Strict", "writers": N, "bytes": N}' 3>>witness
 */
import { setImmediate as nextTurn } from 'node:timers/promises'
import { createCollector } from '../../server-min/collector.ts'
import { openFileLog } from '../../server-min/log/file-log.ts'
import { inProcess } from './in-process.ts'
import { policyOf, type SlowOrder, type SlowReport, WITNESS_FD } from './subject-order.ts'
import { Typist } from './typist.ts'
import { fileWitness } from './witness.ts'

const PIECE = Buffer.alloc(16 * 1024, 'paste\r')
const { folder, durability, writers, bytes } = JSON.parse(process.argv[2] ?? '') as SlowOrder
const log = await openFileLog({ folder, now: Date.now, lowWaterBytes: 1 })
const collector = createCollector({ log, policy: policyOf(durability) })
const connector = inProcess(() => collector)
const witness = fileWitness(WITNESS_FD)
const typists = await Promise.all(Array.from({ length: writers }, () => Typist.open({ connector, witness })))

/** What is held, without what waits to be collected. */
function memory(): number {
  globalThis.gc?.()
  return process.memoryUsage().arrayBuffers
}
const idle = memory()
let peak = 0
let longestMs = 0

async function paste(typist: Typist): Promise<void> {
  for (let sent = 0; sent < bytes; ) {
    const started = performance.now()
    for (; typist.flowing && sent < bytes; sent += PIECE.length) typist.send(PIECE)
    peak = Math.max(peak, memory() - idle)
    await typist.settled()
    longestMs = Math.max(longestMs, performance.now() - started)
    await nextTurn()
  }
}

await Promise.all(typists.map(paste))
await Promise.all(typists.map((typist) => typist.end()))
await log.close()
const report: SlowReport = { peakBytes: peak, longestMs }
process.stdout.write(JSON.stringify(report))
