/** Opens every adapter as the configuration has it: the one file that chooses between them. */
import type { Config } from './config.ts'
import { systemClock } from './core/clock.ts'
import type { Log } from './core/log.ts'
import { createMetrics } from './core/metrics.ts'
import type { Rates } from './core/rates.ts'
import { origins } from './origins/origins.ts'
import type { Bus } from './platform/bus/bus.ts'
import { MemoryBus } from './platform/bus/memory.ts'
import { RedisBus } from './platform/bus/redis.ts'
import type { Cluster } from './platform/cluster/cluster.ts'
import { LeasedCluster } from './platform/cluster/leased.ts'
import { SingleCluster } from './platform/cluster/single.ts'
import { migrate } from './platform/database/migrate.ts'
import { openDatabase } from './platform/database/open-database.ts'
import { createJobs } from './platform/jobs/pg-boss.ts'
import { createOutbox } from './platform/outbox/outbox.ts'
import { memoryRates } from './platform/rates/memory.ts'
import { redisRates } from './platform/rates/redis.ts'
import { SocketHub } from './transport/socket.ts'

export type Platform = Awaited<ReturnType<typeof openPlatform>>

/** Opens the database and migrates it; `onFatal` is told of what can't be survived. */
export async function openPlatform(config: Config, limits: { readonly requestBytes: number }, log: Log, onFatal: (error: Error) => void) {
  const database = await openDatabase({ url: config.database.url, dataDir: config.dataDir, log, onFatal })
  await migrate(database)
  const shared = await openShared(config, log)
  const { trustProxy, corsOrigins: allowed, pages } = config.http
  const sockets = { trustProxy, origins: { allowed, publicUrl: config.publicUrl }, maxPacketBytes: limits.requestBytes }
  return {
    ...{ log, database, ...shared },
    clock: systemClock,
    metrics: createMetrics(),
    jobs: createJobs(database, log),
    outbox: createOutbox(database),
    hub: new SocketHub({ ...sockets, authenticationMs: 10_000, families: { all: origins, pages }, cluster: shared.cluster }),
    close: async () => {
      await shared.close()
      await database.close()
    },
  }
}

/** What the processes of one installation have in common, as far as there are several. */
interface Shared {
  readonly bus: Bus
  readonly cluster: Cluster
  readonly rates: Rates
  /** Leaves; the others see it at once. */
  close(): Promise<void>
}

async function openShared({ redis, database, dataDir }: Config, log: Log): Promise<Shared> {
  if (redis === null) {
    const bus = new MemoryBus()
    return { bus, cluster: new SingleCluster(), rates: memoryRates, close: () => bus.close() }
  }
  const bus = await RedisBus.open({ ...redis, log })
  // Connections of its own: a lease must not wait behind what people ask for.
  const leases = await openDatabase({ url: database.url, dataDir, log })
  const cluster = new LeasedCluster({ database: leases, bus, log })
  const rates = redisRates({ ...redis, log })
  return {
    ...{ bus, cluster, rates },
    close: async () => {
      await cluster.close()
      await rates.close()
      await bus.close()
      await leases.close()
    },
  }
}
