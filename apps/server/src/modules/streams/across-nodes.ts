/**
 * The streams of an installation of several processes: what each commits is told to the others over the bus, brought into
 * its order there, and found in the outbox where the bus lost it.
 */
import type { Log } from '../../core/log.ts'
import type { Bus } from '../../platform/bus/bus.ts'
import type { Cluster } from '../../platform/cluster/cluster.ts'
import type { Database } from '../../platform/database/database.ts'
import { Beginnings } from './beginnings.ts'
import type { FanOut } from './fan-out.ts'
import { fromMessage, toMessage } from './frame-messages.ts'
import type { Outlet, Piece } from './frames.ts'
import { InOrder } from './in-order.ts'
import { type Refill, readAgain } from './refill.ts'
import type { RosterCache } from './roster.ts'
import { selectSettled, selectWritten, type Written } from './streams.queries.ts'

interface Parts {
  readonly database: Database
  readonly bus: Bus
  readonly cluster: Cluster
  readonly rosters: RosterCache
  readonly fanOut: FanOut
  readonly log: Log
  /** Whether somebody of a chat is connected here. */
  readonly isHere: (userId: string) => boolean
}

const topic = 'frames'
/** How often the outbox is looked at, in milliseconds: what the bus lost is found by then, and while it's down, everything (D3). */
const pollMs = { up: 10_000, down: 1000 }

export class AcrossNodes implements Outlet {
  readonly #parts: Parts
  readonly #order: InOrder
  readonly #beginnings: Beginnings
  #refills: readonly Refill[] = []
  /** The outbox is read from here on. */
  #settled = 0
  #polling = false
  #pollAt = 0
  #timer: NodeJS.Timeout | undefined

  constructor(parts: Parts) {
    this.#parts = parts
    this.#beginnings = new Beginnings({ database: parts.database, settled: () => this.#settled })
    this.#order = new InOrder({
      tell: (piece, above, leavers) => parts.fanOut.tell(piece, above, leavers),
      refill: (chatId, span) => readAgain(parts.database, this.#refills, { chatId, ...span }),
      beginning: (chatId) => this.#beginnings.of(chatId),
      log: parts.log,
    })
  }

  async publish(piece: Piece): Promise<{ readonly told: Promise<void> }> {
    const { bus, cluster, log } = this.#parts
    // Nobody waits for the bus: whom it doesn't reach finds the piece in the outbox.
    bus.publish(topic, toMessage(cluster.nodeId, piece)).catch((error: unknown) => log.debug({ err: error }, 'the bus took no frames'))
    return { told: cluster.writable ? this.#order.offerOwn(piece) : Promise.resolve() }
  }

  /** Whoever was taken out of a chat up to this `access` hears nothing of it any more. */
  confirm(chatId: string, access: number): void {
    this.#order.confirm(chatId, access)
  }

  /** Hears the others from here on; returns what ends that. `refills` tell again what was lost. */
  async start(refills: readonly Refill[]): Promise<() => Promise<void>> {
    const { bus, cluster, database, rosters } = this.#parts
    this.#refills = refills
    // Known before the first piece comes, which may have to ask where its chat begins.
    this.#settled = await selectSettled(database.query)
    const stopHearing = await bus.subscribe(topic, (message) => this.#hear(message))
    const stopFollowing = bus.onState(() => this.#pollNow())
    cluster.beforeRegaining(() => {
      rosters.forgetAll()
      this.#order.forgetConfirmed()
    })
    cluster.onRegained(() => this.#pollNow())
    this.#timer = setInterval(() => this.#tick(), pollMs.down)
    return async () => {
      clearInterval(this.#timer)
      stopFollowing()
      this.#order.close()
      await stopHearing()
    }
  }

  #hear(message: unknown): void {
    try {
      const { node, piece } = fromMessage(message)
      // What can't be written now is found in the outbox later.
      if (node !== this.#parts.cluster.nodeId && this.#parts.cluster.writable) this.#order.offer(piece)
    } catch (error) {
      this.#parts.log.warn({ err: error }, 'unable to read what another server wrote')
    }
  }

  #pollNow(): void {
    this.#pollAt = 0
    this.#tick()
  }

  #tick(): void {
    if (!this.#parts.cluster.writable) return
    this.#order.retry()
    if (this.#polling || performance.now() < this.#pollAt) return
    this.#polling = true
    this.#pollAt = performance.now() + pollMs[this.#parts.bus.state]
    this.#poll()
      .catch((error: unknown) => this.#parts.log.warn({ err: error }, 'unable to look for what other servers wrote; it is tried again'))
      .finally(() => {
        this.#polling = false
      })
  }

  async #poll(): Promise<void> {
    const { settled, written } = await selectWritten(this.#parts.database.query, this.#settled)
    for (const chat of written) if (!this.#order.expect(chat.chatId, chat.to)) await this.#begin(chat)
    this.#settled = settled
  }

  /** Nothing came of this chat yet: whoever is here of it is told what was written lately, and drops what they know. */
  async #begin({ chatId, from, to }: Written): Promise<void> {
    const { rosters, isHere } = this.#parts
    const roster = await rosters.get(chatId)
    if (roster?.everyone.some(isHere)) this.#order.begin(chatId, { from, to })
  }
}
