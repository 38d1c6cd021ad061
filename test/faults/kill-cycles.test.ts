import { expect, it } from 'vitest'
import { killCycles } from './kill-cycles.ts'

it('A collector that is killed 1,000 times under load loses no acknowledged record and doubles none', {
  timeout: 300_000,
}, async () => {
  const { wrong, ...report } = await killCycles({ cycles: 1000, seed: 20_260_101 })
  expect(wrong).toEqual([])
  expect(report.cycles).toBeGreaterThanOrEqual(1000)
  // Kills that hit nothing prove nothing: most hit a log in use, some one that is being opened or recovered.
  expect(report.acknowledged).toBeGreaterThan(report.cycles)
  expect(report.early).toBeGreaterThan(10)
})
