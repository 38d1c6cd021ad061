import { expect, test } from 'vitest'
import { printable } from '../../src/protocol/printable.ts'
import { ATTACKS } from '../reading/hostile.ts'

test.each(ATTACKS)('of %j nothing is left that a terminal acts on, nor what ends a line unseen', (attack) => {
  expect(printable(`a\tb\n${attack}`)).toMatch(/^a\tb\n[^\p{C}\p{Zl}\p{Zp}]*$/u)
})

test('what is too long is cut', () => expect(printable('x'.repeat(10_000))).toHaveLength(4000))
