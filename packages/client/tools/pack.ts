/**
 * Makes `npm pack` produce a package that runs anywhere. In this repository everything runs from its TypeScript
 * sources; Node refuses those under node_modules. So before packing (`start`) the sources are compiled to dist/ and
 * the manifest is replaced by one that points there; after it (`finish`) the manifest is put back.
 *
 * The contract's types travel along in dist/protocol, as declarations only: none of its code runs in a client.
 */
import { execFileSync } from 'node:child_process'
import { cpSync, existsSync, globSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join, posix } from 'node:path'

const here = dirname(import.meta.dirname)
const dist = join(here, 'dist')
const manifest = join(here, 'package.json')
const ownManifest = join(here, 'package.json.own')

interface Manifest {
  readonly dependencies: Record<string, string>
  readonly exports: Record<string, string>
  readonly [field: string]: unknown
}

const read = (file: string) => JSON.parse(readFileSync(file, 'utf8')) as Manifest

function build() {
  rmSync(dist, { recursive: true, force: true })
  const require = createRequire(import.meta.url)
  const compiler = join(dirname(require.resolve('typescript/package.json')), 'bin', 'tsc')
  execFileSync(process.execPath, [compiler, '-p', join(here, 'tsconfig.build.json')], { stdio: 'inherit' })
  for (const code of globSync('protocol/**/*.js', { cwd: dist })) rmSync(join(dist, code))
  for (const declarations of globSync('**/*.d.ts', { cwd: dist })) rewriteImports(declarations)
}

/**
 * The compiler leaves imports in declarations as they were written. But `./session.ts` is `./session.js` now, and
 * `@parley/protocol/auth`, which is on no registry, a neighbour: where the protocol's own manifest says.
 */
function rewriteImports(declarations: string) {
  const contract = read(join(here, '..', 'protocol', 'package.json')).exports
  const file = join(dist, declarations)
  const source = readFileSync(file, 'utf8').replaceAll(
    /(['"])(@parley\/protocol|\.)(\/[\w./-]+)\1/g,
    (_, _quote, start: string, rest: string) => {
      if (start === '.') return `'.${rest.replace(/\.ts$/, '.js')}'`
      const target = contract[`.${rest}`]
      if (target === undefined) throw new Error(`unable to pack; @parley/protocol has no entry "${rest}"`)
      return `'${posix.relative(posix.dirname(declarations), posix.join('protocol', target)).replace(/\.ts$/, '.js')}'`
    },
  )
  writeFileSync(file, source)
}

/** The compiled file of one of ours. */
const compiled = (source: string) => `./${posix.join('dist/client', source).replace(/\.ts$/, '.js')}`

/** What is published: the compiled entries, and what the contract's declarations need (zod, for its types). */
function publishedManifest(): Manifest {
  const { scripts: _, devDependencies: __, ...kept } = read(manifest)
  const entries = Object.entries(kept.exports).map(([name, source]) => [name, compiled(source)])
  return {
    ...kept,
    exports: Object.fromEntries(entries) as Record<string, string>,
    dependencies: { ...kept.dependencies, ...read(join(here, '..', 'protocol', 'package.json')).dependencies },
  }
}

function finish() {
  if (existsSync(ownManifest)) renameSync(ownManifest, manifest)
}

function start() {
  // A pack that was killed left the published manifest behind.
  finish()
  build()
  cpSync(join(here, '../../LICENSE'), join(dist, 'LICENSE'))
  const published = publishedManifest()
  cpSync(manifest, ownManifest)
  writeFileSync(manifest, `${JSON.stringify(published, null, 2)}\n`)
}

const steps: Record<string, () => void> = { start, finish }
const step = steps[process.argv[2] ?? '']
if (step === undefined) throw new Error('unable to pack; say start or finish')
step()
