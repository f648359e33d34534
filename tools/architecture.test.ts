import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'

const root = join(import.meta.dirname, '..')

/** The paths of the page's tree: names by indentation, two spaces a level. */
function treeOf(page: string): string[] {
  const block = /```\n([\s\S]*?)```/.exec(page)?.[1] ?? ''
  const parents: string[] = []
  return block
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => {
      const depth = (line.length - line.trimStart().length) / 2
      const name = line.trim().split(/\s/)[0] as string
      parents.length = depth
      parents.push(name.replace(/\/$/, ''))
      return parents.join('/')
    })
}

const tree = treeOf(readFileSync(join(root, 'docs/ARCHITECTURE.md'), 'utf8'))

/** Folders that hold something committed. */
const folders = new Set(
  execFileSync('git', ['ls-files'], { cwd: root, encoding: 'utf8' })
    .split('\n')
    .flatMap((path) =>
      path
        .split('/')
        .slice(0, -1)
        .map((_, index, parts) => parts.slice(0, index + 1).join('/')),
    ),
)

test.each(tree)('%s is in the tree and exists', (path) => {
  expect(existsSync(join(root, path))).toBe(true)
})

test.each([
  ['at the top', /^[^/.]+$/],
  ['among the packages and apps', /^(packages|apps)\/[^/]+$/],
  ['in the server', /^apps\/server\/src\/[^/]+$/],
  ['among the ports', /^apps\/server\/src\/platform\/[^/]+$/],
  ['among the modules', /^apps\/server\/src\/modules\/[^/]+$/],
])('every folder %s is in the tree', (_, pattern) => {
  const there = [...folders].filter((folder) => pattern.test(folder))
  expect(there).not.toEqual([])
  expect(tree).toEqual(expect.arrayContaining(there))
})
