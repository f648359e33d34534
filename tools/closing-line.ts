import type { Reporter, SerializedError, TestModule } from 'vitest/node'

/** Ends a test run with one line alone: `N passed, N failed`, and `, N skipped` where any were. */
export class ClosingLine implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], unhandled: readonly SerializedError[]): void {
    const counts = { passed: 0, failed: unhandled.length, skipped: 0, pending: 0 }
    for (const module of modules) {
      for (const test of module.children.allTests()) counts[test.result().state] += 1
      // A file that can't be loaded, or a hook that throws, fails without any failing test.
      const brokenSuites = [...module.children.allSuites()].filter((suite) => suite.errors().length > 0)
      counts.failed += brokenSuites.length + (module.errors().length > 0 ? 1 : 0)
    }
    counts.failed += counts.pending
    const skipped = counts.skipped > 0 ? `, ${counts.skipped} skipped` : ''
    process.stdout.write(`\n${counts.passed} passed, ${counts.failed} failed${skipped}\n`)
  }
}
