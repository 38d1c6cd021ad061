import { randomBytes } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { Tape } from '../../src/player/tape.ts'
import type { ReadRecord } from '../../src/protocol/read-record.ts'
import { ending, type Moment, recordsOf, size } from './rig/recorded.ts'

const KIB = 1024

/** Output that no compression makes smaller, with what is no event of a tape in between. */
const moments: readonly Moment[] = Array.from({ length: 64 }, (_, index): Moment[] => [
  [index, 'input', `key ${index}`],
  [index, 'output', randomBytes(64 * KIB)],
]).flat()
const records = recordsOf([size(0, 80, 24), ...moments, ending(64)])

function filled(mostKept: number): { tape: Tape; reads: [number, number][] } {
  const reads: [number, number][] = []
  const reread = async function* (first: number, last: number): AsyncGenerator<ReadRecord> {
    reads.push([first, last])
    yield* records.slice(first, last + 1)
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
    expect(reads.length).toBeGreaterThan(4)
  })

  it('finds moments in what it let go, and reads only that chunk for it', async () => {
    const { tape, reads } = filled(512 * KIB)
    const whole = filled(64 * KIB * KIB).tape
    expect(await tape.countUntil(3_500_000)).toBe(await whole.countUntil(3_500_000))
    expect(reads).toHaveLength(1)
    const [[first, last] = [0, 0]] = reads
    expect(last - first).toBeLessThan(records.length / 4)
  })

  it('reads nothing again for what came last', async () => {
    const { tape, reads } = filled(512 * KIB)
    await tape.event(tape.length - 1)
    await tape.event(tape.length - 5)
    expect(reads).toEqual([])
  })
})
