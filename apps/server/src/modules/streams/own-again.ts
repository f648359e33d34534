/** People's own streams where the bus loses: what other processes append is found in the log, for whoever is connected here. */
import type { Live } from '../../core/live.ts'
import type { Log } from '../../core/log.ts'
import type { Bus } from '../../platform/bus/bus.ts'
import type { Cluster } from '../../platform/cluster/cluster.ts'
import type { Database } from '../../platform/database/database.ts'
import { type OwnEntry, selectLatestOwn } from './user-log.queries.ts'

interface Parts {
  readonly database: Database
  readonly bus: Bus
  readonly cluster: Cluster
  readonly live: Live
  readonly log: Log
  /** Tells this process's sockets. */
  readonly tell: (entries: readonly OwnEntry[]) => Promise<void>
}

/** How often it is looked, in milliseconds: another server may have lost the bus where this one hasn't. */
const everyMs = { up: 10_000, down: 1000 }
/** Others may find back to the bus later than this process: for so long, in milliseconds, it looks as if there was none. */
const afterwardsMs = 10_000

export class OwnAgain {
  readonly #parts: Parts
  /** By user who is here, the last number found. */
  #found = new Map<string, number>()
  #downUntil = 0
  #lookAt = 0
  #looking = false

  constructor(parts: Parts) {
    this.#parts = parts
  }

  /** Returns what ends it. */
  start(): () => void {
    const { bus } = this.#parts
    const goOn = () => {
      this.#downUntil = performance.now() + afterwardsMs
      this.#lookAt = 0
    }
    const timer = setInterval(() => {
      if (bus.state === 'down') goOn()
      if (performance.now() >= this.#lookAt) this.#look()
    }, everyMs.down)
    const stopFollowing = bus.onState(goOn)
    return () => {
      clearInterval(timer)
      stopFollowing()
    }
  }

  #look(): void {
    if (this.#looking || !this.#parts.cluster.writable) return
    this.#looking = true
    this.#lookAt = performance.now() + (performance.now() < this.#downUntil ? everyMs.down : everyMs.up)
    this.#tellLatest()
      .catch((error: unknown) => this.#parts.log.warn({ err: error }, 'unable to look into the streams of people; it is tried again'))
      .finally(() => {
        this.#looking = false
      })
  }

  /** Entries are states, so it does no harm that some of them were told before. */
  async #tellLatest(): Promise<void> {
    const { database, live, tell } = this.#parts
    const userIds = live.userIds()
    if (userIds.length === 0) return
    const entries = await selectLatestOwn(
      database.query,
      userIds.map((userId) => ({ userId, above: this.#found.get(userId) ?? 0 })),
    )
    await tell(entries)
    const found = new Map(userIds.flatMap((userId) => (this.#found.has(userId) ? [[userId, this.#found.get(userId) as number]] : [])))
    for (const { userId, seq } of entries) found.set(userId, seq)
    this.#found = found
  }
}
