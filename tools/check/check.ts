/** `npm run check`: everything that can be known without running the product. Prints a line per check; exits 1 if any failed. */
import { spawn } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { allEvents, allOperations } from '@parley/protocol/contract'
import { staleFiles } from '../gen/generated-files.ts'
import { readRows, rowProblems } from './authorisation-rows.ts'
import { importViolations } from './import-rules.ts'
import { lockProblems, loosePins } from './pins.ts'
import { type Check, type Outcome, runChecks } from './run-checks.ts'
import { sourceFiles } from './source-files.ts'
import { environmentReads, fileLengths, silencedChecks, strayQueries } from './source-rules.ts'

const root = join(import.meta.dirname, '../..')
const files = sourceFiles(root)
const read = (path: string) => readFileSync(join(root, path), 'utf8')

/** A program of node_modules, run by this very Node; what it prints is the problem if it fails. */
function program(path: string, ...args: string[]): () => Promise<Outcome> {
  return () =>
    new Promise((resolve, reject) => {
      const child = spawn(process.execPath, [join(root, 'node_modules', path), ...args], { cwd: root })
      const output: Buffer[] = []
      for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => output.push(chunk))
      child.on('error', reject)
      child.on('close', (code) => {
        const text = Buffer.concat(output).toString().trim()
        if (code === 0) resolve({ problems: [], warnings: text.split('\n').filter((line) => /^\S+:\d+:\d+ /.test(line)) })
        else resolve({ problems: [text || `${path} ended with ${code}`] })
      })
    })
}

const tsc = (project: string) => program('typescript/bin/tsc', '-p', project, '--pretty', 'false')
const folders = ['packages', 'apps', 'bench', 'torture', 'e2e', 'tools', 'migrations'].filter((folder) => existsSync(join(root, folder)))

const checks: Check[] = [
  { name: 'types', run: tsc('tsconfig.json') },
  ...(existsSync(join(root, 'apps/web/tsconfig.json')) ? [{ name: 'types of the web client', run: tsc('apps/web/tsconfig.json') }] : []),
  { name: 'lint and format', run: program('@biomejs/biome/bin/biome', 'ci', '--colors=off') },
  { name: 'import rules', run: async () => ({ problems: await importViolations(root, folders) }) },
  { name: 'unused code', run: program('knip/bin/knip.js', '--no-progress') },
  {
    name: 'generated files',
    run: async () => ({ problems: staleFiles(root).map((path) => `${path} is out of date; run npm run gen`) }),
  },
  {
    name: 'authorisation rows',
    run: async () => ({ problems: rowProblems([...allOperations, ...allEvents], await readRows(root)) }),
  },
  { name: 'environment only in config.ts', run: async () => ({ problems: environmentReads(files) }) },
  { name: 'SQL only in queries', run: async () => ({ problems: strayQueries(files) }) },
  { name: 'nothing silenced', run: async () => ({ problems: silencedChecks(files) }) },
  {
    name: 'exact versions',
    run: async () => ({ problems: [...loosePins(files), ...lockProblems(read('package-lock.json'))] }),
  },
  { name: 'file lengths', run: async () => fileLengths(files) },
]

process.exitCode = (await runChecks(checks, (line) => process.stdout.write(`${line}\n`))) ? 0 : 1
