import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { buildAsyncApi } from '@parley/protocol/asyncapi'
import { allOperations } from '@parley/protocol/contract'
import { errorCodes, universalErrors } from '@parley/protocol/errors'
import { buildOpenApi } from '@parley/protocol/openapi'
import { settings } from '../../apps/server/src/config.ts'
import { origins } from '../../apps/server/src/origins/origins.ts'
import { sourceFiles } from '../check/source-files.ts'
import { configurationTable, environmentExample } from './configuration.ts'
import { errorTable } from './error-table.ts'
import { findProofs, withProofs } from './proofs.ts'

export interface GeneratedFile {
  readonly path: string
  readonly text: string
}

const json = (value: object) => `${JSON.stringify(value, null, 2)}\n`

/** Everything in the repository that follows from something else in it, as it should be now. */
export function generatedFiles(root: string): GeneratedFile[] {
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string }
  const tests = sourceFiles(root).filter(({ path }) => /\.(test|suite)\.tsx?$/.test(path) && !path.startsWith('tools/'))
  return [
    { path: 'docs/generated/openapi.json', text: json(buildOpenApi({ version, origins })) },
    { path: 'docs/generated/asyncapi.json', text: json(buildAsyncApi({ version })) },
    { path: 'docs/generated/configuration.md', text: configurationTable(settings) },
    { path: 'docs/generated/errors.md', text: errorTable(errorCodes, universalErrors, allOperations) },
    { path: '.env.example', text: environmentExample(settings) },
    { path: 'docs/SPEC.md', text: withProofs(readFileSync(join(root, 'docs/SPEC.md'), 'utf8'), (ids) => findProofs(tests, ids)) },
  ]
}

/** The generated files that differ from what is committed. */
export function staleFiles(root: string): string[] {
  const current = (path: string) => {
    try {
      return readFileSync(join(root, path), 'utf8')
    } catch {
      return null
    }
  }
  return generatedFiles(root)
    .filter(({ path, text }) => current(path) !== text)
    .map(({ path }) => path)
}
