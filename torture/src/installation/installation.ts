/** Everything that a run stands on: servers, their databases and their bus, and a proxy on every link between them. */
import { randomBytes } from 'node:crypto'
import { chmodSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { type PostgresCluster, startPostgres } from '../../../tools/testing/postgres-cluster.ts'
import { type RedisServer, startRedis } from '../../../tools/testing/redis-server.ts'
import { Clock, findFaketime } from '../faults/clock.ts'
import { type Tampering, TcpProxy } from '../faults/proxy.ts'
import { type Configuration, doorsOfNode, type Link, nodesOf } from '../faults/schedule.ts'
import { SmallDisk } from '../faults/small-disk.ts'
import { ServerProcess } from './server-process.ts'

/** One server, the proxies through which it is reached, and those through which it reaches what it needs. */
interface Node {
  readonly server: ServerProcess
  readonly doors: readonly TcpProxy[]
  readonly toDatabase: TcpProxy | null
  readonly toBus: TcpProxy | null
  readonly clock: Clock | null
}

export interface InstallationOptions {
  readonly configuration: Configuration
  /** An empty directory for data and logs. */
  readonly dataDir: string
  /** Lies on the wire between the servers and their clients. */
  readonly tamper?: () => Tampering
}

const portOf = (url: string): number => Number(new URL(url).port)

function through(url: string, proxy: TcpProxy): string {
  const address = new URL(url)
  address.port = String(proxy.port)
  return address.href
}

type CleanUp = () => unknown

/** What can be made to fail: each part, and how to get rid of it all. */
interface Parts {
  readonly nodes: readonly Node[]
  readonly database: PostgresCluster | null
  readonly bus: RedisServer | null
  readonly disk: SmallDisk | null
  /** What can't be done here, each with its reason. */
  readonly lacking: readonly string[]
}

export class Installation implements Parts {
  readonly nodes: readonly Node[]
  readonly database: PostgresCluster | null
  readonly bus: RedisServer | null
  readonly disk: SmallDisk | null
  readonly lacking: readonly string[]
  readonly #cleanUps: readonly CleanUp[]

  private constructor(parts: Parts, cleanUps: readonly CleanUp[]) {
    this.nodes = parts.nodes
    this.database = parts.database
    this.bus = parts.bus
    this.disk = parts.disk
    this.lacking = parts.lacking
    this.#cleanUps = cleanUps
  }

  /** Starts what the servers need, and prepares them. */
  static async create(options: InstallationOptions): Promise<Installation> {
    const cleanUps: CleanUp[] = []
    try {
      return new Installation(await build(options, (cleanUp) => cleanUps.unshift(cleanUp)), cleanUps)
    } catch (error) {
      await runAll(cleanUps)
      throw error
    }
  }

  async start(): Promise<void> {
    const [first, ...others] = this.nodes
    await first?.server.start()
    await Promise.all(others.map(({ server }) => server.start()))
  }

  /** The proxy of a link; of one door where it's the one to the clients. */
  link(link: Link, node: number, door: number): TcpProxy | null {
    const place = this.nodes[node]
    if (link === 'clients') return place?.doors[door] ?? null
    return (link === 'database' ? place?.toDatabase : place?.toBus) ?? null
  }

  /** Ends everything and removes what isn't a log. */
  async remove(): Promise<void> {
    await runAll(this.#cleanUps)
  }
}

async function runAll(cleanUps: readonly CleanUp[]): Promise<void> {
  for (const cleanUp of cleanUps) await cleanUp()
}

async function build({ configuration, dataDir, tamper }: InstallationOptions, later: (cleanUp: CleanUp) => void): Promise<Parts> {
  const diskDir = join(dataDir, 'disk')
  mkdirSync(diskDir, { recursive: true })
  // A database that may not run as root has to get to its files.
  chmodSync(dataDir, 0o711)
  const disk = SmallDisk.mount(diskDir)
  if (typeof disk !== 'string') later(() => disk.unmount())
  const database = configuration === 'embedded' ? null : await startPostgres({}, diskDir)
  later(() => database?.stop())
  const bus = configuration === 'cluster' ? await startRedis() : null
  later(() => bus?.stop())
  const library = findFaketime()
  // Servers of one installation accept each other's tokens.
  const secrets = { JWT_SECRET: randomBytes(36).toString('base64'), JWT_REFRESH_SECRET: randomBytes(36).toString('base64') }
  const newProxy = async (targetPort: number) => {
    const proxy = await TcpProxy.create({ targetPort })
    later(() => proxy.close())
    return proxy
  }

  async function newNode(index: number): Promise<Node> {
    const toDatabase = database && (await newProxy(portOf(database.url)))
    const toBus = bus && (await newProxy(portOf(bus.url)))
    const clock = library === null ? null : new Clock(join(dataDir, `clock-${index}`), library)
    const server = await ServerProcess.create({
      dataDir: configuration === 'embedded' ? diskDir : dataDir,
      logDir: dataDir,
      databaseUrl: database && toDatabase && through(database.url, toDatabase),
      env: { ...secrets, ...clock?.env, ...(bus && toBus && { REDIS_URL: through(bus.url, toBus) }) },
    })
    later(() => server.kill())
    const newDoor = async () => {
      const door = await TcpProxy.create({ targetPort: server.port, ...(tamper && { tamper }) })
      later(() => door.close())
      return door
    }
    return { server, doors: await Promise.all(Array.from({ length: doorsOfNode }, newDoor)), toDatabase, toBus, clock }
  }

  const nodes = await Promise.all(Array.from({ length: nodesOf(configuration) }, (_, index) => newNode(index)))
  const lacking = [typeof disk === 'string' ? disk : null, library === null ? 'a jumping clock needs libfaketime (Debian: faketime)' : null]
  return { nodes, database, bus, disk: typeof disk === 'string' ? null : disk, lacking: lacking.filter((reason) => reason !== null) }
}
