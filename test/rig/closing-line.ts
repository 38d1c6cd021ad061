import type { Reporter, TestModule } from 'vitest/node'

/** Prints `N passed, N failed, N skipped` as the run's last line, for people and for CI alike. */
export default class ClosingLine implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], errors: readonly unknown[]): void {
    const count = { passed: 0, failed: 0, skipped: 0 }
    for (const module of modules) {
      let seen = 0
      for (const test of module.children.allTests()) {
        const state = test.result().state
        count[state === 'pending' ? 'skipped' : state] += 1
        seen += 1
      }
      // A file that failed to load has no tests, and must not look like a pass.
      if (seen === 0 && module.state() === 'failed') count.failed += 1
    }
    count.failed += errors.length
    process.on('exit', () => console.log(`${count.passed} passed, ${count.failed} failed, ${count.skipped} skipped`))
  }
}
