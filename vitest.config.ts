import { existsSync } from 'node:fs'
import { defineConfig } from 'vitest/config'
import { ClosingLine } from './tools/closing-line.ts'

const chromium = '/usr/bin/chromium'
/** Where a browser may be missing, its suites are left out, and the run says so; in CI they fail instead. */
const browserTests = existsSync(chromium) || process.env.CI === 'true'
if (!browserTests) process.stdout.write(`The e2e suites are left out: there is no ${chromium} here (Debian: apt install chromium).\n`)

export default defineConfig({
  test: {
    reporters: ['default', new ClosingLine()],
    maxWorkers: 2,
    coverage: {
      provider: 'v8',
      include: ['packages/*/src/**', 'apps/server/src/**'],
      exclude: ['**/*.test.ts', '**/*.suite.ts', '**/testing/**'],
    },
    projects: [
      {
        test: {
          name: 'unit',
          include: [
            'tools/**/*.test.ts',
            'packages/protocol/src/**/*.test.ts',
            'apps/server/src/**/*.unit.test.ts',
            'apps/web/src/**/*.test.{ts,tsx}',
          ],
          testTimeout: 30_000,
        },
      },
      {
        test: {
          name: 'integration',
          include: [
            'apps/server/src/**/*.test.ts',
            'packages/client/src/**/*.test.ts',
            'torture/src/**/*.test.ts',
            'bench/src/**/*.test.ts',
          ],
          exclude: ['**/*.unit.test.ts'],
          globalSetup: ['apps/server/src/testing/global-setup.ts'],
          testTimeout: 30_000,
          hookTimeout: 60_000,
        },
      },
      ...(browserTests
        ? [
            {
              test: {
                name: 'e2e',
                include: ['e2e/src/**/*.test.ts'],
                globalSetup: ['tools/build-web-for-tests.mjs'],
                // After everything else, and one file at a time: browsers need the machine to themselves.
                sequence: { groupOrder: 1 },
                fileParallelism: false,
                testTimeout: 120_000,
                hookTimeout: 120_000,
              },
            },
          ]
        : []),
    ],
  },
})
