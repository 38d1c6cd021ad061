/**
 * The program that faults are put into: opens the log, types a fixed script through the real client and collector, and
 * closes. Every group of records is waited for, so that each run makes the same system calls.
 *
 *     node crash-subject.mjs '{"folder": …, "durability": "Strict", "rounds": 1, "shortWrite": N}' 3>>witness
 */
import fs from 'node:fs'
import { syncBuiltinESMExports } from 'node:module'
import { createCollector } from '../../server-min/collector.ts'
import { openFileLog } from '../../server-min/log/file-log.ts'
import { isFault } from '../../src/protocol/fault.ts'
import { inProcess } from './in-process.ts'
import { policyOf, SUBJECT_EXIT, SUBJECT_SIZES, type SubjectOrder, WITNESS_FD } from './subject-order.ts'
import { Typist } from './typist.ts'
import { fileWitness } from './witness.ts'

/** strace can claim a short write but not make one: that would be a disk that lies. So half of the Nth is written here. */
function shortenWrite(nth: number): void {
  const { write } = fs
  let calls = 0
  const shortened = (...[fd, bytes, offset, length, position, done]: WriteArguments): void => {
    calls += 1
    write(fd, bytes, offset, calls === nth ? Math.max(1, length >> 1) : length, position, done)
  }
  fs.write = shortened as typeof fs.write
  syncBuiltinESMExports()
}

type Written = (error: NodeJS.ErrnoException | null, written: number) => void
type WriteArguments = [number, Uint8Array, number, number, number, Written]

async function run({ folder, rounds, durability }: SubjectOrder): Promise<void> {
  const witness = fileWitness(WITNESS_FD)
  const log = await openFileLog({ folder, now: Date.now, ...SUBJECT_SIZES })
  const collector = createCollector({ log, policy: policyOf(durability) })
  await collector.recovered
  const connector = inProcess(() => collector)
  const shell = await Typist.open({ connector, witness })
  await shell.resize({ columns: 80, rows: 24 })
  await shell.type('l')
  await shell.type('s', '\r')
  const left = await Typist.open({ connector, witness })
  for (let round = 0; round < rounds; round++) {
    // Larger than a segment, so that it has one of its own; then one that fills most of the next.
    await shell.type(Buffer.alloc(20_000, 'paste '))
    await left.type(Buffer.alloc(9_000, 'x'), 'y')
  }
  await shell.type('exit', '\r')
  await shell.endInput()
  await shell.end()
  await left.type('unended')
  await log.close()
}

const order = JSON.parse(process.argv[2] ?? '') as SubjectOrder
if (order.shortWrite !== undefined) shortenWrite(order.shortWrite)
try {
  await run(order)
  process.exit(SUBJECT_EXIT.finished)
} catch (error) {
  process.stderr.write(`${isFault(error) ? error.code : error instanceof Error ? error.stack : String(error)}\n`)
  process.exit(isFault(error) ? SUBJECT_EXIT.fault : SUBJECT_EXIT.bug)
}
