import type { Message } from '@parley/client'

/** A message of mine that the server has not confirmed. */
export interface OutgoingMessage {
  /** The client id: sent again with the same one, it is stored once. */
  readonly tempId: string
  readonly chatId: string
  readonly text: string
  readonly replyTo: Message['replyTo']
  readonly createdAt: string
  /** Why it failed; null while it's on its way. */
  readonly failure: string | null
}

/** What is on its way or failed, oldest first; observable for React's useSyncExternalStore. */
export class Outbox {
  #outgoing: readonly OutgoingMessage[] = []
  readonly #listeners = new Set<() => void>()
  readonly #tempIds = new Map<string, string>()

  readonly subscribe = (listener: () => void) => {
    this.#listeners.add(listener)
    return () => void this.#listeners.delete(listener)
  }

  readonly snapshot = () => this.#outgoing

  /** Puts a message in, or in the place of itself when it is tried again. */
  put(message: OutgoingMessage) {
    this.#replace([...this.#outgoing.filter(({ tempId }) => tempId !== message.tempId), message])
  }

  fail(tempId: string, failure: string) {
    this.#replace(this.#outgoing.map((message) => (message.tempId === tempId ? { ...message, failure } : message)))
  }

  discard(tempId: string) {
    this.#replace(this.#outgoing.filter((message) => message.tempId !== tempId))
  }

  /** The server stored it as `messageId`. */
  settle(tempId: string, messageId: string) {
    if (!this.#outgoing.some((message) => message.tempId === tempId)) return
    this.#tempIds.set(messageId, tempId)
    this.discard(tempId)
  }

  /** One key for a message from the moment it was typed, so that its element stays the same once it is stored. */
  readonly keyOf = (messageId: string) => this.#tempIds.get(messageId) ?? messageId

  #replace(outgoing: readonly OutgoingMessage[]) {
    this.#outgoing = outgoing
    for (const listener of this.#listeners) listener()
  }
}
