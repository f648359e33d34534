import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'

/** The last line of a run over these test files. */
function lastLine(files: Record<string, string>): string {
  const root = mkdtempSync(join(tmpdir(), 'parley-closing-line-'))
  onTestFinished(() => rmSync(root, { recursive: true }))
  const reporter = join(import.meta.dirname, 'closing-line.ts')
  const config = `import { ClosingLine } from '${reporter}'
export default { test: { globals: true, reporters: ['default', new ClosingLine()] } }`
  for (const [name, text] of Object.entries({ ...files, 'vitest.config.ts': config })) writeFileSync(join(root, name), text)
  const vitest = join(import.meta.dirname, '../node_modules/vitest/vitest.mjs')
  const { stdout } = spawnSync(process.execPath, [vitest, 'run', '--root', root], { cwd: root, encoding: 'utf8' })
  return stdout.trimEnd().split('\n').at(-1) ?? ''
}

const passing = "test('passes', () => {})"
const skipping = "test.skipIf(true)('needs a service', () => {})"

test('a run ends with what passed and what failed', () => {
  expect(lastLine({ 'a.test.ts': passing, 'b.test.ts': passing })).toBe('2 passed, 0 failed')
})

test('failed tests, files that cannot be loaded, broken hooks and unhandled errors are failures; skipped tests are counted', () => {
  const files = {
    'passes.test.ts': `${passing}\n${skipping}`,
    'fails.test.ts': "test('fails', () => { throw new Error('no') })",
    'missing.test.ts': "import './not-there.ts'",
    'hook.test.ts': `describe('x', () => { beforeAll(() => { throw new Error('no') }); test('never runs', () => {}) })`,
    'unhandled.test.ts': "test('leaves something behind', () => { Promise.reject(new Error('unhandled')) })",
  }
  expect(lastLine(files)).toMatch(/^2 passed, 4 failed, \d skipped$/)
})
