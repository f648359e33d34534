import { setTimeout as pause } from 'node:timers/promises'
import { newId } from '../../core/ids.ts'
import type { Log } from '../../core/log.ts'
import { within } from '../../core/within.ts'
import type { Bus } from '../bus/bus.ts'
import type { Database } from '../database/database.ts'
import { Announcements } from './announcements.ts'
import type { Cluster } from './cluster.ts'
import { deleteLeftovers, endLease, leaseMs, renewLease, selectLiveNodes } from './leases.ts'
import { Topics } from './topics.ts'

export interface LeasedOptions {
  /** Kept for this alone: a lease must not wait behind what people ask for. */
  readonly database: Database
  /** Only wakes others sooner; what counts is in the database. */
  readonly bus: Bus
  readonly log: Log
  /** Milliseconds since some moment, never set back or forward. */
  readonly monotonic?: () => number
}

const renewEveryMs = 500
const sweepEveryRenewals = 20

/** One of several processes, each trusted for as long as its lease in the database stands. */
export class LeasedCluster implements Cluster {
  readonly nodeId = newId()
  readonly #options: LeasedOptions
  readonly #monotonic: () => number
  readonly #topics = new Topics()
  readonly #announcements: Announcements
  readonly #prepares: (() => void | Promise<void>)[] = []
  readonly #regained: (() => void)[] = []
  readonly #came: ((nodeId: string) => void)[] = []
  readonly #gone: ((nodeId: string) => void)[] = []
  readonly #ended = new AbortController()
  #running: Promise<void> = Promise.resolve()
  #live: readonly string[] = []
  /** Counted from before the lease was asked for, so it's over here before it is in the database. */
  #until = Number.NEGATIVE_INFINITY
  /** Whether what this process remembers was dropped since it last had no lease. */
  #prepared = false
  /** What prepares for having the lease again is worth nothing once it was lost anew. */
  #losses = 0
  #renewals = 0

  constructor(options: LeasedOptions) {
    this.#options = options
    this.#monotonic = options.monotonic ?? (() => performance.now())
    this.#announcements = new Announcements({ ...options, nodeId: this.nodeId, topics: this.#topics, signal: this.#ended.signal })
  }

  get writable(): boolean {
    return this.#prepared && this.#monotonic() < this.#until
  }

  on(topic: string, apply: (message: unknown) => void | Promise<void>): void {
    this.#topics.on(topic, apply)
  }

  async everywhere(topic: string, message: unknown): Promise<void> {
    await this.#topics.apply(topic, message)
    await this.#announcements.announce(topic, message)
  }

  onNodeCame(listener: (nodeId: string) => void): void {
    this.#came.push(listener)
  }

  onNodeGone(listener: (nodeId: string) => void): void {
    this.#gone.push(listener)
  }

  beforeRegaining(prepare: () => void | Promise<void>): void {
    this.#prepares.push(prepare)
  }

  onRegained(listener: () => void): void {
    this.#regained.push(listener)
  }

  liveNodes(): readonly string[] {
    return this.#live
  }

  /** Rejects where the first lease can't be had. */
  async start(): Promise<void> {
    const stopHearing = await this.#announcements.listen()
    await this.#renew()
    this.#running = this.#goOn().finally(stopHearing)
  }

  async close(): Promise<void> {
    this.#ended.abort()
    await this.#running
    this.#until = Number.NEGATIVE_INFINITY
    try {
      await endLease(this.#options.database.query, this.nodeId)
    } catch (error) {
      this.#options.log.debug({ err: error }, 'unable to give the lease back; it runs out')
    }
  }

  async #goOn(): Promise<void> {
    const { signal } = this.#ended
    let failed = false
    while (!signal.aborted) {
      await pause(renewEveryMs, undefined, { signal }).catch(() => undefined)
      if (signal.aborted) return
      try {
        await within(leaseMs, this.#renew())
        failed = false
      } catch (error) {
        if (!failed) this.#options.log.warn({ err: error }, 'unable to renew the lease; without it nothing is written to clients')
        failed = true
      }
    }
  }

  async #renew(): Promise<void> {
    const { query } = this.#options.database
    const asked = this.#monotonic()
    const stood = await renewLease(query, this.nodeId)
    // Whoever waited for others in the meantime didn't wait for this one.
    if (!stood || this.#monotonic() >= this.#until) {
      this.#prepared = false
      this.#losses++
    }
    this.#until = Math.max(this.#until, asked + leaseMs)
    if (!this.#prepared) await this.#regain()
    if (this.#renewals++ % sweepEveryRenewals === 0) await deleteLeftovers(query)
    this.#announcements.look()
    this.#follow(await selectLiveNodes(query))
  }

  async #regain(): Promise<void> {
    const { signal } = this.#ended
    const losses = this.#losses
    for (const prepare of this.#prepares) await prepare()
    if (signal.aborted || losses !== this.#losses || this.#monotonic() >= this.#until) return
    this.#prepared = true
    if (this.#renewals === 0) return
    this.#options.log.warn('the lease had run out, and stands again')
    for (const listener of this.#regained) listener()
  }

  #follow(live: readonly string[]): void {
    const before = this.#live
    this.#live = live
    for (const nodeId of this.#others(before, live)) for (const listener of this.#gone) listener(nodeId)
    for (const nodeId of this.#others(live, before)) for (const listener of this.#came) listener(nodeId)
  }

  #others(nodeIds: readonly string[], without: readonly string[]): string[] {
    return nodeIds.filter((nodeId) => nodeId !== this.nodeId && !without.includes(nodeId))
  }
}
