/** Programs that the bench starts, in processes of their own. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { connect } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'
import { pidsOf } from './processes.ts'

const startLimit = 60_000
const stopLimit = 20_000

export interface ProgramOptions {
  readonly command: string
  readonly args: readonly string[]
  readonly env: Readonly<Record<string, string>>
  /** Another user to run as, where this one may. */
  readonly user?: { readonly uid: number; readonly gid: number } | undefined
  readonly cwd?: string
  /** The command is a shell that waits for the program proper, and ends with it. */
  readonly byShell?: boolean
  /** Asked again until it answers true. */
  ready(): Promise<boolean>
}

export class Program {
  readonly #options: ProgramOptions
  #child: ChildProcess

  private constructor(options: ProgramOptions, child: ChildProcess) {
    this.#options = options
    this.#child = child
  }

  /** Starts it and resolves when it is ready; rejects with what it wrote where it ends before that. */
  static async start(options: ProgramOptions): Promise<Program> {
    return new Program(options, await launch(options, options.env))
  }

  /** Of the present process. */
  get pid(): number {
    return this.#child.pid as number
  }

  /** Ends it and starts it again, with more in its environment where given. */
  async restart(env: Readonly<Record<string, string>> = {}): Promise<void> {
    await this.stop()
    this.#child = await launch(this.#options, { ...this.#options.env, ...env })
  }

  /** Asks it and all that it has started to end, and makes them where they don't. */
  stop(): Promise<void> {
    return end(this.#child, this.#options.byShell)
  }
}

async function launch(
  { command, args, user, cwd, byShell, ready }: ProgramOptions,
  env: Readonly<Record<string, string>>,
): Promise<ChildProcess> {
  const options = { env: { PATH: process.env.PATH, ...env }, ...user, ...(cwd !== undefined && { cwd }) }
  const child = spawn(command, args, { ...options, stdio: ['ignore', 'ignore', 'pipe'] })
  let written = ''
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    written = (written + text).slice(-2000)
  })
  await once(child, 'spawn')
  const deadline = performance.now() + startLimit
  while (!(await ready())) {
    if (hasEnded(child)) throw new Error(`unable to measure ${command}; it ended with ${child.exitCode ?? child.signalCode}: ${written}`)
    if (performance.now() > deadline) {
      await end(child, byShell)
      throw new Error(`unable to measure ${command}; it was not ready within ${startLimit / 1000} s: ${written}`)
    }
    await pause(50)
  }
  return child
}

const hasEnded = (child: ChildProcess) => child.exitCode !== null || child.signalCode !== null

async function end(child: ChildProcess, byShell = false): Promise<void> {
  if (hasEnded(child)) return
  const gone = once(child, 'exit')
  const all = pidsOf(child.pid as number)
  for (const pid of byShell ? all.slice(1, 2) : all) signal(pid, 'SIGTERM')
  const timer = setTimeout(() => {
    for (const pid of all) signal(pid, 'SIGKILL')
  }, stopLimit)
  await gone
  clearTimeout(timer)
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
  }
}

/** Whether something takes connections on this port of the loopback interface. */
export function takesConnections(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1')
    socket.once('connect', () => {
      socket.destroy()
      resolve(true)
    })
    socket.once('error', () => resolve(false))
  })
}
