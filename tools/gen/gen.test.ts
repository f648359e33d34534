import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { configurationTable, environmentExample } from './configuration.ts'
import { errorTable } from './error-table.ts'
import { generatedFiles } from './generated-files.ts'
import { findProofs, withProofs } from './proofs.ts'

const root = join(import.meta.dirname, '../..')

test.each(generatedFiles(root).map(({ path, text }) => [path, text]))('%s is what the sources say; else run npm run gen', (path, text) => {
  expect(readFileSync(join(root, path), 'utf8')).toBe(text)
})

describe('configuration', () => {
  const settings = [
    { name: 'PORT', description: 'The port.', default: '3000', example: '8080' },
    { name: 'KEY', description: 'One | two.', default: null, example: 'two words', secret: true as const },
  ]

  test('is a table of every setting', () => {
    const table = configurationTable(settings)
    expect(table).toContain('| `PORT` | The port. | 3000 | `8080` |')
    expect(table).toContain('| `KEY` 🔒 | One \\| two. | – | `two words` |')
  })

  test('the example file changes nothing until a line is uncommented', () => {
    const example = environmentExample(settings)
    expect(example.split('\n').filter((line) => line !== '' && !line.startsWith('#'))).toEqual([])
    expect(example).toContain('# PORT=8080\n')
    expect(example).toContain('# KEY="two words"\n')
  })
})

test('the table of errors says where each code may come from', () => {
  const codes = {
    GONE: { status: 410, title: 'Gone', message: 'It is gone.' },
    BUSY: { status: 503, title: 'Busy', message: 'Try again.', retryable: true as const },
    ODD: { status: 400, title: 'Odd', message: 'It is odd.' },
  }
  const rows = errorTable(codes, ['BUSY'], [{ name: 'look', errors: ['GONE'] }])
    .split('\n')
    .filter((line) => line.startsWith('| <a'))
  expect(rows).toEqual([
    '| <a id="ODD"></a>`ODD` | 400 | It is odd. | the transports themselves |  |',
    '| <a id="GONE"></a>`GONE` | 410 | It is gone. | `look` |  |',
    '| <a id="BUSY"></a>`BUSY` | 503 | Try again. | anywhere | yes |',
  ])
})

describe('proofs', () => {
  const tests = [
    {
      path: 'b.test.ts',
      text: `test('sends survive a kill (D1, O1)', run)\ntest("it's once (E1)", run)\ntest('no rule (see above)', run)`,
    },
    { path: 'a.test.ts', text: 'test.each(databases)(`holds on %s (D1) too`, run)' },
  ]

  test('are found by the ids that test names quote', () => {
    expect(Object.fromEntries(findProofs(tests, ['D1', 'O1', 'E1', 'P1']))).toEqual({
      D1: [
        { name: 'sends survive a kill (D1, O1)', path: 'b.test.ts' },
        { name: 'holds on %s (D1) too', path: 'a.test.ts' },
      ],
      O1: [{ name: 'sends survive a kill (D1, O1)', path: 'b.test.ts' }],
      E1: [{ name: "it's once (E1)", path: 'b.test.ts' }],
      P1: [],
    })
  })

  test('are listed per rule, between the marks only', () => {
    const before =
      '- **D1** Stored.\n- **P1** Private.\n\n<!-- proofs: written by `npm run gen` -->\nstale\n<!-- end of proofs -->\nafter\n'
    const after = withProofs(before, (ids) => findProofs(tests, ids))
    expect(after).toContain(
      '- **D1**\n  - holds on %s (D1) too · [a.test.ts](../a.test.ts)\n  - sends survive a kill (D1, O1) · [b.test.ts](../b.test.ts)\n',
    )
    expect(after).toContain('- **P1**: not proved yet\n')
    expect(after).not.toContain('stale')
    expect(after).toMatch(/^- \*\*D1\*\* Stored\.\n[\s\S]*<!-- end of proofs -->\nafter\n$/)
    expect(withProofs(after, (ids) => findProofs(tests, ids))).toBe(after)
  })

  test('a specification without the marks is an error', () => {
    expect(() => withProofs('- **D1** Stored.', () => new Map())).toThrow('docs/SPEC.md lacks')
  })
})
