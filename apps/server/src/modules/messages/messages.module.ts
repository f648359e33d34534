/** The door of messages. */
import type { Message } from '@parley/protocol/messages'
import type { Binding } from '../../core/call.ts'
import type { Queries } from '../../platform/database/database.ts'
import type { MessagesDeps } from './messages.deps.ts'
import { messagesHandlers } from './messages.handlers.ts'
import { present } from './messages.present.ts'
import { selectBelow, selectNewest, selectTouched } from './messages.queries.ts'
import { countUnread, type PositionRow, selectPositions } from './positions.queries.ts'
import { createPositions } from './positions.ts'
import { framesOf } from './send-message.ts'

export interface Messages {
  readonly bindings: Binding[]
  /** The newest message of each chat that the viewer may see, by chat. */
  newest(viewerId: string, chatIds: readonly string[]): Promise<Map<string, Message>>
  /** How far the members of these chats have come. Inside a transaction, hand in its `tx`. */
  positions(chatIds: readonly string[], query?: Queries): Promise<PositionRow[]>
  /** By chat, how many messages of others the viewer hasn't read; 1,000 at most. */
  unread(viewerId: string, chatIds: readonly string[]): Promise<Map<string, number>>
  /** Writes the positions that are still in memory, before the server goes down. */
  flush(): Promise<unknown>
  /** What the viewer may see of what was sent or changed in a range of a chat's stream, once each, as it is now. */
  touched(viewerId: string, chatId: string, from: number, to: number): Promise<Message[]>
  /** The newest messages of a chat that the viewer may see, in order. */
  latest(viewerId: string, chatId: string, count: number): Promise<Message[]>
}

export function createMessages(deps: MessagesDeps): Messages {
  const send = deps.streams.acceptSends((stored) => framesOf(deps.database.query, stored))
  const positions = createPositions(deps)
  return {
    bindings: messagesHandlers(deps, send, positions),
    flush: positions.flush,
    positions: async (chatIds, query = deps.database.query) => (chatIds.length === 0 ? [] : selectPositions(query, chatIds)),
    unread: (viewerId, chatIds) => countUnread(deps.database.query, viewerId, chatIds),
    newest: async (viewerId, chatIds) => {
      const rows = await selectNewest(deps.database.query, viewerId, chatIds)
      return new Map(rows.map((row) => [row.chat_id, present(row)]))
    },
    touched: async (viewerId, chatId, from, to) => (await selectTouched(deps.database.query, viewerId, chatId, from, to)).map(present),
    latest: async (viewerId, chatId, count) =>
      (await selectBelow(deps.database.query, viewerId, chatId, Number.MAX_SAFE_INTEGER, count)).reverse().map(present),
  }
}
