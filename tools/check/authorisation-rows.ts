/** Who may do what, and who hears what, is written down for the whole contract. */
import { globSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Event, Operation } from '@parley/protocol/define'
import type { AuthorisationRow } from '../../apps/server/src/core/authz.ts'

type Definition = Operation | Event

/** Every operation and event has a row, and each only one. */
export function rowProblems(definitions: readonly Definition[], rows: readonly Pick<AuthorisationRow, 'definition'>[]): string[] {
  const counts = new Map<Definition, number>()
  for (const { definition } of rows) counts.set(definition, (counts.get(definition) ?? 0) + 1)
  const missing = definitions.filter((definition) => !counts.has(definition)).map(({ kind, name }) => `the ${kind} ${name} has no row`)
  const repeated = [...counts].filter(([, count]) => count > 1).map(([{ kind, name }, count]) => `the ${kind} ${name} has ${count} rows`)
  return [...missing, ...repeated]
}

/** The rows of every `modules/x/x.authz.ts`. */
export async function readRows(root: string): Promise<AuthorisationRow[]> {
  const paths = globSync('apps/server/src/modules/*/*.authz.ts', { cwd: root })
  const modules = await Promise.all(paths.map((path) => import(pathToFileURL(join(root, path)).href)))
  return (modules as { rows: AuthorisationRow[] }[]).flatMap(({ rows }) => rows)
}
