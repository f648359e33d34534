/**
 * Proves that `npm ci && npm start` works whichever Node is first on the PATH: for each version, a fresh clone of what is
 * committed is installed and started until /health answers. By hand, or in continuous integration:
 *
 *   node tools/check-node-versions.ts
 */
import { execFileSync, spawn, spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const versions = ['20.20.2', '22.23.3', '24.21.0']
const root = join(import.meta.dirname, '..')
const work = mkdtempSync(join(tmpdir(), 'parley-node-'))

const afterSeconds = (count: number) => new Promise<void>((resolve) => setTimeout(resolve, count * 1000).unref())
const seconds = (since: number) => `${((performance.now() - since) / 1000).toFixed(1)} s`

function run(command: string, args: string[], options: { cwd: string; env: NodeJS.ProcessEnv }): string {
  const { status, stdout, stderr } = spawnSync(command, args, { ...options, encoding: 'utf8' })
  if (status !== 0) throw new Error(`${command} ${args.join(' ')} ended with ${status}\n${stdout}${stderr}`)
  return stdout.trim()
}

/** A directory with only that Node's `bin`, to stand first on the PATH. */
function installNode(version: string): string {
  const prefix = join(work, `node-${version}`)
  mkdirSync(prefix)
  run('npm', ['install', '--prefix', prefix, '--no-save', `node-linux-${process.arch}@${version}`], { cwd: prefix, env: process.env })
  return join(prefix, 'node_modules', `node-linux-${process.arch}`, 'bin')
}

async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  await new Promise((resolve) => server.close(resolve))
  if (address === null || typeof address === 'string') throw new Error('unable to find a free port')
  return address.port
}

/** Starts the server with the command given, waits for /health and the page, and stops it. Answers how long it took to be there. */
async function startOnce(command: string, args: string[], cwd: string, env: NodeJS.ProcessEnv): Promise<string> {
  const port = await freePort()
  const begun = performance.now()
  const child = spawn(command, args, {
    cwd,
    env: { ...env, PORT: String(port), DATA_DIR: join(cwd, 'data') },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (output += chunk.toString()))
  const ended = new Promise<number | null>((resolve) => child.on('close', resolve))
  const answered = async (path: string) => (await fetch(`http://127.0.0.1:${port}${path}`).catch(() => null))?.ok ?? false
  try {
    while (!(await answered('/health'))) {
      const left = 60_000 - (performance.now() - begun)
      if (child.exitCode !== null || left <= 0) throw new Error(`the server did not come up\n${output}`)
      await afterSeconds(0.1)
    }
    const took = seconds(begun)
    if (!(await answered('/app/'))) throw new Error(`the page is missing\n${output}`)
    return took
  } finally {
    child.kill('SIGTERM')
    await Promise.race([ended, afterSeconds(20).then(() => Promise.reject(new Error(`the server did not stop\n${output}`)))])
  }
}

/** A fresh clone under one Node: too early, installed, started by npm, started directly, and with install scripts off. */
async function tryVersion(version: string): Promise<void> {
  const bin = installNode(version)
  const env = { ...process.env, PATH: `${bin}:${process.env.PATH}` }
  const node = join(bin, 'node')
  const clone = join(work, `clone-${version}`)
  execFileSync('git', ['clone', '--quiet', root, clone])
  if (!version.startsWith('24.')) {
    const early = spawnSync(node, ['tools/start.mjs'], { cwd: clone, env, encoding: 'utf8' })
    if (early.status !== 1 || !early.stderr.includes('Parley needs Node')) throw new Error(`no explanation before npm ci\n${early.stderr}`)
  }
  const seen = run('node', ['--version'], { cwd: clone, env })
  const used = () => run('npm', ['exec', '--call', 'node --version'], { cwd: clone, env })
  const installing = performance.now()
  run('npm', ['ci', '--prefer-offline'], { cwd: clone, env })
  const installed = seconds(installing)
  const byNpm = await startOnce('npm', ['start'], clone, env)
  const directly = await startOnce(node, ['tools/start.mjs'], clone, env)
  process.stdout.write(`PATH ${seen}: npm ci ${installed}, npm start ${byNpm} on ${used()}, node tools/start.mjs ${directly}`)
  rmSync(join(clone, 'node_modules'), { recursive: true })
  rmSync(join(clone, 'apps/web/dist'), { recursive: true })
  run('npm', ['ci', '--prefer-offline', '--ignore-scripts'], { cwd: clone, env })
  process.stdout.write(`, scripts off ${await startOnce('npm', ['start'], clone, env)}\n`)
  rmSync(clone, { recursive: true })
}

try {
  for (const version of versions) await tryVersion(version)
} finally {
  rmSync(work, { recursive: true, force: true })
}
