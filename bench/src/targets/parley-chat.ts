import type { Person } from './people.ts'
import type { SocketIoLine } from './socket-io-line.ts'
import type { Chat, Listener } from './target.ts'

interface ParleyChatParts {
  readonly id: string
  readonly people: readonly Person[]
  readonly connect: (member: number, listener: Listener) => Promise<SocketIoLine>
}

/** A chat of a Parley server, and the people in it, the first of whom may do everything. */
export class ParleyChat implements Chat {
  readonly id: string
  readonly people: readonly Person[]
  /** The newest connection of each member. */
  readonly lines: SocketIoLine[] = []
  readonly #connect: ParleyChatParts['connect']

  constructor({ id, people, connect }: ParleyChatParts) {
    this.id = id
    this.people = people
    this.#connect = connect
  }

  async connect(member: number, listener: Listener): Promise<SocketIoLine> {
    const line = await this.#connect(member, listener)
    this.lines[member] = line
    return line
  }

  get size(): number {
    return this.people.length
  }

  /** Whoever sends hears it too. */
  get recipients(): number {
    return this.people.length
  }

  /** How many messages the database counts. */
  async stored(): Promise<number> {
    const { total } = await this.#owner.client.messages.listMessages({ chatId: this.id, page: 1, limit: 1 })
    if (total === undefined) throw new Error('unable to count messages; the server did not say how many there are')
    return total
  }

  /** How far the chat's stream has come. */
  async head(): Promise<number> {
    return (await this.#owner.client.chats.getChat({ chatId: this.id })).chat.lastSeq
  }

  get #owner(): Person {
    return this.people[0] as Person
  }
}
