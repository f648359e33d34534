import type { Event, PayloadOf } from '@parley/protocol/define'
import { z } from 'zod'
import { AppError } from '../../core/errors.ts'
import type { Broadcast, Live } from '../../core/live.ts'
import type { Log } from '../../core/log.ts'
import type { Bus } from './bus.ts'

interface Parts {
  readonly bus: Bus
  readonly live: Live
  readonly log: Log
  /** This process among those on the bus; while it may not write, it doesn't know who is in a chat (P2). */
  readonly cluster: { readonly nodeId: string; readonly writable: boolean }
  /** What may be sent. */
  readonly events: readonly Event[]
  /** Who is in a chat now, one of these people perhaps only since a moment ago; null where there is none. */
  membersOf(chatId: string, userIds: readonly string[]): Promise<{ has(userId: string): boolean } | null>
  /** An event of another process couldn't be told here. */
  onLost(event: Event): void
}

const topic = 'events'
const Message = z.object({
  node: z.string(),
  name: z.string(),
  userIds: z.array(z.string()),
  chatId: z.string().optional(),
  payload: z.unknown(),
})

/** Sends events to this process's sockets at once, and to those of the others over the bus. */
export class BusBroadcast implements Broadcast {
  readonly #parts: Parts
  readonly #events: ReadonlyMap<string, Event>
  /** The last event of each chat that is being told, so that they keep their order. */
  readonly #turns = new Map<string, Promise<void>>()

  constructor(parts: Parts) {
    this.#parts = parts
    this.#events = new Map(parts.events.map((event) => [event.name, event]))
  }

  toUsers<E extends Event>(
    { userIds, chatId }: { readonly userIds: readonly string[]; readonly chatId?: string },
    event: E,
    payload: PayloadOf<E>,
  ): void {
    const { bus, live, log, cluster } = this.#parts
    live.toUsers(userIds, event, payload)
    if (!bus.shared || userIds.length === 0) return
    bus.publish(topic, { node: cluster.nodeId, name: event.name, userIds, chatId, payload }).catch((error: unknown) => {
      log.debug({ err: error, event: event.name }, 'the bus took no event; it reaches the sockets here alone')
    })
  }

  /** Hears the other processes; returns what ends that. */
  listen(): Promise<() => Promise<void>> {
    return this.#parts.bus.subscribe(topic, (message) => {
      const read = Message.safeParse(message)
      if (!read.success) this.#parts.log.warn({ topic }, 'unable to read a message of the bus; it is ignored')
      else if (read.data.node !== this.#parts.cluster.nodeId) this.#hear(read.data)
    })
  }

  #hear({ name, userIds, chatId, payload }: z.output<typeof Message>): void {
    const { live } = this.#parts
    const event = this.#events.get(name)
    const here = userIds.filter((userId) => live.isHere(userId))
    if (event === undefined || here.length === 0) return
    if (chatId === undefined) live.toUsers(here, event, payload as PayloadOf<Event>)
    else
      this.#inTurn(
        chatId,
        () => this.#tell(chatId, here, event, payload as PayloadOf<Event>),
        () => this.#parts.onLost(event),
      )
  }

  async #tell(chatId: string, userIds: readonly string[], event: Event, payload: PayloadOf<Event>): Promise<void> {
    // Asked last: who is taken out while this is on its way is told nothing any more (P2).
    const members = await this.#parts.membersOf(chatId, userIds)
    if (!this.#parts.cluster.writable) throw new AppError('UNAVAILABLE')
    this.#parts.live.toUsers(
      userIds.filter((userId) => members?.has(userId)),
      event,
      payload,
    )
  }

  #inTurn(chatId: string, work: () => Promise<void>, onLost: () => void): void {
    const turn = (this.#turns.get(chatId) ?? Promise.resolve()).then(work).catch((error: unknown) => {
      this.#parts.log.debug({ err: error }, 'unable to tell what may get lost')
      onLost()
    })
    this.#turns.set(chatId, turn)
    void turn.finally(() => this.#turns.get(chatId) === turn && this.#turns.delete(chatId))
  }
}
