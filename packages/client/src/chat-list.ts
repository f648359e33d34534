/** All chats of one person, and what else only they see: one view for whoever shows a list of chats. */
import type { Chat } from '@parley/protocol/chats'
import type { UserSettings } from '@parley/protocol/users'

/** All my chats at one moment. Never changes; what is equal in two of them is the same object, each chat of it too. */
export interface ChatListSnapshot {
  /** `loading`: nothing is known yet. `live`: complete. `behind`: as far as is known, and more is being fetched or waits for the connection. `gone`: logged out. */
  readonly state: 'loading' | 'live' | 'behind' | 'gone'
  /** Archived ones too: pinned ones first, and then by the time of their newest message, the latest first. */
  readonly chats: readonly Chat[]
  /** Ids of the people whom I blocked. */
  readonly blockedIds: ReadonlySet<string>
  /** null while nothing is known of them. */
  readonly settings: UserSettings | null
}

/** A consistent view of all my chats, kept up to date until it's closed. */
export interface ChatListView {
  readonly current: ChatListSnapshot
  /** Calls `listener` after every change of `current`, until the returned function is called. */
  subscribe(listener: () => void): () => void
  /** I have read the chat up to here: shown at once, and told to the server at most once a second, as soon as it can be reached. */
  read(chatId: string, seq: number): void
  close(): void
}
