/** A PostgreSQL of one's own for tests: a cluster in a temporary directory, on a free port of the loopback interface. */
import { execFile, execFileSync, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { chownSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { promisify } from 'node:util'
import pg from 'pg'
import { describe, inject } from 'vitest'

declare module 'vitest' {
  interface ProvidedContext {
    /** The cluster that the whole run shares; null where there is no PostgreSQL. */
    postgresUrl: string | null
  }
}

const run = promisify(execFile)
const debianRoot = '/usr/lib/postgresql'

/** The directory of PostgreSQL's programs, the newest where there are several. */
export function findPostgres(): string | null {
  const versions = existsSync(debianRoot) ? readdirSync(debianRoot).sort((a, b) => Number(b) - Number(a)) : []
  const candidates = [...(process.env.PATH ?? '').split(delimiter), ...versions.map((version) => join(debianRoot, version, 'bin'))]
  return candidates.find((directory) => existsSync(join(directory, 'initdb')) && existsSync(join(directory, 'postgres'))) ?? null
}

/** PostgreSQL refuses to run as root: there it runs as the user that its package has made. */
function account(): { uid: number; gid: number } | undefined {
  if (process.getuid?.() !== 0) return undefined
  const id = (flag: string) => Number(execFileSync('id', [flag, 'postgres'], { encoding: 'utf8' }))
  return { uid: id('-u'), gid: id('-g') }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as { port: number }
  server.close()
  await once(server, 'close')
  return port
}

export interface PostgresCluster {
  readonly url: string
  readonly dir: string
  /** Ends all connections and shuts down; the data stays. */
  halt(): Promise<void>
  /** Like a power cut. */
  kill(): Promise<void>
  /** Starts again after `halt` or `kill`, or ends what runs first. */
  restart(): Promise<void>
  /** Shuts down and removes everything. */
  stop(): Promise<void>
}

/** `settings` as in postgresql.conf. */
export async function startPostgres(settings: Readonly<Record<string, string>> = {}): Promise<PostgresCluster> {
  const programs = findPostgres()
  if (!programs) throw new Error('unable to start a PostgreSQL; its programs are not installed')
  const user = account()
  const dir = mkdtempSync(join(tmpdir(), 'parley-pg-'))
  if (user) chownSync(dir, user.uid, user.gid)
  const data = join(dir, 'data')
  const options = { ...user, cwd: dir, env: { ...process.env, LC_ALL: 'C', HOME: dir }, encoding: 'utf8' as const }
  await run(join(programs, 'initdb'), ['-D', data, '-U', 'parley', '-A', 'trust', '-E', 'UTF8', '--no-sync'], options)
  const port = await freePort()
  const parameters = { listen_addresses: '127.0.0.1', port: String(port), unix_socket_directories: dir, fsync: 'on', ...settings }
  const flags = Object.entries(parameters).flatMap(([name, value]) => ['-c', `${name}=${value}`])
  const control = (...args: string[]) => run(join(programs, 'pg_ctl'), ['-D', data, '-w', ...args], options)

  const program = join(programs, 'postgres')
  async function start(): Promise<void> {
    const server = spawn(program, ['-D', data, ...flags], { ...options, stdio: ['ignore', 'ignore', 'pipe'] })
    let said = ''
    const ready = Promise.withResolvers<void>()
    server.stderr.setEncoding('utf8').on('data', (text: string) => {
      said += text
      if (said.includes('ready to accept connections')) ready.resolve()
    })
    server.on('exit', (code) => ready.reject(new Error(`the PostgreSQL of the test ended with code ${code}: ${said}`)))
    server.on('error', ready.reject)
    await ready.promise
    server.unref()
  }
  const halt = async () => {
    await control('-m', 'fast', 'stop')
  }
  const postmaster = () => Number(readFileSync(join(data, 'postmaster.pid'), 'utf8').split('\n')[0])
  const isRunning = () => existsSync(join(data, 'postmaster.pid'))
  await start()
  return {
    url: `postgres://parley@127.0.0.1:${port}/postgres`,
    dir,
    halt,
    async kill() {
      // Immediate mode: every process of the cluster exits at once without writing anything; the next start recovers.
      await control('-m', 'immediate', 'stop')
    },
    async restart() {
      if (isRunning()) await halt()
      await start()
    },
    async stop() {
      if (isRunning() && postmaster() > 0) await control('-m', 'immediate', 'stop')
      rmSync(dir, { recursive: true, force: true })
    },
  }
}

/** A new, empty database in the same cluster. */
export async function createDatabase(url: string): Promise<string> {
  const name = `test_${randomBytes(8).toString('hex')}`
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    await client.query(`create database ${name}`)
  } finally {
    await client.end()
  }
  const created = new URL(url)
  created.pathname = `/${name}`
  return created.href
}

/** The cluster that the run shares. Only to be called where `describePostgres` runs the suite. */
export function postgresUrl(): string {
  const url = inject('postgresUrl')
  if (url === null) throw new Error('unable to test; there is no PostgreSQL')
  return url
}

const absent = 'there is no PostgreSQL here (Debian: apt install postgresql; or set TEST_DATABASE_URL)'

/** A suite that needs a PostgreSQL: left out, saying so, where there is none, except in CI, where that is a failure. */
export function describePostgres(name: string, suite: () => void): void {
  const missing = inject('postgresUrl') === null
  if (missing && process.env.CI === 'true') throw new Error(`unable to test ${name}; ${absent}`)
  describe.skipIf(missing)(missing ? `${name} (left out: ${absent})` : name, suite)
}
