import { expect, it } from 'vitest'
import { nearestCommand } from '../../src/launch/nearest-command.ts'

const KNOWN = ['config list', 'sandbox', 'sessions list', 'sessions log', 'sessions replay', 'sessions watch', 'ui']

it.each([
  ['sessions lst', 'sessions list'],
  ['sessions lits', 'sessions list'],
  ['sessions replya', 'sessions replay'],
  ['sessions wacth', 'sessions watch'],
  ['sessions lof', 'sessions log'],
  ['config lst', 'config list'],
])('%s was meant to be %s', (typed, meant) => expect(nearestCommand(typed, KNOWN)).toBe(meant))

it.each(['sessions nonsense', 'x', 'ab', `sessions ${'l'.repeat(100_000)}`])('nothing is like %.20s', (typed) =>
  expect(nearestCommand(typed, KNOWN)).toBeUndefined(),
)
