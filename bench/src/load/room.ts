/** One chat under load: who is connected, what was sent, and who has received what. */
import { forEach } from '../for-each.ts'
import type { Chat, Connection, Listener } from '../targets/target.ts'
import type { Latencies } from './latencies.ts'
import { Received } from './received.ts'

export interface RoomEvents {
  /** One more message has reached one more recipient. */
  delivered(milliseconds: number): void
  /** The server has confirmed a message of this member. */
  acknowledged(room: Room, member: number, milliseconds: number): void
  failed(error: Error): void
}

export class Room {
  readonly chat: Chat
  readonly connections: Connection[] = []
  /** When each message was written, by its number, of performance.now(). */
  readonly #sentAt: number[] = []
  readonly #received: Received[] = []
  readonly #newest: number[] = []
  readonly #events: RoomEvents
  readonly #acknowledged = new Received()
  #duplicates = 0
  #jumps = 0

  private constructor(chat: Chat, events: RoomEvents) {
    this.chat = chat
    this.#events = events
  }

  /** Connects every member of a chat. */
  static async open(chat: Chat, events: RoomEvents): Promise<Room> {
    const room = new Room(chat, events)
    const members = Array.from({ length: chat.size }, (_, member) => member)
    room.connections.push(...(await forEach(members, (member) => chat.connect(member, room.#listener(member)))))
    return room
  }

  get sent(): number {
    return this.#sentAt.length
  }

  /** How often a member got something else than the message that comes next in the chat. */
  get jumps(): number {
    return this.#jumps
  }

  /** The newest place in the chat that a member has heard of; -1 for none. */
  newest(member: number): number {
    return this.#newest[member] ?? -1
  }

  send(member: number): void {
    this.#sentAt.push(performance.now())
    ;(this.connections[member] as Connection).send(this.#sentAt.length - 1)
  }

  /** What contradicts that every message was confirmed once and reached everybody once; empty where nothing does. */
  contradictions(): string[] {
    const wrong: string[] = []
    const { sent, chat } = this
    if (this.#acknowledged.count !== sent) wrong.push(`${sent} messages were sent and ${this.#acknowledged.count} acknowledged`)
    if (this.#duplicates > 0) wrong.push(`${this.#duplicates} came twice, or were never sent`)
    const heard = this.#received.reduce((sum, received) => sum + received.count, 0)
    if (heard !== sent * chat.recipients) wrong.push(`${sent} messages to ${chat.recipients} recipients came ${heard} times`)
    return wrong
  }

  close(): void {
    for (const connection of this.connections) connection.close()
  }

  #listener(member: number): Listener {
    const received = new Received()
    this.#received[member] = received
    this.#newest[member] = -1
    return {
      delivered: (number, at, position) => {
        const sentAt = this.#sentAt[number]
        if (sentAt === undefined || !received.add(number)) {
          this.#duplicates++
          return
        }
        if (position >= 0) this.#placed(member, position)
        this.#events.delivered(at - sentAt)
      },
      acknowledged: (number, at) => {
        const sentAt = this.#sentAt[number]
        if (sentAt === undefined || !this.#acknowledged.add(number)) this.#duplicates++
        else this.#events.acknowledged(this, member, at - sentAt)
      },
      failed: (error) => this.#events.failed(error),
    }
  }

  #placed(member: number, position: number): void {
    const newest = this.#newest[member] as number
    if (newest >= 0 && position !== newest + 1) this.#jumps++
    if (position > newest) this.#newest[member] = position
  }
}

/** What one window of load came to. */
export interface Window {
  readonly sent: number
  readonly deliveries: number
  /** From the first send until everybody had everything. */
  readonly seconds: number
  /** From a send to each recipient. */
  readonly delivery: Latencies
  /** From a send to its confirmation. */
  readonly acknowledgement: Latencies
}
