/** A real server in a process of its own, to be killed. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { openSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { freePort } from '../../../tools/testing/free-port.ts'

const program = fileURLToPath(new URL('../../../apps/server/src/main.ts', import.meta.url))
const startLimit = 60_000
const stopLimit = 30_000

export interface ServerOptions {
  /** Data, secrets and what the server writes to its log; several servers with one database share the secrets by sharing the directory. */
  readonly dataDir: string
  /** Where its output goes, unless that is the data directory too. */
  readonly logDir?: string
  /** A PostgreSQL; the embedded database in `dataDir` where null. */
  readonly databaseUrl: string | null
  readonly env?: Readonly<Record<string, string>>
}

/** Access tokens outlive the run: a client that reconnects after an hour is no fault that is meant here. */
const defaults = { RATE_LIMITS: 'off', BCRYPT_ROUNDS: '4', LOG_LEVEL: 'warn', JWT_EXPIRY: '7d' }

export class ServerProcess {
  readonly url: string
  readonly port: number
  /** Where the output of all its lives goes. */
  readonly logPath: string
  readonly #environment: Readonly<Record<string, string | undefined>>
  readonly #log: number
  #process: ChildProcess | null = null

  private constructor(port: number, { dataDir, logDir, databaseUrl, env }: ServerOptions) {
    this.port = port
    this.url = `http://127.0.0.1:${port}`
    this.logPath = join(logDir ?? dataDir, `server-${port}.log`)
    this.#log = openSync(this.logPath, 'a')
    this.#environment = {
      PATH: process.env.PATH,
      ...defaults,
      DATA_DIR: dataDir,
      ...(databaseUrl !== null && { DATABASE_URL: databaseUrl }),
      ...env,
      PORT: String(port),
    }
  }

  /** On a free port, which it keeps over restarts. */
  static async create(options: ServerOptions): Promise<ServerProcess> {
    return new ServerProcess(await freePort(), options)
  }

  /** Starts the process and resolves when it says that it's ready. */
  async start(): Promise<void> {
    this.launch()
    await this.ready()
  }

  /** Starts the process and waits for nothing. */
  launch(): void {
    this.#process = spawn(process.execPath, [program], { env: this.#environment, stdio: ['ignore', this.#log, this.#log] })
  }

  /** Resolves when /readyz answers 200. */
  async ready(): Promise<void> {
    await this.#readiness((status) => status === 200, 'ready')
  }

  /** Resolves when /readyz answers 503: the server lives, and something that it needs is away. */
  async unready(): Promise<void> {
    await this.#readiness((status) => status === 503, 'unready')
  }

  /** Ends it like a power cut; resolves when it's gone. */
  async kill(): Promise<void> {
    await this.#end('SIGKILL')
  }

  /** Asks it to end; returns the exit code, null if a signal ended it. */
  async stop(): Promise<number | null> {
    return await this.#end('SIGTERM')
  }

  /** Whether it is ready again by itself; where it isn't, nothing of it runs any more. */
  async recovers(): Promise<boolean> {
    try {
      await this.ready()
      return true
    } catch {
      await this.kill()
      return false
    }
  }

  /** SIGSTOP: its connections stand, and nothing happens on them. */
  freeze(): void {
    this.#process?.kill('SIGSTOP')
  }

  /** Lets it go on after `freeze`. */
  thaw(): void {
    this.#process?.kill('SIGCONT')
  }

  /** Whether it was started and hasn't ended. */
  get runs(): boolean {
    return this.#process !== null && this.#process.exitCode === null && this.#process.signalCode === null
  }

  /** Resolves with the exit code when the process ends by itself. */
  async exited(): Promise<number | null> {
    const server = this.#process
    if (server === null) return null
    return server.exitCode ?? ((await once(server, 'exit'))[0] as number | null)
  }

  /** How much memory the process holds, in bytes; null where it doesn't run or the system doesn't say. */
  get memory(): number | null {
    if (!this.runs) return null
    try {
      const status = readFileSync(`/proc/${this.#process?.pid}/status`, 'utf8')
      const kilobytes = /^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1]
      return kilobytes === undefined ? null : Number(kilobytes) * 1024
    } catch {
      return null
    }
  }

  /** Everything that it has printed so far. */
  get output(): string {
    return readFileSync(this.logPath, 'utf8')
  }

  async #end(signal: NodeJS.Signals): Promise<number | null> {
    const server = this.#process
    if (server === null) return null
    this.#process = null
    if (server.exitCode !== null || server.signalCode !== null) return server.exitCode
    const gone = once(server, 'exit', { signal: AbortSignal.timeout(stopLimit) })
    server.kill(signal)
    const [code] = (await gone) as [number | null]
    return code
  }

  async #readiness(fits: (status: number) => boolean, what: string): Promise<void> {
    const deadline = performance.now() + startLimit
    while (performance.now() < deadline) {
      if (!this.runs) throw new Error(`the server ended by itself, with code ${this.#process?.exitCode}:\n${this.output.slice(-2000)}`)
      const status = await fetch(`${this.url}/readyz`, { signal: AbortSignal.timeout(5000) }).then(
        async (response) => {
          await response.arrayBuffer()
          return response.status
        },
        () => null,
      )
      if (status !== null && fits(status)) return
      await pause(25)
    }
    throw new Error(`stuck: the server was not ${what} within ${startLimit / 1000} s:\n${this.output.slice(-2000)}`)
  }
}
