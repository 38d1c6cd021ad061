import { randomBytes } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { Tape } from '../../src/player/tape.ts'
import type { ReadRecord } from '../../src/protocol/read-record.ts'
import { ending, type Moment, recordsOf, size } from './rig/recorded.ts'

const KIB = 1024

/** Output that no compression makes smaller, with what is no event of a tape in between. */
const moments: readonly Moment[] = Array.from({ length: 256 }, (_, index): Moment[] => [
  [index, 'input', `key ${index}`],
  [index, 'output', randomBytes(16 * KIB)],
]).flat()
const records = recordsOf([size(0, 80, 24), ...moments, ending(256)])

interface Read {
  readonly from: number
  count: number
}

function filled(mostKept: number): { tape: Tape; reads: Read[] } {
  const reads: Read[] = []
  const reread = async function* (from: number): AsyncGenerator<ReadRecord> {
    const read = { from, count: 0 }
    reads.push(read)
    for (const record of records.slice(from)) {
      read.count += 1
      yield record
    }
  }
  const tape = new Tape(reread, mostKept)
  for (const record of records) tape.append(record)
  return { tape, reads }
}

describe('a tape that keeps less than there is', () => {
  it('gives every event as one that keeps all', async () => {
    const [{ tape: whole, reads: none }, { tape: part, reads }] = [filled(64 * KIB * KIB), filled(512 * KIB)]
    expect(part.length).toBe(whole.length)
    for (let ordinal = 0; ordinal < whole.length; ordinal += 1) {
      expect(await part.event(ordinal)).toEqual(await whole.event(ordinal))
    }
    expect(none).toEqual([])
    // From the first to the last that it let go, in one reading.
    expect(reads).toEqual([{ from: 0, count: expect.any(Number) }])
    expect(reads[0]?.count).toBeGreaterThan(records.length / 2)
  })

  it('finds moments in what it let go, and reads only that chunk for it', async () => {
    const { tape, reads } = filled(512 * KIB)
    const whole = filled(64 * KIB * KIB).tape
    for (const moment of [9.5e6, 10.5e6]) expect(await tape.countUntil(moment)).toBe(await whole.countUntil(moment))
    expect(reads).toHaveLength(1)
    expect(reads[0]?.count).toBeLessThan(records.length / 16)
  })

  it('reads nothing again for what came last', async () => {
    const { tape, reads } = filled(512 * KIB)
    await tape.event(tape.length - 1)
    await tape.event(tape.length - 5)
    expect(reads).toEqual([])
  })
})
