/** Sends into chats, at a rate or as fast as is confirmed, until everybody has received everything. */
import { once } from 'node:events'
import { setTimeout as pause } from 'node:timers/promises'
import { forEach } from '../for-each.ts'
import type { Chat } from '../targets/target.ts'
import { Latencies } from './latencies.ts'
import { Room, type Window } from './room.ts'

/** So long nothing may happen while something is still to come. Milliseconds. */
const patience = 30_000

interface Saturation {
  readonly seconds: number
  /** How many members of each chat send. */
  readonly senders: number
  /** How many unconfirmed messages each of them has under way. */
  readonly inFlight: number
}

interface Rate {
  readonly seconds: number
  /** Messages a second, in all chats together. */
  readonly rate: number
  readonly senders: number
  /** What else has to be over before it ends. */
  readonly until?: Promise<unknown>
}

export class Load {
  readonly rooms: Room[] = []
  #delivery = new Latencies()
  #acknowledgement = new Latencies()
  #onAcknowledged: (room: Room, member: number) => void = () => undefined
  /** Of the present window. */
  #sent = 0
  #expected = 0
  #failure: Error | null = null
  readonly #moved = new EventTarget()

  static async open(chats: readonly Chat[]): Promise<Load> {
    const load = new Load()
    load.rooms.push(...(await forEach(chats, (chat) => Room.open(chat, load.#events()))))
    return load
  }

  /** Each sender sends its next message when one is confirmed. */
  async saturate({ seconds, senders, inFlight }: Saturation): Promise<Window> {
    const begun = this.#begin()
    const end = begun + seconds * 1000
    this.#onAcknowledged = (room, member) => {
      if (performance.now() < end) this.#send(room, member)
    }
    for (const room of this.rooms) {
      for (let message = 0; message < senders * inFlight; message++) this.#send(room, message % Math.min(senders, room.chat.size))
    }
    return await this.#finish(begun)
  }

  /** Sends on time whatever happens: a server that falls behind is not spared. */
  async steady({ seconds, rate, senders, until = Promise.resolve() }: Rate): Promise<Window> {
    const begun = this.#begin()
    this.#onAcknowledged = () => undefined
    let over = false
    const end = () => {
      over = true
    }
    until.then(end, end)
    for (let elapsed = 0; this.#failure === null && (elapsed < seconds || !over); elapsed = (performance.now() - begun) / 1000) {
      while (this.#sent < elapsed * rate) {
        const room = this.rooms[this.#sent % this.rooms.length] as Room
        this.#send(room, Math.floor(this.#sent / this.rooms.length) % Math.min(senders, room.chat.size))
      }
      await pause(1)
    }
    return await this.#finish(begun)
  }

  /** @throws Error where a message was lost, came twice, or was confirmed and not sent */
  check(): void {
    const wrong = this.rooms.flatMap((room) => room.contradictions())
    if (wrong.length > 0) throw new Error(`the run does not count: ${wrong.slice(0, 5).join('; ')}`)
  }

  /** How many messages were sent in all windows. */
  get sent(): number {
    return this.rooms.reduce((sum, room) => sum + room.sent, 0)
  }

  /** How often somebody got something else than what comes next in its chat. */
  get jumps(): number {
    return this.rooms.reduce((sum, room) => sum + room.jumps, 0)
  }

  /** Whether the server says which place in its chat a message has. */
  get numbered(): boolean {
    return this.rooms.some((room) => room.newest(0) >= 0)
  }

  close(): void {
    for (const room of this.rooms) room.close()
  }

  #events() {
    return {
      delivered: (milliseconds: number) => {
        this.#delivery.add(milliseconds)
        this.#progress()
      },
      acknowledged: (room: Room, member: number, milliseconds: number) => {
        this.#acknowledgement.add(milliseconds)
        this.#onAcknowledged(room, member)
        this.#progress()
      },
      failed: (error: Error) => {
        this.#failure ??= error
        this.#moved.dispatchEvent(new Event('moved'))
      },
    }
  }

  #begin(): number {
    this.#delivery = new Latencies()
    this.#acknowledgement = new Latencies()
    this.#sent = 0
    this.#expected = 0
    return performance.now()
  }

  #send(room: Room, member: number): void {
    this.#sent++
    this.#expected += room.chat.recipients
    room.send(member)
  }

  get #done(): boolean {
    return this.#failure !== null || (this.#acknowledgement.count >= this.#sent && this.#delivery.count >= this.#expected)
  }

  #progress(): void {
    if (this.#delivery.count >= this.#expected && this.#done) this.#moved.dispatchEvent(new Event('moved'))
  }

  /** Waits until what was sent has come everywhere. */
  async #finish(begun: number): Promise<Window> {
    while (!this.#done) {
      const before = this.#delivery.count + this.#acknowledgement.count
      const timeout = AbortSignal.timeout(patience)
      await once(this.#moved, 'moved', { signal: timeout }).catch((error: unknown) => {
        if (!timeout.aborted) throw error
      })
      const stuck = this.#delivery.count + this.#acknowledgement.count === before
      if (!this.#done && stuck) {
        const got = `${this.#acknowledgement.count} of ${this.#sent} confirmations and ${this.#delivery.count} of ${this.#expected} deliveries`
        throw new Error(`the run does not count: nothing came for ${patience / 1000} s, after ${got}`)
      }
    }
    if (this.#failure !== null) throw this.#failure
    return {
      sent: this.#sent,
      deliveries: this.#delivery.count,
      seconds: (performance.now() - begun) / 1000,
      delivery: this.#delivery,
      acknowledgement: this.#acknowledgement,
    }
  }
}
