/** A real server on the embedded database, as `npm start` would run it, in a directory of its own. */
import { type ChildProcessByStdio, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { Readable } from 'node:stream'

const main = join(import.meta.dirname, '../../apps/server/src/main.ts')

export interface RunningServer {
  /** Without a slash at its end. */
  readonly url: string
  /** Ends the process without a word, as a crash or a power cut would. */
  kill(): Promise<void>
  /** Starts it again on the same data and the same port. */
  start(): Promise<void>
  /** Ends it and removes its data. */
  close(): Promise<void>
}

type ServerProcess = ChildProcessByStdio<null, Readable, Readable>

/** The port that the process says it listens on; fails with what it printed where it ends before that. */
async function listeningPort(server: ServerProcess): Promise<string> {
  const printed: string[] = []
  server.stderr.on('data', (chunk: Buffer) => printed.push(chunk.toString()))
  for await (const line of createInterface({ input: server.stdout })) {
    printed.push(`${line}\n`)
    const port = /http:\/\/localhost:(\d+)\/app\//.exec(line)?.[1]
    if (port === undefined) continue
    // Reading goes on, else a full pipe would stop the server.
    server.stdout.resume()
    return port
  }
  throw new Error(`the server ended before it listened, or has no web client to serve:\n${printed.join('')}`)
}

function spawnServer(dataDir: string, port: string): ServerProcess {
  const env = { ...process.env, NODE_ENV: 'development', PORT: port, DATA_DIR: dataDir, RATE_LIMITS: 'off', BCRYPT_ROUNDS: '4' }
  return spawn(process.execPath, [main], { env, stdio: ['ignore', 'pipe', 'pipe'] })
}

async function end(server: ServerProcess, signal: 'SIGTERM' | 'SIGKILL') {
  if (server.exitCode !== null || server.signalCode !== null) return
  const exit = once(server, 'exit')
  server.kill(signal)
  await exit
}

export async function startServer(): Promise<RunningServer> {
  const dataDir = await mkdtemp(join(tmpdir(), 'parley-e2e-'))
  let server = spawnServer(dataDir, '0')
  const port = await listeningPort(server)
  return {
    url: `http://localhost:${port}`,
    kill: () => end(server, 'SIGKILL'),
    async start() {
      server = spawnServer(dataDir, port)
      await listeningPort(server)
    },
    async close() {
      await end(server, 'SIGTERM')
      await rm(dataDir, { recursive: true, force: true })
    },
  }
}
