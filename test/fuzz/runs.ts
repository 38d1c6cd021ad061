/** FUZZ_RUNS: how many runs of each property (10,000 and more at night). FUZZ_SEED: those of a run that failed. */
import fc from 'fast-check'
import { vi } from 'vitest'
import { isFault } from '../../src/protocol/fault.ts'

const { FUZZ_RUNS, FUZZ_SEED } = process.env
const numRuns = Number(FUZZ_RUNS ?? 300)
vi.setConfig({ testTimeout: Math.max(20_000, 50 * numRuns) })
/** Known before the first run, so that what hangs can be run again as well. */
const seed = Number(FUZZ_SEED ?? Date.now() % 2 ** 31)

/** Far above what any input of these sizes needs, far below what a person would wait for. */
const HANG_MS = 5_000

/** Checks a property with this run's seed. A failure prints the seed and the smallest input that fails. */
export function holds<Input>(arbitrary: fc.Arbitrary<Input>, check: (input: Input) => void): void {
  const timed = (input: Input): void => {
    const started = performance.now()
    check(input)
    if (performance.now() - started > HANG_MS) throw new Error(`took more than ${HANG_MS} ms`)
  }
  try {
    fc.assert(fc.property(arbitrary, timed), { numRuns, seed })
  } catch (error) {
    throw new Error(`FUZZ_SEED=${seed} FUZZ_RUNS=${numRuns}: ${(error as Error).message}`, { cause: error })
  }
}

/** What a function gives, or the fault that it throws. Anything else that it throws is the failure that we look for. */
export function faultOr<Value>(run: () => Value): Value | { readonly code: string } {
  try {
    return run()
  } catch (error) {
    if (isFault(error) && /^KAE_/.test(error.code)) return { code: error.code }
    throw error
  }
}
