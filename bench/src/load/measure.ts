/** What a target under load comes to in figures, and whether the run counts. */
import type { Chat, Target } from '../targets/target.ts'
import { Load } from './load.ts'
import type { Window } from './room.ts'

export type FigureName = keyof typeof figures
/** Some figures of one measurement. */
export type Measurement = Partial<Record<FigureName, number>>

/** What can be measured: how it is called, and with how many digits after the point it is told. */
export const figures = {
  messagesPerSecond: { title: 'messages/s', digits: 0 },
  deliveriesPerSecond: { title: 'deliveries/s', digits: 0 },
  cpuPerMillion: { title: 'CPU s per 1M deliveries', digits: 2 },
  databaseCpuPerMillion: { title: 'of that, database', digits: 2 },
  redisCpuPerMillion: { title: 'of that, Redis', digits: 2 },
  deliveryP50: { title: 'delivery p50 ms', digits: 1 },
  deliveryP99: { title: 'delivery p99 ms', digits: 1 },
  acknowledgementP50: { title: 'confirmation p50 ms', digits: 1 },
  acknowledgementP99: { title: 'confirmation p99 ms', digits: 1 },
  jumps: { title: 'out of order', digits: 0 },
  marksPerSecond: { title: 'marks/s', digits: 0 },
  loginsPerSecond: { title: 'logins/s', digits: 1 },
  memoryPerConnection: { title: 'KB per connection', digits: 1 },
  readyMs: { title: 'ready ms', digits: 0 },
  receivedKilobytes: { title: 'KB received', digits: 1 },
  allBackSeconds: { title: 'all back s', digits: 2 },
  backP99: { title: 'back p99 ms', digits: 0 },
  newestP50: { title: 'newest page p50 ms', digits: 1 },
  newestP99: { title: 'newest page p99 ms', digits: 1 },
  jumpP50: { title: 'jump p50 ms', digits: 1 },
  jumpP99: { title: 'jump p99 ms', digits: 1 },
  databaseGigabytes: { title: 'GB of database', digits: 2 },
} as const

/** Runs load on a target between two looks at the clocks of its processes. */
export async function measure(target: Target, act: () => Promise<Window>): Promise<Measurement> {
  const before = target.cpu()
  const window = await act()
  const after = target.cpu()
  const perMillion = (seconds: number) => (seconds / window.deliveries) * 1e6
  const database = after.database - before.database
  const redis = after.redis - before.redis
  return {
    messagesPerSecond: window.sent / window.seconds,
    deliveriesPerSecond: window.deliveries / window.seconds,
    cpuPerMillion: perMillion(after.server - before.server + database + redis),
    ...(after.database > 0 && { databaseCpuPerMillion: perMillion(database) }),
    ...(after.redis > 0 && { redisCpuPerMillion: perMillion(redis) }),
    deliveryP50: window.delivery.quantile(0.5),
    deliveryP99: window.delivery.quantile(0.99),
    acknowledgementP50: window.acknowledgement.quantile(0.5),
    acknowledgementP99: window.acknowledgement.quantile(0.99),
  }
}

/**
 * Connects everybody in these chats, lets something be done with them, and disconnects them.
 * @throws Error where what was sent, confirmed, received and stored afterwards don't agree: nothing that was measured counts then
 */
export async function underLoad<T>(target: Target, chats: readonly Chat[], act: (load: Load) => Promise<T>): Promise<T> {
  const before = await target.stored()
  const load = await Load.open(chats)
  try {
    const answer = await act(load)
    const after = await target.stored()
    load.check()
    if (before !== null && after !== null && after - before !== load.sent)
      throw new Error(`the run does not count: ${load.sent} messages were confirmed and ${after - before} stored`)
    return answer
  } finally {
    load.close()
  }
}
