import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

export interface SourceFile {
  /** From the repository's root, with slashes. */
  readonly path: string
  readonly text: string
}

const written = /\.(ts|tsx|mjs|js|css|sql|sh|html)$|(^|\/)package\.json$/

/** Everything that people write here: what Git tracks, and what is new and not ignored. */
export function sourceFiles(root: string): SourceFile[] {
  const list = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard', '-z'], { cwd: root, encoding: 'utf8' })
  return list
    .split('\0')
    .filter((path) => written.test(path) && !path.startsWith('docs/generated/') && existsSync(join(root, path)))
    .map((path) => ({ path, text: readFileSync(join(root, path), 'utf8') }))
}

/** Tests, suites that several tests share, and what only they use, in folders called `testing`. */
export const isTest = (path: string): boolean => /\.(test|suite)\.tsx?$|\/testing\//.test(path)

/** `path:line` of every line that matches. */
export function linesMatching({ path, text }: SourceFile, pattern: RegExp): string[] {
  return text.split('\n').flatMap((line, index) => (pattern.test(line) ? [`${path}:${index + 1}  ${line.trim()}`] : []))
}
