/** `npm run gen`: writes what follows from the contract, the settings and the tests. */
import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { generatedFiles, staleFiles } from './generated-files.ts'

const root = join(import.meta.dirname, '../..')
const stale = new Set(staleFiles(root))

for (const { path, text } of generatedFiles(root)) {
  mkdirSync(dirname(join(root, path)), { recursive: true })
  writeFileSync(join(root, path), text)
  process.stdout.write(`${stale.has(path) ? 'wrote     ' : 'unchanged '} ${path}\n`)
}
