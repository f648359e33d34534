/** Parley itself: server processes with everything on but the limits on how often one may ask. */
import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { freePort } from '../../../tools/testing/free-port.ts'
import { findRedis, type RedisServer, startRedis } from '../../../tools/testing/redis-server.ts'
import { forEach } from '../for-each.ts'
import { type Postgres, startOwnPostgres, withoutPostgres } from '../machine/postgres.ts'
import { cpuOf, memoryOf } from '../machine/processes.ts'
import { Program } from '../machine/program.ts'
import { ParleyChat } from './parley-chat.ts'
import { group, type Person, pair, register } from './people.ts'
import { SocketIoLine } from './socket-io-line.ts'
import { type Chat, type Connection, type CpuTime, type Listener, type ParleyName, silent, type Target } from './target.ts'

const program = fileURLToPath(new URL('../../../apps/server/src/main.ts', import.meta.url))
/** What the API lets into a group. */
export const groupLimit = 256

/** Why it can't run here; null where it can. */
export function withoutParley(name: ParleyName): string | null {
  if (name === 'parley-embedded') return null
  return withoutPostgres() ?? (name === 'parley-cluster' && findRedis() === null ? 'Redis is not installed (Debian: redis-server)' : null)
}

interface Node {
  readonly port: number
  readonly program: Program
}

export class ParleyTarget implements Target {
  readonly name: ParleyName
  readonly #dataDir = mkdtempSync(join(tmpdir(), 'parley-bench-'))
  readonly #postgres: Postgres | null
  readonly #redis: RedisServer | null
  readonly #secrets = { JWT_SECRET: randomBytes(36).toString('base64'), JWT_REFRESH_SECRET: randomBytes(36).toString('base64') }
  readonly #nodes: Node[] = []
  readonly #chats: ParleyChat[] = []

  private constructor(name: ParleyName, postgres: Postgres | null, redis: RedisServer | null) {
    this.name = name
    this.#postgres = postgres
    this.#redis = redis
  }

  static async start(name: ParleyName): Promise<ParleyTarget> {
    const postgres = name === 'parley-embedded' ? null : await startOwnPostgres()
    const redis = name === 'parley-cluster' ? await startRedis() : null
    const target = new ParleyTarget(name, postgres, redis)
    try {
      for (let node = 0; node < (redis === null ? 1 : 2); node++) {
        const port = await freePort()
        target.#nodes.push({ port, program: await target.#launch(port) })
      }
    } catch (error) {
      await target.stop()
      throw error
    }
    return target
  }

  /** Of the first server. */
  get url(): string {
    return `http://127.0.0.1:${this.port}`
  }

  get port(): number {
    return this.#portOf(0)
  }

  cpu(): CpuTime {
    return { server: cpuOf(...this.#pids()), database: this.#postgres?.cpu() ?? 0 }
  }

  memory(): number {
    return memoryOf(...this.#pids())
  }

  people(count: number): Promise<Person[]> {
    return register(this.url, count)
  }

  /** Above what the API lets into a group, people are put into the database, and the servers begin anew. */
  async openGroup(size: number): Promise<ParleyChat> {
    const people = await this.people(size)
    const id = await group(people.slice(0, groupLimit))
    const others = people.slice(groupLimit)
    if (others.length > 0) {
      if (this.#postgres === null) throw new Error(`unable to open a group of ${size} in the embedded database; its limit is ${groupLimit}`)
      const values = others.map((person) => `('${id}', '${person.id}', 1, 'member')`).join()
      await this.#postgres.sql(`insert into chat_windows (chat_id, user_id, from_seq, role) values ${values}`)
      await this.restart()
    }
    return this.#chat(id, people)
  }

  async openPairs(count: number): Promise<Chat[]> {
    const people = await this.people(2 * count)
    const pairs = Array.from({ length: count }, (_, index) => people.slice(2 * index, 2 * index + 2) as [Person, Person])
    return forEach(pairs, async (both) => this.#chat(await pair(...both), both))
  }

  async openCrowd(count: number, chatsEach: number, groupSize: number): Promise<(person: number) => Promise<Connection>> {
    const people = await this.people(count)
    const groups = Array.from({ length: Math.ceil((count * chatsEach) / groupSize) }, (): Person[] => [])
    people.forEach((person, index) => {
      for (let place = 0; place < chatsEach; place++) groups[(index * chatsEach + place) % groups.length]?.push(person)
    })
    await forEach(groups, (members) => group([...new Set(members)]))
    return async (index) => this.connect(people[index] as Person, '', silent)
  }

  /** Connects somebody who hears all that is theirs, and writes into this chat. */
  connect({ token }: Person, chatId: string, listener: Listener, node = 0): Promise<SocketIoLine> {
    const auth = { protocol: 1, token }
    return SocketIoLine.open({ port: this.#portOf(node), auth, chatId, listener, ready: '42["authenticated"', positions: true })
  }

  async stored(): Promise<number> {
    const counts = await forEach(this.#chats, (chat) => chat.stored())
    return counts.reduce((sum, count) => sum + count, 0)
  }

  /** Ends the servers and starts them again, with other settings beside the usual ones. Connections are lost, people and chats stay. */
  async restart(env: Readonly<Record<string, string>> = {}): Promise<void> {
    await Promise.all(this.#nodes.map((node) => node.program.restart(env)))
  }

  async stop(): Promise<void> {
    await Promise.all(this.#nodes.map((node) => node.program.stop()))
    await Promise.all([this.#postgres?.stop(), this.#redis?.stop()])
    rmSync(this.#dataDir, { recursive: true, force: true })
  }

  #chat(id: string, people: readonly Person[]): ParleyChat {
    const chat = new ParleyChat({
      id,
      people,
      connect: (member, listener) => this.connect(people[member] as Person, id, listener, member % this.#nodes.length),
    })
    this.#chats.push(chat)
    return chat
  }

  #portOf(node: number): number {
    return (this.#nodes[node] as Node).port
  }

  #pids(): number[] {
    return this.#nodes.map((node) => node.program.pid)
  }

  #launch(port: number): Promise<Program> {
    const usual = {
      NODE_ENV: 'test',
      RATE_LIMITS: 'off',
      BCRYPT_ROUNDS: '4',
      LOG_LEVEL: 'error',
      JWT_EXPIRY: '7d',
      DATA_DIR: this.#dataDir,
    }
    const database = this.#postgres && { DATABASE_URL: this.#postgres.url }
    const bus = this.#redis && { REDIS_URL: this.#redis.url }
    return Program.start({
      command: process.execPath,
      args: [program],
      env: { ...usual, ...this.#secrets, ...database, ...bus, PORT: String(port) },
      ready: () =>
        fetch(`http://127.0.0.1:${port}/readyz`).then(
          (response) => response.ok,
          () => false,
        ),
    })
  }
}

/** Parley, for workloads that ask more of their target than to pass on messages. */
export function asParley(target: Target): ParleyTarget {
  if (target instanceof ParleyTarget) return target
  throw new Error(`unable to measure ${target.name} by this; it is for Parley alone`)
}
