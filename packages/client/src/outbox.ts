/** What was sent from here and isn't known to be stored yet, in all chats: kept on disk before it leaves, and sent until it is stored or refused. */
import type { OutgoingMessage } from './chat-outgoing.ts'

/** Messages of my own that aren't known to be stored. */
export interface OutboxView {
  /** Of all chats, in the order in which they were sent. Never changes; what happens makes another. */
  readonly current: readonly OutgoingMessage[]
  /** Calls `listener` after every change of `current`, until the returned function is called. */
  subscribe(listener: () => void): () => void
}
