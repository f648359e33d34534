import type { Event, PayloadOf } from '@parley/protocol/define'
import { z } from 'zod'
import { AppError } from '../../core/errors.ts'
import type { Broadcast, Live } from '../../core/live.ts'
import type { Log } from '../../core/log.ts'
import type { Bus } from './bus.ts'

/** An event that may be sent, and what whoever owns it has to say of its way to the sockets here. */
export interface Sendable<E extends Event = Event> {
  readonly event: E
  /** Those of these people to whom it's news. */
  newTo?(userIds: readonly string[], payload: PayloadOf<E>): readonly string[]
  /** One that came from another process couldn't be told. */
  onLost?(): void
}

interface Parts {
  readonly bus: Bus
  readonly live: Live
  readonly log: Log
  /** This process among those on the bus; while it may not write, it doesn't know who is in a chat (P2). */
  readonly cluster: { readonly nodeId: string; readonly writable: boolean }
  readonly events: readonly Sendable[]
  /** Who is in a chat now, one of these people perhaps only since a moment ago; null where there is none. */
  membersOf(chatId: string, userIds: readonly string[]): Promise<{ has(userId: string): boolean } | null>
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
  readonly #events: ReadonlyMap<string, Sendable>
  /** The last event of each chat that is being told, so that they keep their order. */
  readonly #turns = new Map<string, Promise<void>>()

  constructor(parts: Parts) {
    this.#parts = parts
    this.#events = new Map(parts.events.map((sendable) => [sendable.event.name, sendable]))
  }

  toUsers<E extends Event>(
    { userIds, chatId }: { readonly userIds: readonly string[]; readonly chatId?: string },
    event: E,
    payload: PayloadOf<E>,
  ): void {
    const { bus, log, cluster } = this.#parts
    this.#write(userIds, { event, ...this.#events.get(event.name) }, payload)
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
    const sendable = this.#events.get(name)
    const here = userIds.filter((userId) => live.isHere(userId))
    if (sendable === undefined || here.length === 0) return
    if (chatId === undefined) this.#write(here, sendable, payload as PayloadOf<Event>)
    else this.#inTurn(chatId, sendable, () => this.#tell(chatId, here, sendable, payload as PayloadOf<Event>))
  }

  async #tell(chatId: string, userIds: readonly string[], sendable: Sendable, payload: PayloadOf<Event>): Promise<void> {
    // Asked last: who is taken out while this is on its way is told nothing any more (P2).
    const members = await this.#parts.membersOf(chatId, userIds)
    if (!this.#parts.cluster.writable) throw new AppError('UNAVAILABLE')
    const present = userIds.filter((userId) => members?.has(userId))
    this.#write(present, sendable, payload)
  }

  #write(userIds: readonly string[], { event, newTo }: Sendable, payload: PayloadOf<Event>): void {
    this.#parts.live.toUsers(newTo?.(userIds, payload) ?? userIds, event, payload)
  }

  #inTurn(chatId: string, { onLost }: Sendable, work: () => Promise<void>): void {
    const turn = (this.#turns.get(chatId) ?? Promise.resolve()).then(work).catch((error: unknown) => {
      this.#parts.log.debug({ err: error }, 'unable to tell what may get lost')
      onLost?.()
    })
    this.#turns.set(chatId, turn)
    void turn.finally(() => this.#turns.get(chatId) === turn && this.#turns.delete(chatId))
  }
}
