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
import { type BeforeName, type Chat, type Connection, type CpuTime, type Listener, type ParleyName, silent, type Target } from './target.ts'

/** This checkout. */
export const here = fileURLToPath(new URL('../../..', import.meta.url))
/** The server in a checkout. */
export const serverIn = (checkout: string): string => join(checkout, 'apps/server/src/main.ts')
/** What the API lets into a group. */
export const groupLimit = 256

/** Why it can't run here; null where it can. */
export function withoutParley(name: ParleyName): string | null {
  if (name === 'parley-embedded') return null
  return withoutPostgres() ?? (name === 'parley-cluster' && findRedis() === null ? 'Redis is not installed (Debian: redis-server)' : null)
}

interface ParleyParts {
  readonly name: ParleyName | BeforeName
  /** What it stands on, and how many servers there are. */
  readonly setup: ParleyName
  /** Whose server it is. */
  readonly checkout: string
  /** Where its servers leave their CPU profiles when they end. */
  readonly profile: string | null
}

interface Node {
  readonly port: number
  readonly program: Program
}

export class ParleyTarget implements Target {
  readonly name: ParleyName | BeforeName
  readonly #args: readonly string[]
  readonly #dataDir = mkdtempSync(join(tmpdir(), 'parley-bench-'))
  readonly #postgres: Postgres | null
  readonly #redis: RedisServer | null
  readonly #secrets = { JWT_SECRET: randomBytes(36).toString('base64'), JWT_REFRESH_SECRET: randomBytes(36).toString('base64') }
  readonly #nodes: Node[] = []
  readonly #chats: ParleyChat[] = []

  private constructor({ name, checkout, profile }: ParleyParts, postgres: Postgres | null, redis: RedisServer | null) {
    this.name = name
    this.#args = [...(profile === null ? [] : ['--cpu-prof', `--cpu-prof-dir=${profile}`]), serverIn(checkout)]
    this.#postgres = postgres
    this.#redis = redis
  }

  static async start(parts: ParleyParts): Promise<ParleyTarget> {
    const postgres = parts.setup === 'parley-embedded' ? null : await startOwnPostgres()
    const redis = parts.setup === 'parley-cluster' ? await startRedis() : null
    const target = new ParleyTarget(parts, postgres, redis)
    try {
      await target.resize(redis === null ? 1 : 2)
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
    const redis = this.#redis?.pid() ?? null
    return { server: cpuOf(...this.#pids()), database: this.#postgres?.cpu() ?? 0, redis: redis === null ? 0 : cpuOf(redis) }
  }

  memory(): number {
    return memoryOf(...this.#pids())
  }

  /** So many servers share database and Redis from now on. Whoever is connected to one that goes is disconnected. */
  async resize(servers: number): Promise<void> {
    while (this.#nodes.length > servers) await this.#nodes.pop()?.program.stop()
    while (this.#nodes.length < servers) {
      const port = await freePort()
      this.#nodes.push({ port, program: await this.#launch(port) })
    }
  }

  /** Runs SQL on its PostgreSQL; returns the rows, unaligned, a line for each. @throws Error on the embedded database */
  async sql(statements: string): Promise<string> {
    if (this.#postgres === null) throw new Error(`unable to run SQL on ${this.name}; its database is embedded`)
    return await this.#postgres.sql(statements)
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
      const values = others.map((person) => `('${id}', '${person.id}', 1, 'member')`).join()
      await this.sql(`insert into chat_windows (chat_id, user_id, from_seq, role) values ${values}`)
      await this.restart()
    }
    return this.#chat(id, people)
  }

  async openPairs(count: number): Promise<Chat[]> {
    const people = await this.people(2 * count)
    const pairs = Array.from({ length: count }, (_, index) => people.slice(2 * index, 2 * index + 2) as [Person, Person])
    return forEach(pairs, async (both) => this.#chat(await pair(...both), both))
  }

  /** So many chats of the same people; returns what makes one chat of the first of them, in which messages go to each in turn. */
  async openChats(count: number, size: number): Promise<(active: number) => Chat> {
    const people = await this.people(size)
    const ids = await forEach(Array.from({ length: count }), async () => this.#chat(await group(people), people).id)
    return (active) => ({
      ...{ size, recipients: size },
      connect: (member, listener) => this.connect(people[member] as Person, ids.slice(0, active), listener),
    })
  }

  async openCrowd(count: number, chatsEach: number, groupSize: number): Promise<(person: number) => Promise<Connection>> {
    const people = await this.people(count)
    const groups = Array.from({ length: Math.ceil((count * chatsEach) / groupSize) }, (): Person[] => [])
    people.forEach((person, index) => {
      for (let place = 0; place < chatsEach; place++) groups[(index * chatsEach + place) % groups.length]?.push(person)
    })
    await forEach(groups, (members) => group([...new Set(members)]))
    return async (index) => this.connect(people[index] as Person, [], silent)
  }

  /** Connects somebody who hears all that is theirs, and writes into these chats in turn. */
  connect({ token }: Person, chatIds: readonly string[], listener: Listener, node = 0): Promise<SocketIoLine> {
    const [auth, positions] = [{ protocol: 1, token }, chatIds.length === 1]
    return SocketIoLine.open({ port: this.#portOf(node), auth, chatIds, listener, ready: '42["authenticated"', positions })
  }

  async stored(): Promise<number> {
    if (this.#postgres !== null) return Number(await this.sql('select count(*) from messages'))
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
      connect: (member, listener) => this.connect(people[member] as Person, [id], listener, member % this.#nodes.length),
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
      args: this.#args,
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
