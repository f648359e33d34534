import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { sourceFiles } from './source-files.ts'
import { environmentReads, fileLengths, silencedChecks, strayQueries } from './source-rules.ts'

const file = (path: string, text: string) => ({ path, text })
const lines = (count: number) => 'const line = 1\n'.repeat(count)

describe('the environment', () => {
  const reading = 'const port = process.env.PORT'

  test('is read nowhere but in config.ts', () => {
    expect(environmentReads([file('apps/server/src/app.ts', `// first\n${reading}`)])).toEqual([`apps/server/src/app.ts:2  ${reading}`])
    expect(environmentReads([file('packages/client/src/client.ts', "import { env } from 'node:process'")])).toHaveLength(1)
  })

  test('may be read by config.ts, tests, and what surrounds the product', () => {
    const allowed = [
      'apps/server/src/config.ts',
      'apps/server/src/testing/start.ts',
      'apps/server/src/app.test.ts',
      'tools/start.mjs',
      'vitest.config.ts',
    ]
    expect(environmentReads(allowed.map((path) => file(path, reading)))).toEqual([])
  })
})

describe('SQL', () => {
  const tagged = "import { type Selectable, sql } from 'kysely'"
  const built = "  return query.selectFrom('users').selectAll().execute()"

  test.each([tagged, built])('stands nowhere but in queries: %s', (text) => {
    expect(strayQueries([file('apps/server/src/modules/users/search-users.ts', text)])).toHaveLength(1)
    expect(strayQueries([file('apps/server/src/transport/http.ts', text)])).toHaveLength(1)
  })

  test('may stand in queries, in the platform and in tests', () => {
    const allowed = ['modules/users/users.queries.ts', 'platform/database/migrate.ts', 'testing/world.ts', 'modules/users/users.test.ts']
    expect(strayQueries(allowed.map((path) => file(`apps/server/src/${path}`, `${tagged}\n${built}`)))).toEqual([])
  })

  test('types of kysely are no SQL', () => {
    expect(strayQueries([file('apps/server/src/modules/users/search-users.ts', "import type { Selectable } from 'kysely'")])).toEqual([])
  })
})

describe('nothing is silenced', () => {
  // Put together here, so that this file is not found itself.
  test.each([
    '// @ts-' + 'ignore',
    '// @ts-' + 'expect-error',
    '// biome-' + 'ignore lint: no',
    'test' + '.only(',
    'describe' + '.skip(',
    'it' + '.todo(',
    '// TO' + 'DO later',
  ])('%s is found', (text) => {
    expect(silencedChecks([file('packages/client/src/client.ts', text)])).toHaveLength(1)
  })

  test('a test that needs a service may say so', () => {
    expect(silencedChecks([file('apps/server/src/app.test.ts', "test.skipIf(!postgres)('…', () => {})")])).toEqual([])
  })
})

describe('file lengths', () => {
  test('past 250 lines is a warning, past 400 a failure', () => {
    const files = [file('a.ts', lines(250)), file('b.ts', lines(251)), file('c.tsx', lines(400)), file('d.mjs', lines(401))]
    expect(fileLengths(files)).toEqual({ problems: ['d.mjs has 401 lines'], warnings: ['b.ts has 251 lines', 'c.tsx has 400 lines'] })
  })

  test('tests may be long', () => {
    expect(fileLengths([file('a.test.ts', lines(900))])).toEqual({ problems: [], warnings: [] })
  })
})

test('source files are those that Git tracks or would track, without what is generated', () => {
  const root = mkdtempSync(join(tmpdir(), 'parley-files-'))
  onTestFinished(() => rmSync(root, { recursive: true }))
  execFileSync('git', ['init', '--quiet'], { cwd: root })
  for (const folder of ['docs/generated', 'dist']) mkdirSync(join(root, folder), { recursive: true })
  for (const path of ['a.ts', 'tracked.ts', 'deleted.ts', 'notes.md', 'dist/b.ts', 'docs/generated/c.ts'])
    writeFileSync(join(root, path), path)
  writeFileSync(join(root, '.gitignore'), 'dist/\n')
  execFileSync('git', ['add', 'tracked.ts', 'deleted.ts'], { cwd: root })
  rmSync(join(root, 'deleted.ts'))
  expect(sourceFiles(root).sort((a, b) => (a.path < b.path ? -1 : 1))).toEqual([file('a.ts', 'a.ts'), file('tracked.ts', 'tracked.ts')])
})
