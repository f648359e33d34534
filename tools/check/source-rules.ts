/** Habits that no library checks. Each takes the files and answers with one line per problem. */
import { isTest, linesMatching, type SourceFile } from './source-files.ts'

const isServerOrPackage = (path: string) => /^(apps|packages)\/[^/]+\/src\//.test(path)

/** Only config.ts reads the environment. */
export function environmentReads(files: readonly SourceFile[]): string[] {
  return files
    .filter(({ path }) => isServerOrPackage(path) && path !== 'apps/server/src/config.ts' && !isTest(path))
    .flatMap((file) => linesMatching(file, /\bprocess\.env\b|\benv\b.*from 'node:process'/))
}

/** Only `x.queries.ts` and the database's own folder hold SQL. */
export function strayQueries(files: readonly SourceFile[]): string[] {
  return files
    .filter(({ path }) => path.startsWith('apps/server/src/') && !path.endsWith('.queries.ts') && !isTest(path))
    .filter(({ path }) => !path.startsWith('apps/server/src/platform/'))
    .flatMap((file) => linesMatching(file, /import .*\bsql\b.* from 'kysely'|\.(selectFrom|insertInto|updateTable|deleteFrom|mergeInto)\(/))
}

// Written so that this file does not find itself.
const suppressions = new RegExp(
  [
    '@ts-(ignore|expect-error|nocheck)',
    'biome-' + 'ignore',
    '\\b(test|it|describe|suite)(\\.\\w+)*\\.(only|skip|todo)\\b',
    '\\b(TO' + 'DO|FIX' + 'ME)\\b',
  ].join('|'),
)

/** Nothing switches a check or a test off, and nothing is put off in a comment. */
export function silencedChecks(files: readonly SourceFile[]): string[] {
  return files.flatMap((file) => linesMatching(file, suppressions))
}

const lineLimits = { warn: 250, fail: 400 }

const measured = (path: string) => /\.(ts|tsx|mjs|js|css)$/.test(path) && !isTest(path)

const countLines = (text: string) => text.replace(/\n$/, '').split('\n').length

/** Files past 250 lines deserve a look, files past 400 a split. Tests may be long. */
export function fileLengths(files: readonly SourceFile[]): { problems: string[]; warnings: string[] } {
  const long = files.filter(({ path }) => measured(path)).map(({ path, text }) => ({ path, lines: countLines(text) }))
  const say = ({ path, lines }: { path: string; lines: number }) => `${path} has ${lines} lines`
  return {
    problems: long.filter(({ lines }) => lines > lineLimits.fail).map(say),
    warnings: long.filter(({ lines }) => lines > lineLimits.warn && lines <= lineLimits.fail).map(say),
  }
}
