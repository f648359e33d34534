/** What the final readings say together. */
import type { ReadMessage } from '../history.ts'
import type { Reading, Readings } from '../readings.ts'

export interface StoredMessage extends ReadMessage {
  readonly chat: string
}

export class Stored {
  /** Every message that anybody reads, in the version that the first reader of it got. */
  readonly messages = new Map<string, StoredMessage>()
  /** How far the stream of each chat has come. */
  readonly heads = new Map<string, number>()
  /** By chat, and then by number of its stream, the message that was sent there. */
  readonly #bySeq = new Map<string, (string | undefined)[]>()
  readonly #readings = new Map<string, Reading>()

  constructor({ histories }: Readings) {
    for (const reading of histories) {
      this.#readings.set(`${reading.reader} ${reading.chat}`, reading)
      this.heads.set(reading.chat, Math.max(this.heads.get(reading.chat) ?? 0, reading.head))
      for (const message of reading.messages) this.#add(reading.chat, message)
    }
  }

  /** The id of the message that took this number. */
  at(chat: string, seq: number): string | undefined {
    return this.#bySeq.get(chat)?.[seq]
  }

  reading(reader: string, chat: string): Reading | undefined {
    return this.#readings.get(`${reader} ${chat}`)
  }

  #add(chat: string, message: ReadMessage): void {
    if (this.messages.has(message.id)) return
    this.messages.set(message.id, { ...message, chat })
    const numbers = this.#bySeq.get(chat) ?? []
    numbers[message.seq] = message.id
    this.#bySeq.set(chat, numbers)
  }
}
