/** The door of chats. */
import type { Chat } from '@parley/protocol/chats'
import type { Binding } from '../../core/call.ts'
import type { ChatsDeps } from './chats.deps.ts'
import { chatsHandlers } from './chats.handlers.ts'
import { getChat } from './list-chats.ts'

export interface Chats {
  readonly bindings: Binding[]
  /** A chat as its member sees it, or CHAT_NOT_FOUND. */
  get(viewerId: string, chatId: string): Promise<Chat>
}

export const createChats = (deps: ChatsDeps): Chats => ({
  bindings: chatsHandlers(deps),
  get: (viewerId, chatId) => getChat(deps, viewerId, chatId),
})
