/** A Redis of one's own, to be tested with and broken: it keeps nothing, and stands on a port of the loopback interface. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { freePort } from './free-port.ts'

const program = 'redis-server'

/** The program, where it is installed. */
export function findRedis(): string | null {
  const directories = [...(process.env.PATH ?? '').split(delimiter), '/usr/bin']
  return directories.map((directory) => join(directory, program)).find((path) => existsSync(path)) ?? null
}

export interface RedisServer {
  readonly url: string
  /** Of the present process; null after `halt` or `kill`. */
  pid(): number | null
  /** Ends all connections and shuts down. */
  halt(): Promise<void>
  /** SIGKILL. */
  kill(): Promise<void>
  /** Starts again after `halt` or `kill`, on the same port. */
  restart(): Promise<void>
  /** SIGSTOP: it stays connected to everybody and answers nobody. */
  freeze(): void
  /** Lets it go on after `freeze`. */
  thaw(): void
  stop(): Promise<void>
}

/** Resolves when it takes connections. */
async function launched(path: string, port: number): Promise<ChildProcess> {
  const settings = ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no', '--daemonize', 'no']
  const server = spawn(path, settings, { cwd: tmpdir(), stdio: ['ignore', 'pipe', 'pipe'] })
  let said = ''
  const ready = Promise.withResolvers<void>()
  server.stdout?.setEncoding('utf8').on('data', (text: string) => {
    said += text
    if (/ready to accept connections/i.test(said)) ready.resolve()
  })
  server.on('exit', (code) => ready.reject(new Error(`unable to start Redis; it ended with code ${code}: ${said}`)))
  server.on('error', ready.reject)
  await ready.promise
  server.unref()
  return server
}

export async function startRedis(): Promise<RedisServer> {
  const path = findRedis()
  if (path === null) throw new Error('unable to start a Redis; it is not installed')
  const port = await freePort()
  let running: ChildProcess | null = await launched(path, port)
  const end = async (signal: NodeJS.Signals) => {
    const server = running
    running = null
    if (server === null || server.exitCode !== null || server.signalCode !== null) return
    server.ref()
    const gone = once(server, 'exit')
    server.kill(signal)
    await gone
  }
  return {
    url: `redis://127.0.0.1:${port}`,
    pid: () => running?.pid ?? null,
    halt: () => end('SIGTERM'),
    kill: () => end('SIGKILL'),
    async restart() {
      await end('SIGTERM')
      running = await launched(path, port)
    },
    freeze: () => void running?.kill('SIGSTOP'),
    thaw: () => void running?.kill('SIGCONT'),
    stop: () => end('SIGKILL'),
  }
}
