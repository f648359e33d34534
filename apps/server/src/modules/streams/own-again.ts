/** People's own streams where live news gets lost: what was appended is found in the log again, for whoever is connected here. */
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
  /** Tells this process's sockets; rejects where that fails. */
  readonly tell: (entries: readonly OwnEntry[]) => Promise<void>
}

/**
 * How often it is looked, in milliseconds, while something may have been lost, and otherwise: another server may have lost
 * the bus where this one hasn't.
 */
const everyMs = { inDoubt: 1000, otherwise: 10_000 }
/** Others may find back to the bus later than this process: for so long, in milliseconds, it looks as if there was none. */
const afterwardsMs = 10_000

export class OwnAgain {
  readonly #parts: Parts
  /** By user who is here, the last number found. */
  #found = new Map<string, number>()
  /** When something may have been lost first that wasn't looked for since; null where nothing was. */
  #doubtSince: number | null = null
  #doubtUntil = 0
  #lookAt = 0
  #looking = false

  constructor(parts: Parts) {
    this.#parts = parts
    if (!parts.bus.shared) this.#lookAt = Number.POSITIVE_INFINITY
  }

  /** Something may not have been told to somebody who is here. */
  doubt(): void {
    const now = performance.now()
    this.#doubtSince ??= now
    this.#doubtUntil = now + afterwardsMs
    this.#lookAt = Math.min(this.#lookAt, now)
  }

  /** Returns what ends it. */
  start(): () => void {
    const { bus, cluster } = this.#parts
    const timer = setInterval(() => {
      if (bus.state === 'down') this.doubt()
      if (performance.now() >= this.#lookAt) this.#look()
    }, everyMs.inDoubt)
    const stopFollowing = bus.onState(() => this.doubt())
    cluster.onRegained(() => this.doubt())
    return () => {
      clearInterval(timer)
      stopFollowing()
    }
  }

  #look(): void {
    if (this.#looking || !this.#parts.cluster.writable) return
    this.#looking = true
    const now = performance.now()
    this.#tellLatest(now - (this.#doubtSince ?? now))
      .then(
        () => this.#looked(now),
        (error: unknown) => {
          this.#parts.log.warn({ err: error }, 'unable to look into the streams of people; it is tried again')
          this.doubt()
        },
      )
      .finally(() => {
        this.#looking = false
      })
  }

  #looked(at: number): void {
    const inDoubt = at < this.#doubtUntil
    if (!inDoubt) this.#doubtSince = null
    if (inDoubt) this.#lookAt = at + everyMs.inDoubt
    else this.#lookAt = this.#parts.bus.shared ? at + everyMs.otherwise : Number.POSITIVE_INFINITY
  }

  /** Entries are states, so it does no harm that some of them were told before. */
  async #tellLatest(doubtMs: number): Promise<void> {
    const { database, live, tell } = this.#parts
    const userIds = live.userIds()
    if (userIds.length === 0) return
    const wanted = userIds.map((userId) => ({ userId, above: this.#found.get(userId) ?? 0 }))
    const entries = await selectLatestOwn(database.query, wanted, doubtMs)
    await tell(entries)
    const found = new Map(userIds.flatMap((userId) => (this.#found.has(userId) ? [[userId, this.#found.get(userId) as number]] : [])))
    for (const { userId, seq } of entries) found.set(userId, seq)
    this.#found = found
  }
}
