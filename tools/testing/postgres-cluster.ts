/** A PostgreSQL of one's own, to be tested with and broken: a cluster in a temporary directory, on a port of the loopback interface. */
import { type ChildProcess, execFile, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chownSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { promisify } from 'node:util'
import { freePort } from './free-port.ts'

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

export interface PostgresCluster {
  readonly url: string
  readonly dir: string
  /** Ends all connections and shuts down; the data stays. */
  halt(): Promise<void>
  /** SIGKILL to every process of the cluster, so that the next start has to recover. */
  kill(): Promise<void>
  /** Starts again after `halt` or `kill`, or ends what runs first. */
  restart(): Promise<void>
  /** SIGSTOP to every process of the cluster: it stays connected to everybody and answers nobody. */
  freeze(): void
  /** Lets it go on after `freeze`. */
  thaw(): void
  /** Shuts down and removes everything. */
  stop(): Promise<void>
}

/** The processes that this one has started; none where the system has no /proc. They end by themselves when it's gone, if later. */
function childrenOf(parent: number): number[] {
  if (!existsSync('/proc')) return []
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name))
  return pids.filter((pid) => parentOf(pid) === parent).map(Number)
}

function parentOf(pid: string): number | null {
  try {
    // The program's name, which may hold anything, stands between parentheses; its state and its parent come next.
    return Number(readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ')[1])
  } catch {
    return null
  }
}

function signalIfAlive(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
  }
}

type Launch = () => ChildProcess

/** Resolves when it takes connections. */
async function launched(launch: Launch): Promise<ChildProcess> {
  const server = launch()
  let said = ''
  const ready = Promise.withResolvers<void>()
  server.stderr?.setEncoding('utf8').on('data', (text: string) => {
    said += text
    if (said.includes('ready to accept connections')) ready.resolve()
  })
  server.on('exit', (code) => ready.reject(new Error(`unable to start PostgreSQL; it ended with code ${code}: ${said}`)))
  server.on('error', ready.reject)
  await ready.promise
  server.unref()
  return server
}

/** After a kill, the memory that its processes shared is in use until the last of them is gone. */
async function launchedAfterKill(launch: Launch): Promise<ChildProcess> {
  for (let tries = 1; ; tries++) {
    try {
      return await launched(launch)
    } catch (error) {
      if (tries === 50 || !/still in use/.test((error as Error).message)) throw error
      await pause(100)
    }
  }
}

/** `settings` as in postgresql.conf; its directory is made in `parentDir`. */
export async function startPostgres(settings: Readonly<Record<string, string>> = {}, parentDir = tmpdir()): Promise<PostgresCluster> {
  const programs = findPostgres()
  if (!programs) throw new Error('unable to start a PostgreSQL; its programs are not installed')
  const user = account()
  const dir = mkdtempSync(join(parentDir, 'parley-pg-'))
  if (user) chownSync(dir, user.uid, user.gid)
  const data = join(dir, 'data')
  const options = { ...user, cwd: dir, env: { ...process.env, LC_ALL: 'C', HOME: dir }, encoding: 'utf8' as const }
  await run(join(programs, 'initdb'), ['-D', data, '-U', 'parley', '-A', 'trust', '-E', 'UTF8', '--no-sync'], options)
  const port = await freePort()
  const parameters = { listen_addresses: '127.0.0.1', port: String(port), unix_socket_directories: dir, fsync: 'on', ...settings }
  const flags = Object.entries(parameters).flatMap(([name, value]) => ['-c', `${name}=${value}`])
  const launch = () => spawn(join(programs, 'postgres'), ['-D', data, ...flags], { ...options, stdio: ['ignore', 'ignore', 'pipe'] })

  let running: ChildProcess | null = await launched(launch)
  /** SIGINT is PostgreSQL's fast shutdown, SIGQUIT its immediate one. */
  const end = async (act: (server: ChildProcess) => void) => {
    const server = running
    if (server === null) return
    running = null
    if (server.exitCode !== null || server.signalCode !== null) return
    server.ref()
    const gone = once(server, 'exit')
    act(server)
    await gone
  }
  const halt = () => end((server) => server.kill('SIGINT'))
  /** The first process is stopped first and goes on last, so that meanwhile it starts no further one. */
  const freeze = (server: ChildProcess) => {
    const pid = server.pid as number
    for (const each of [pid, ...childrenOf(pid)]) signalIfAlive(each, 'SIGSTOP')
  }
  return {
    url: `postgres://parley@127.0.0.1:${port}/postgres`,
    dir,
    halt,
    kill: () =>
      end((server) => {
        freeze(server)
        const pid = server.pid as number
        for (const each of [...childrenOf(pid), pid]) signalIfAlive(each, 'SIGKILL')
      }),
    freeze: () => running && freeze(running),
    thaw() {
      const pid = running?.pid
      if (pid !== undefined) for (const each of [...childrenOf(pid), pid]) signalIfAlive(each, 'SIGCONT')
    },
    async restart() {
      await halt()
      running = await launchedAfterKill(launch)
    },
    async stop() {
      await end((server) => server.kill('SIGQUIT'))
      rmSync(dir, { recursive: true, force: true })
    },
  }
}
