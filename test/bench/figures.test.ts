import { expect, test } from 'vitest'
import { figuresOf } from './figures.ts'
import { atLeastTimes, atMostAdded, atMostTimes } from './line.ts'
import { lineOf, tableOf } from './report.ts'

test('quantiles are values that were measured, whatever their order', () => {
  const values = Array.from({ length: 100 }, (_, index) => 100 - index)
  expect(figuresOf(values)).toEqual({ rounds: 100, min: 1, median: 50, p90: 90, p99: 99, max: 100 })
  expect(figuresOf([7])).toEqual({ rounds: 1, min: 7, median: 7, p90: 7, p99: 7, max: 7 })
})

test('an aim that is missed is shown as missed', () => {
  const judges = [atMostTimes('median', 1), atMostAdded('median', 10), atLeastTimes('median', 2)]
  const line = lineOf({ name: 'row', unit: 'ms' }, { ours: [15], kubectl: [10] }, judges)
  expect(line.verdicts.map(({ met }) => met)).toEqual([false, true, false])
  expect(line.ratio).toBe(1.5)
  expect(tableOf([line])).toContain('✗ median ≤ 1 × (1.50 ×); ✓ median ≤ 10 added (5.00); ✗ median ≥ 2 × (1.50 ×)')
})

test('a row without kubectl’s figures has no ratio and no verdict about it', () => {
  const line = lineOf({ name: 'row', unit: 's' }, { ours: [1, 2] }, [atMostTimes('median', 1)])
  expect(line.verdicts).toEqual([])
  expect(line.ratio).toBeUndefined()
})
