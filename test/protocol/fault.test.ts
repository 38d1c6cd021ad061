import { expect, test } from 'vitest'
import { describeFault, faultsOf } from '../../src/protocol/fault.ts'
import { printable } from '../../src/protocol/printable.ts'

const fault = faultsOf({ KAE_X: { exit: 1, summary: 'it failed', next: 'try again' } })

test('a fault is said with its code and what to do', () => {
  expect(describeFault(fault('KAE_X', { detail: 'why' }))).toBe('error: it failed: why (KAE_X)\n  next: try again')
})

test.each([
  ['its words', { detail: 'x'.repeat(1e6) }],
  ['its advice', { next: 'x'.repeat(1e6) }],
  ['all of it', { detail: 'x'.repeat(1e6), next: 'x'.repeat(1e6) }],
])('however long %s, its code and what to do are on the terminal', (_what, details) => {
  const said = printable(describeFault(fault('KAE_X', details)))
  expect(said).toMatch(/^error: it failed.* \(KAE_X\)\n {2}next: \S.*(?:…|again)$/)
})
