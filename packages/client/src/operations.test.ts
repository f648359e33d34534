import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { operationsSource } from '../tools/generate-operations.ts'

const committed = join(import.meta.dirname, 'operations.ts')
const root = join(import.meta.dirname, '../../..')

test('the SDK has exactly the operations, events and errors of the contract', async () => {
  const source = await operationsSource()
  const formatter = join(root, 'node_modules/.bin/biome')
  const formatted = execFileSync(formatter, ['format', `--stdin-file-path=${committed}`], { cwd: root, input: source, encoding: 'utf8' })
  expect(readFileSync(committed, 'utf8'), 'after changing the contract: npm run generate -w @parley/client').toBe(formatted)
})
