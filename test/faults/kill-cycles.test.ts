import { expect, it } from 'vitest'
import { killCycles } from './kill-cycles.ts'

it.each([
  ['Strict', 700],
  ['Line', 300],
] as const)(
  'A collector under %s that is killed %i times under load loses no acknowledged record and doubles none',
  {
    timeout: 300_000,
  },
  async (durability, cycles) => {
    const { wrong, ...report } = await killCycles({ cycles, durability, seed: 20_260_101 })
    expect(wrong).toEqual([])
    expect(report.cycles).toBeGreaterThanOrEqual(cycles)
    // Kills that hit nothing prove nothing: most hit a log in use, some one that is being opened or recovered.
    expect(report.acknowledged).toBeGreaterThan(report.cycles)
    expect(report.early).toBeGreaterThan(10)
  },
)
