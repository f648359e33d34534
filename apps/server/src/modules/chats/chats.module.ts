/** The door of chats. */
import type { Chat } from '@parley/protocol/chats'
import type { Binding } from '../../core/call.ts'
import type { Queries } from '../../platform/database/database.ts'
import type { Heads, HeadsWanted, OwnReaders, Refill } from '../streams/streams.module.ts'
import { changedHeads } from './chat-heads.ts'
import type { ChatsDeps } from './chats.deps.ts'
import { chatsHandlers } from './chats.handlers.ts'
import { selectPartners, selectPrivateChatId } from './chats.queries.ts'
import { getChat } from './list-chats.ts'
import { createOwnReaders } from './own-readers.ts'
import { chatsRefill } from './refill.ts'

export interface Chats {
  readonly bindings: Binding[]
  /** A chat as its member sees it, or CHAT_NOT_FOUND. */
  get(viewerId: string, chatId: string): Promise<Chat>
  /** The private chat of two people, if they have one. */
  privateChatOf(query: Queries, one: string, other: string): Promise<string | undefined>
  /** Whom a person has private chats with, the latest active first. */
  partnersOf(userId: string, limit: number): Promise<string[]>
  /** A page of the heads of a person's chats that changed. */
  heads(viewerId: string, wanted: HeadsWanted): Promise<Heads>
  /** How what is here for one person alone reads in their own stream. */
  readonly ownReaders: Pick<OwnReaders, 'membership' | 'chat_settings' | 'draft'>
  /** How what happened to chats and their members is told again. */
  readonly refill: Refill
}

export const createChats = (deps: ChatsDeps): Chats => ({
  bindings: chatsHandlers(deps),
  get: (viewerId, chatId) => getChat(deps, viewerId, chatId),
  privateChatOf: selectPrivateChatId,
  partnersOf: (userId, limit) => selectPartners(deps.database.query, userId, limit),
  heads: (viewerId, wanted) => changedHeads(deps, viewerId, wanted),
  ownReaders: createOwnReaders(deps.database),
  refill: chatsRefill(deps),
})
