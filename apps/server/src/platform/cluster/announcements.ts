import { setTimeout as pause } from 'node:timers/promises'
import { ensure } from '../../core/errors.ts'
import { newId } from '../../core/ids.ts'
import type { Log } from '../../core/log.ts'
import { within } from '../../core/within.ts'
import type { Bus } from '../bus/bus.ts'
import type { Database } from '../database/database.ts'
import { type Announcement, deleteAnnouncement, insertAnnouncement, insertReceipt, isConfirmed, selectPending } from './leases.ts'
import type { Topics } from './topics.ts'

interface Parts {
  readonly database: Database
  readonly bus: Bus
  readonly log: Log
  readonly nodeId: string
  readonly topics: Topics
  /** Ends everything. */
  readonly signal: AbortSignal
}

/** Longer than any lease, in milliseconds: by then the database is away. */
const patience = 10_000
/** How often an announcement's receipts are looked at where no message says that there is a new one, in milliseconds. */
const lookEveryMs = 100
const retryMs = 500
const remembered = 1000

const topics = { announced: 'cluster.announced', confirmed: 'cluster.confirmed' }

/** What all processes must do, with a receipt of each: the database holds it, the bus only says when to look. */
export class Announcements {
  readonly #parts: Parts
  /** What is being done, and what was done of late: it may be found once more before its receipt is seen. */
  readonly #taken = new Set<string>()
  #looking = false
  #again = false
  /** Wakes who waits for receipts of an announcement. */
  readonly #waiting = new Map<string, () => void>()

  constructor(parts: Parts) {
    this.#parts = parts
  }

  /** Returns what ends it. */
  async listen(): Promise<() => Promise<void>> {
    const { bus } = this.#parts
    const stops = [
      await bus.subscribe(topics.announced, (nodeId) => nodeId !== this.#parts.nodeId && this.look()),
      await bus.subscribe(topics.confirmed, (id) => this.#waiting.get(String(id))?.()),
    ]
    return async () => {
      for (const stop of stops) await stop()
    }
  }

  /** Resolves when every other process whose lease stands has done it. */
  async announce(topic: string, message: unknown): Promise<void> {
    const announcement = { id: newId(), topic, message }
    await within(patience, this.#insist(announcement))
  }

  /** Does what there is to do. Whoever calls while it looks has it look once more. */
  look(): void {
    this.#again = true
    if (this.#looking) return
    this.#looking = true
    this.#lookOn()
      .catch((error: unknown) => this.#parts.log.warn({ err: error }, 'unable to look for announcements; it is tried again'))
      .finally(() => {
        this.#looking = false
      })
  }

  async #lookOn(): Promise<void> {
    while (this.#again) {
      this.#again = false
      for (const announcement of await selectPending(this.#parts.database.query, this.#parts.nodeId)) void this.#confirm(announcement)
    }
  }

  async #confirm({ id, topic, message }: Announcement): Promise<void> {
    if (this.#taken.has(id)) return
    this.#taken.add(id)
    const [oldest] = this.#taken
    if (this.#taken.size > remembered && oldest !== undefined) this.#taken.delete(oldest)
    try {
      await this.#parts.topics.apply(topic, message)
      await insertReceipt(this.#parts.database.query, id, this.#parts.nodeId)
      this.#wake(topics.confirmed, id)
    } catch (error) {
      this.#parts.log.warn({ err: error, topic }, 'unable to confirm an announcement; it is tried again')
      this.#taken.delete(id)
    }
  }

  /** Whoever waits may give up; it goes on until it is stored and confirmed, or this process ends. */
  async #insist(announcement: Announcement): Promise<void> {
    const { database, nodeId } = this.#parts
    const { query } = database
    await this.#until(async () => {
      await insertAnnouncement(query, announcement, nodeId)
      return true
    })
    this.#wake(topics.announced, nodeId)
    let wake = Promise.withResolvers<void>()
    this.#waiting.set(announcement.id, () => wake.resolve())
    try {
      await this.#until(async () => {
        wake = Promise.withResolvers<void>()
        if (await isConfirmed(query, announcement.id)) return true
        await Promise.race([wake.promise, pause(lookEveryMs)])
        return false
      })
    } finally {
      this.#waiting.delete(announcement.id)
    }
    deleteAnnouncement(query, announcement.id).catch((error: unknown) => {
      this.#parts.log.debug({ err: error }, 'unable to delete an announcement; it is deleted when it is old')
    })
  }

  /** Again and again while it is false or fails. */
  async #until(attempt: () => Promise<boolean>): Promise<void> {
    const { signal, log } = this.#parts
    for (;;) {
      try {
        if (await attempt()) return
      } catch (error) {
        log.warn({ err: error }, 'unable to announce; it is tried again')
        await pause(retryMs)
      }
      ensure(!signal.aborted, 'UNAVAILABLE', { retryAfter: 2 })
    }
  }

  #wake(topic: string, message: string): void {
    this.#parts.bus.publish(topic, message).catch((error: unknown) => {
      this.#parts.log.debug({ err: error }, 'the bus woke nobody; they look by themselves')
    })
  }
}
